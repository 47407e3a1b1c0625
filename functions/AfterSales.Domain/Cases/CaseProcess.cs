using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AfterSales.Domain.Calendars;

namespace AfterSales.Domain.Cases;

/// <summary>
/// How cases go under one version of a rulebook: who sits on which step of the ladder, which clocks run, what silence does, what each
/// remedy takes, and what needs a second person. Read from the rulebook's <c>ladder</c> and <c>case</c>; a case keeps the one that it
/// was opened under.
/// </summary>
public sealed record CaseProcess(
    ImmutableArray<Rung> Ladder,
    ImmutableArray<ClockTerms> Clocks,
    AnswerTerms Answer,
    PayoutTerms Payout,
    ImmutableDictionary<Remedy, RemedyTerms> Remedies,
    CaseLimits Limits,
    CaseClauses Clauses,
    WorkCalendar? Calendar)
{
    public Rung First => Ladder[0];

    /// <exception cref="KeyNotFoundException">The ladder has no such step.</exception>
    public Rung this[StepCode code] =>
        Ladder.FirstOrDefault(rung => rung.Code == code) ?? throw new KeyNotFoundException($"The ladder has no step '{code}'.");

    /// <summary>The next step up, or null at the top.</summary>
    public Rung? Above(StepCode code) => this[code].Number + 1 < Ladder.Length ? Ladder[this[code].Number + 1] : null;

    /// <summary>Where a contested decision of this step goes; null where a decision binds.</summary>
    public Rung? AfterContest(StepCode code) => this[code] switch
    {
        { IsBinding: true } => null,
        { ContestedTo: { } to } => this[to],
        _ => Above(code),
    };

    public ClockTerms? Clock(string name) => Clocks.FirstOrDefault(clock => clock.Name == name);

    /// <summary>What a clock of this name belongs to. Clocks of the ladder have no name of another.</summary>
    public ClockScope ScopeOf(string clock) => clock switch
    {
        ProcessClocks.PayoutClock => ClockScope.Payout,
        ProcessClocks.AnswerClock => ClockScope.Answer,
        ProcessClocks.ApprovalClock => ClockScope.Approval,
        ProcessClocks.PauseClock => ClockScope.Pause,
        ProcessClocks.EvidenceClock => ClockScope.Evidence,
        ProcessClocks.OfferClock => ClockScope.Offer,
        _ when WireName.TryParse<RemedyStep>(clock, out _) => ClockScope.Remedy,
        _ => Clock(clock)?.Scope ?? throw new KeyNotFoundException($"The process has no clock '{clock}'."),
    };

    public RemedyTerms Of(Remedy remedy) => Remedies.GetValueOrDefault(remedy, RemedyTerms.AtOnce);

    /// <summary>From this step on a claim counts as one that the supplier left unresolved.</summary>
    public bool IsUnresolvedAt(StepCode code) => Limits.UnresolvedFrom is { } from && this[code].Number >= this[from].Number;
}

/// <summary>A step of the ladder and who sits on it.</summary>
/// <param name="Number">From 0, lowest first.</param>
/// <param name="Clause">That makes a decision of this step a decision.</param>
/// <param name="IsExternal">Outside the house: an agent keeps the file and records what they said.</param>
/// <param name="IsBinding">Nobody can contest what was decided here.</param>
/// <param name="RefusalGoesTo">Where a supplier's refusal sends the case; null: the refusal is a decision, which can be contested.</param>
/// <param name="PassesTo">Where its owner may hand the case without deciding.</param>
/// <param name="ContestedTo">Where a contested decision goes; null: one step up.</param>
/// <param name="ContestClause">The clause of a contest; null: the ladder's.</param>
public sealed record Rung(
    StepCode Code, int Number, Party Owner, string Clause, Wording Name, bool IsExternal, bool IsBinding, StepCode? RefusalGoesTo,
    StepCode? PassesTo, StepCode? ContestedTo, string? ContestClause);

/// <summary>What a clock of the ladder runs from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ClockStartsAt>))]
public enum ClockStartsAt
{
    /// <summary>The registration; where that time is over when a contested case comes back, the contest.</summary>
    [JsonStringEnumMemberName("registered")] Registered,

    /// <summary>The case reached the step.</summary>
    [JsonStringEnumMemberName("reached")] Reached,

    /// <summary>It ends with the shift of who accepted the complaint, when the request says so.</summary>
    [JsonStringEnumMemberName("shift")] Shift,
}

/// <summary>A clock of the ladder.</summary>
/// <param name="On">The steps on which it starts, and, with <see cref="ClockScope.Step"/>, the one whose end stops it.</param>
/// <param name="Length">Null for the shift's.</param>
/// <param name="MayPause">Whether it stands still while the case is paused (X-04: a wall-clock limit does not).</param>
public sealed record ClockTerms(
    string Name, string Clause, bool Proposed, Party Owner, Wording Title, ImmutableArray<StepCode> On, ClockStartsAt From, ClockScope Scope,
    ClockLength? Length, Consequence OnMiss, Wording OnMissWords, bool RecordsLate, bool MayPause, ExceptionTerms? Exception);

/// <summary>A reasoned exception to a clock stops its consequence; the breach still shows.</summary>
/// <param name="Name">What people call it, such as <c>48h</c>.</param>
/// <param name="Then">A clock that runs in its place after the missed one; null: none.</param>
public sealed record ExceptionTerms(string Name, ClockLength? Then);

/// <summary>What silence does.</summary>
public abstract record Consequence
{
    private Consequence()
    {
    }

    /// <summary>To another step, unless the case is beyond the steps on which the clock starts.</summary>
    public sealed record GoTo(StepCode Step) : Consequence;

    /// <summary>The rulebook's conclusion becomes the decision of this step.</summary>
    public sealed record RulebookDecides(StepCode Step) : Consequence;

    /// <summary>The claim is granted as asked.</summary>
    public sealed record Grant : Consequence;

    /// <summary>What was asked for is given where it takes no goods back; else to another step.</summary>
    public sealed record GrantOrGoTo(StepCode Step) : Consequence;

    public sealed record Refuse : Consequence;

    /// <summary>The breach is recorded and nothing moves.</summary>
    public sealed record Nothing : Consequence;
}

/// <summary>The customer's time to accept or contest.</summary>
/// <param name="AfterGrant">Whether a grant is asked about too; else only a refusal is.</param>
public sealed record AnswerTerms(ClockLength Length, string Clause, bool Proposed, bool AfterGrant);

/// <param name="Attempts">How often the marketplace is told before finance has to deal with it.</param>
public sealed record PayoutTerms(ClockLength Length, string Clause, bool Proposed, int Attempts);

/// <summary>What a remedy takes, step by step, before it is done; money goes out after the last step.</summary>
public sealed record RemedyTerms(ImmutableArray<RemedyStepTerms> Steps)
{
    /// <summary>It takes no steps: what is granted is paid or handed over at once.</summary>
    public static RemedyTerms AtOnce { get; } = new([]);
}

/// <param name="OnMiss">What silence does to the step.</param>
/// <param name="Optional">Skipped unless the decision asks for it: a price difference, a quote out of guarantee.</param>
public sealed record RemedyStepTerms(
    RemedyStep Step, Party Owner, ClockLength Length, string Clause, bool Proposed, StepMissed OnMiss, StepCode? To, Wording OnMissWords, bool Optional);

/// <summary>What happens to a step of a remedy when nobody acts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepMissed>))]
public enum StepMissed
{
    /// <summary>It counts as done; the next begins.</summary>
    [JsonStringEnumMemberName("proceed")] Proceed,

    /// <summary>The remedy lapses: nothing more is owed.</summary>
    [JsonStringEnumMemberName("lapse")] Lapse,

    /// <summary>The case goes back to the ladder.</summary>
    [JsonStringEnumMemberName("escalate")] Escalate,

    /// <summary>The breach is recorded; the step still waits.</summary>
    [JsonStringEnumMemberName("breach")] Breach,
}

/// <summary>What needs a second person, and how long things stay possible. Null: no such limit, or not possible.</summary>
/// <param name="UnresolvedFrom">The step from which a claim counts as left unresolved by the supplier.</param>
/// <param name="Approval">Four eyes.</param>
/// <param name="ReopenWithin">After closing.</param>
/// <param name="LongestPause">For how long the clocks of a case stand still for one reason, all its pauses together; then they run on by
/// themselves.</param>
/// <param name="AttemptsPerItem">How many cases one item of an order may have.</param>
public sealed record CaseLimits(
    StepCode? UnresolvedFrom, ApprovalTerms? Approval, ClockLength? ReopenWithin, ClockLength? LongestPause, int? AttemptsPerItem);

/// <summary>A decision that gives more than the rulebook by more than <paramref name="Above"/> needs a second person.</summary>
public sealed record ApprovalTerms(Money Above, Party By, ClockLength Length, string Clause, bool Proposed);

/// <summary>The clauses that a case cites for what it does itself.</summary>
/// <param name="Registration">Of the opening.</param>
/// <param name="Escalation">Of going up because somebody was silent, or because the customer contests.</param>
/// <param name="Undetermined">Of a refusal because facts are missing.</param>
/// <param name="Known">Every clause of the rulebook, which a person may cite.</param>
public sealed record CaseClauses(string Registration, string Escalation, string Undetermined, ImmutableHashSet<string> Known);
