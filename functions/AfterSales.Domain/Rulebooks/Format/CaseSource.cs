using System.Collections.Immutable;

namespace AfterSales.Domain.Rulebooks.Format;

/// <summary>How cases go, as written: the <c>case</c> section of a rulebook. Steps are those of its ladder.</summary>
/// <param name="Registration">The clause of a case's opening.</param>
/// <param name="Escalation">The clause of going up.</param>
/// <param name="Undetermined">The clause of a refusal because facts are missing.</param>
public sealed record CaseSource(
    SourcePosition At,
    SourceText Registration,
    SourceText Escalation,
    SourceText Undetermined,
    ImmutableArray<CaseClockSource> Clocks,
    CaseTimeSource Answer,
    bool AnswersGrants,
    CaseTimeSource Payout,
    SourceText Attempts,
    ImmutableArray<RemedySource> Remedies,
    CaseLimitsSource Limits);

/// <summary>A time that the file gives, with the clause that it rests on; without one it is a proposed reading.</summary>
public sealed record CaseTimeSource(SourceText Length, SourceText? Clause, bool Proposed)
{
    public bool IsProposed => Proposed || Clause is null;
}

/// <param name="Limit">A clock of the rulebook that says clause and length; else <paramref name="Time"/> does.</param>
/// <param name="From">registered, reached, shift.</param>
/// <param name="Until">left, decided.</param>
/// <param name="Then">After an exception: the length of the clock in its place.</param>
public sealed record CaseClockSource(
    SourceText Clock, SourceText? Limit, CaseTimeSource? Time, SourceText Owner, ImmutableArray<SourceText> On, SourceText From, SourceText Until,
    CaseMissSource OnMiss, bool Late, bool Pauses, SourceText? Exception, SourceText? Then, Words Words);

/// <param name="Action">Of a clock: go, decide, grant, grant-or-go, refuse, nothing. Of a remedy's step: proceed, lapse, escalate, breach.</param>
public sealed record CaseMissSource(SourceText Action, SourceText? To, Words Words);

public sealed record RemedySource(SourceText Remedy, ImmutableArray<RemedyStepSource> Steps);

public sealed record RemedyStepSource(SourceText Step, SourceText Owner, CaseTimeSource Time, CaseMissSource OnMiss, bool Optional);

public sealed record CaseLimitsSource(
    SourceText? UnresolvedFrom, ApprovalSource? Approval, SourceText? Reopen, SourceText? Pause, SourceText? RequestsPerItem);

public sealed record ApprovalSource(SourceText Above, SourceText By, CaseTimeSource Time);
