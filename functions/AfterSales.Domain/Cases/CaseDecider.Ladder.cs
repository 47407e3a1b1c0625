using System.Collections.Immutable;
using System.Diagnostics;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>The ladder: who decides, what silence does, and how a decision is answered, all as the case's process says.</summary>
public static partial class CaseDecider
{
    private static Refusal? Accept(Story story, SupplierAccepts accepts)
    {
        if (accepts.By.Party != Party.Supplier) return Refusals.NotYourStep(accepts.By.Party, Party.Supplier);
        if (WhyNotOnStep(story.Now, accepts.By) is { } refusal) return refusal;
        var (grant, fault) = Grant.Of(story.Now, accepts.Remedy, accepts.Amount, accepts.Terms);
        if (fault is not null) return fault;
        story.Happens(new SupplierAccepted(accepts.At, accepts.By, grant!.Remedy, grant.Worth));
        Uphold(story, accepts.At, accepts.By, grant, bySilence: false, reason: null);
        return null;
    }

    private static Refusal? Refuse(Story story, SupplierRefuses refuses)
    {
        if (refuses.By.Party != Party.Supplier) return Refusals.NotYourStep(refuses.By.Party, Party.Supplier);
        if (WhyNotOnStep(story.Now, refuses.By) is { } refusal) return refusal;
        story.Happens(new SupplierRefused(refuses.At, refuses.By, refuses.SealedStatement));
        if (story.Now.Rung.RefusalGoesTo is { } step) Climb(story, refuses.At, refuses.By, step, EscalationCause.NoAgreement);
        else Deny(story, refuses.At, refuses.By, bySilence: false, refuses.SealedStatement);
        return null;
    }

    private static Refusal? Pass(Story story, PassOn passOn)
    {
        if (!story.Now.Process.Ladder.Any(rung => rung.PassesTo is not null && rung.Owner == passOn.By.Party))
        {
            return Refusals.NotYourStep(passOn.By.Party, story.Now.Owner ?? Party.Manager);
        }
        if (WhyNotOnStep(story.Now, passOn.By) is { } refusal) return refusal;
        if (story.Now.Rung.PassesTo is not { } step) return Refusals.NotPassedOn;
        Climb(story, passOn.At, passOn.By, step, EscalationCause.PassedOn);
        return null;
    }

    private static Refusal? DecideOnStep(Story story, DecideClaim decide)
    {
        if (decide.By.Party == Party.Supplier || Sits(story.Now.Process, decide.By.Party) is not { IsExternal: false })
        {
            return Refusals.NotYourStep(decide.By.Party, story.Now.Owner ?? Party.Manager);
        }
        if (WhyNotOnStep(story.Now, decide.By) is { } refusal) return refusal;
        if (WhyNotDeciding(story.Now, decide.By, decide.Clause) is { } biased) return biased;
        if (decide.Outcome == Outcome.Refuse)
        {
            Deny(story, decide.At, decide.By, bySilence: false, decide.SealedReason, decide.Clause);
            return null;
        }
        var (grant, fault) = Grant.Of(story.Now, decide.Remedy, decide.Amount, decide.Terms);
        if (fault is not null) return fault;
        if (NeedsApproval(story.Now, grant!)) Propose(story, decide, grant!);
        else Uphold(story, decide.At, decide.By, grant!, bySilence: false, decide.SealedReason, decide.Clause);
        return null;
    }

    /// <summary>Nobody decides an appeal against himself; a clause that is cited must be the rulebook's.</summary>
    private static Refusal? WhyNotDeciding(Case now, Actor by, string? clause) =>
        by.Id is { } id && now.Deciders.Contains(id) ? Refusals.OwnDecision
        : clause is not null && !now.Process.Clauses.Known.Contains(clause) ? Refusals.UnknownClause
        : null;

    private static Refusal? Except(Story story, ExcuseClock exception)
    {
        if (exception.By.Party is not (Party.FloorManager or Party.Inspection or Party.Manager))
        {
            return Refusals.NotYourStep(exception.By.Party, Party.Manager);
        }
        if (story.Now.IsClosed) return Refusals.CaseClosed;
        if (story.Now.Process.Clocks.FirstOrDefault(clock => clock.Exception?.Name == exception.Clock) is not { } terms) return Refusals.NoExceptionToClock;
        if (!MayExcuse(story.Now.Process, terms, exception.By.Party)) return Refusals.OwnClock;
        if (story.Now.Exceptions.Contains(exception.Clock)) return Refusals.AlreadyExcepted;
        story.Happens(new ExceptionRecorded(exception.At, exception.By, exception.Clock, exception.SealedReason));
        return null;
    }

    /// <summary>
    /// Who sits above the clock's owner excuses it, and so does the manager, above whom nobody in the house is: his own clock's exception is
    /// on record with his name and reason (MALL-C8.2, X-29: it is reasoned; who may give it the document does not say).
    /// </summary>
    internal static bool MayExcuse(CaseProcess process, ClockTerms clock, Party party) =>
        party == Party.Manager || (Sits(process, party) is { IsExternal: false } own && own.Number > (Sits(process, clock.Owner)?.Number ?? -1));

    private static Refusal? AcceptRuling(Story story, AcceptDecision accept)
    {
        if (WhyNotAnswerable(story.Now, accept.By) is { } refusal) return refusal;
        story.Happens(new DecisionAccepted(accept.At, accept.By, BySilence: false));
        story.CloseIfDone(accept.At);
        return null;
    }

    private static Refusal? Contest(Story story, ContestDecision contest)
    {
        if (WhyNotAnswerable(story.Now, contest.By) is { } refusal) return refusal;
        var decidedOn = story.Now.Level;
        if (story.Now.Process.AfterContest(decidedOn) is not { } above) return Refusals.NothingAbove;
        story.Happens(new DecisionContested(contest.At, contest.By, decidedOn, contest.SealedReason));
        Climb(story, contest.At, contest.By, above.Code, EscalationCause.Contested);
        return null;
    }

    private static Refusal? RecordExternal(Story story, RecordOutcome outcome)
    {
        if (outcome.By.Party != Party.Agent) return Refusals.NotYourStep(outcome.By.Party, Party.Agent);
        if (story.Now.IsClosed) return Refusals.CaseClosed;
        if (story.Now.Decided) return Refusals.AlreadyDecided;
        if (!story.Now.Rung.IsExternal) return Refusals.NotYourStep(outcome.By.Party, story.Now.Rung.Owner);
        var noted = new OutcomeRecorded(outcome.At, outcome.By, story.Now.Level, outcome.Outcome, outcome.SealedNote);
        switch (outcome.Outcome)
        {
            case ExternalOutcome.ForCustomer:
                var (grant, fault) = Grant.Of(story.Now, outcome.Remedy, outcome.Amount, outcome.Terms);
                if (fault is not null) return fault;
                story.Happens(noted);
                Uphold(story, outcome.At, outcome.By, grant!, bySilence: false, outcome.SealedNote);
                return null;
            case ExternalOutcome.ForSupplier:
                story.Happens(noted);
                Deny(story, outcome.At, outcome.By, bySilence: false, outcome.SealedNote);
                return null;
            case ExternalOutcome.Unresolved when story.Now.Process.Above(story.Now.Level) is { } above:
                story.Happens(noted);
                Climb(story, outcome.At, outcome.By, above.Code, EscalationCause.Unresolved);
                return null;
            case ExternalOutcome.Unresolved:
                return Refusals.AwardRequired;
            default:
                throw new UnreachableException($"Unknown outcome {outcome.Outcome}.");
        }
    }

    /// <summary>The consequence of silence, dated at the due instant.</summary>
    private static void Elapse(Story story, Deadline deadline)
    {
        switch (story.Now.Process.ScopeOf(deadline.Name))
        {
            case ClockScope.Step or ClockScope.Decision:
                ElapseOnLadder(story, deadline, story.Now.Process.Clock(deadline.Name)!);
                break;
            case ClockScope.Payout:
                story.Happens(Missed(deadline));
                InstructAgain(story, deadline.Due, Actor.Clock);
                break;
            case ClockScope.Answer:
                story.Happens(new DecisionAccepted(deadline.Due, Actor.Clock, BySilence: true));
                story.CloseIfDone(deadline.Due);
                break;
            case ClockScope.Remedy:
                ElapseRemedyStep(story, deadline);
                break;
            case ClockScope.Approval:
                story.Happens(Missed(deadline));
                story.Happens(new ProposalSentBack(deadline.Due, Actor.Clock, BySilence: true, SealedReason: null));
                break;
            case ClockScope.Pause:
                story.Happens(Resumed(story.Now, deadline.Due, Actor.Clock, bySilence: true));
                break;
            case ClockScope.Evidence:
                story.Happens(Missed(deadline));
                break;
            case ClockScope.Offer:
                story.Happens(new OfferLapsed(deadline.Due, Actor.Clock, story.Now.Offer!.Number));
                break;
            default:
                throw new UnreachableException($"Unknown clock {deadline.Name}.");
        }
    }

    /// <summary>
    /// A clock of the ladder ran out. An exception on record stops what follows once, and may leave a longer clock in place of the
    /// missed one.
    /// </summary>
    private static void ElapseOnLadder(Story story, Deadline deadline, ClockTerms terms)
    {
        var at = deadline.Due;
        bool excepted = terms.Exception is { } exception && story.Now.Exceptions.Contains(exception.Name) && deadline.Proposed == terms.Proposed;
        if (excepted && terms.Exception!.Then is { } then)
        {
            story.Happens(Missed(deadline, excepted, ProcessClocks.AfterException(story.Now, terms, then, at, story.NextDeadline)));
            return;
        }
        story.Happens(Missed(deadline, excepted));
        if (excepted) return;
        if (terms.RecordsLate) story.Happens(new LateResponseRecorded(at, Actor.Clock, story.Now.SupplierId, deadline.Clause));
        Follow(story, at, terms);
    }

    private static void Follow(Story story, Instant at, ClockTerms terms)
    {
        switch (terms.OnMiss)
        {
            case Consequence.GoTo goTo when !story.Now.Decided && terms.On.Contains(story.Now.Level):
                Climb(story, at, Actor.Clock, goTo.Step, EscalationCause.DeadlineMissed);
                break;
            case Consequence.GoTo or Consequence.Nothing:
                break;
            case Consequence.RulebookDecides decides:
                var process = story.Now.Process;
                if (process[story.Now.Level].Number < process[decides.Step].Number)
                {
                    Climb(story, at, Actor.Clock, decides.Step, EscalationCause.DeadlineMissed);
                }
                DecideInstead(story, at, story.Now.Fulfilment is { IsOpen: true } ? Grant.InMoney(story.Now) : Grant.ByRulebook(story.Now));
                break;
            case Consequence.Grant:
                DecideInstead(story, at, Grant.AsAsked(story.Now));
                break;
            case Consequence.GrantOrGoTo goTo:
                if (story.Now.Process.Of(Grant.AsAsked(story.Now).Remedy).Steps.IsEmpty) DecideInstead(story, at, Grant.AsAsked(story.Now));
                else Climb(story, at, Actor.Clock, goTo.Step, EscalationCause.DeadlineMissed);
                break;
            case Consequence.Refuse:
                DecideInstead(story, at, null);
                break;
            default:
                throw new UnreachableException($"Unknown consequence {terms.OnMiss.GetType().Name}.");
        }
    }

    private static void DecideInstead(Story story, Instant at, Grant? grant)
    {
        if (grant is not null) Uphold(story, at, Actor.Clock, grant, bySilence: true, reason: null);
        else Deny(story, at, Actor.Clock, bySilence: true, reason: null);
    }

    private static DeadlineMissed Missed(Deadline deadline, bool excepted = false, params ImmutableArray<Deadline> extended) => new(
        deadline.Due, Actor.Clock, deadline.Id, deadline.Name, deadline.Owner, deadline.Due, deadline.Clause, excepted, extended);

    private static void Climb(Story story, Instant at, Actor by, StepCode to, EscalationCause cause)
    {
        var now = story.Now;
        var (from, reached) = (now.Rung, now.Process[to]);
        var starts = ProcessClocks.OnReaching(now, to, at);
        var clause = cause switch
        {
            EscalationCause.NoAgreement => from.Clause,
            EscalationCause.PassedOn => reached.Clause,
            EscalationCause.Contested => from.ContestClause ?? now.Process.Clauses.Escalation,
            EscalationCause.DeadlineMissed or EscalationCause.Unresolved => now.Process.Clauses.Escalation,
            _ => throw new UnreachableException($"Unknown cause {cause}."),
        };
        story.Happens(reached.IsExternal
            ? new Referred(at, by, from.Code, to, cause, clause, starts)
            : new Escalated(at, by, from.Code, to, cause, clause, starts));
    }

    /// <param name="agreedWith">The customer, who has agreed to it already and is not asked.</param>
    private static void Uphold(
        Story story, Instant at, Actor by, Grant grant, bool bySilence, string? reason, string? cited = null, Actor? agreedWith = null)
    {
        var now = story.Now;
        var increase = Money.Max(grant.Amount - now.Granted, grant.Amount with { Fen = 0 });
        var clauses = grant.Clauses(now);
        story.Happens(new ClaimUpheld(
            at, by, now.Level, grant.Remedy, grant.Amount, increase, now.SupplierAgreed, now.IsUnresolved, bySilence,
            cited is null || clauses.Contains(cited) ? clauses : clauses.Insert(0, cited), reason,
            now.Process.Answer.AfterGrant ? AnswerClock(story, at) : [], grant.Components(now), grant.DifferenceDue, grant.Coupon));
        if (agreedWith is not null) story.Happens(new DecisionAccepted(at, agreedWith, BySilence: false));
        BeginRemedy(story, at, anew: true);
        InstructWhatIsOwed(story, at);
        story.CloseIfDone(at);
    }

    private static void Deny(Story story, Instant at, Actor by, bool bySilence, string? reason, string? cited = null)
    {
        var entitlement = story.Now.Entitlement;
        var clause = cited ?? (entitlement.IsCovered ? story.Now.Rung.Clause : entitlement.Clauses[0]);
        story.Happens(new ClaimRefused(at, by, story.Now.Level, clause, bySilence, reason, AnswerClock(story, at)));

        // What an earlier decision granted stands, and is waited for again.
        if (story.Now.Fulfilment is { IsOpen: true }) BeginRemedy(story, at);
        story.CloseIfDone(at);
    }

    /// <summary>Every decision can be contested but one that binds.</summary>
    private static ImmutableArray<Deadline> AnswerClock(Story story, Instant at) =>
        story.Now.Process.AfterContest(story.Now.Level) is null ? [] : [ProcessClocks.Answer(story.Now, at, story.NextDeadline)];

    /// <summary>The first step on which a party sits; null when it sits on none.</summary>
    private static Rung? Sits(CaseProcess process, Party party) => process.Ladder.FirstOrDefault(rung => rung.Owner == party);

    private static Refusal? WhyNotOnStep(Case now, Actor by)
    {
        if (by.Party == Party.Supplier && by.Id != now.SupplierId) return Refusals.NotYourCase;
        if (now.Rung.Owner == by.Party && !now.Decided && now.Proposal is null && !now.IsClosed) return null;
        if (Sits(now.Process, by.Party) is not { } own) return Refusals.NotYourStep(by.Party, now.Rung.Owner);
        if (now.Process.Clocks.Any(clock => clock.Scope == ClockScope.Step ? clock.On[0] == own.Code && now.Missed(clock.Name)
            : clock.Owner == by.Party && now.Missed(clock.Name))) return Refusals.DeadlinePassed;
        return now switch
        {
            { IsClosed: true } => Refusals.CaseClosed,
            { Proposal: not null } => Refusals.AwaitingApproval,
            { Decided: true } => Refusals.AlreadyDecided,
            _ when own.Owner == Party.Supplier && now.Rung.Number > own.Number => Refusals.AlreadyAnswered,
            _ => Refusals.NotYourStep(by.Party, now.Rung.Owner),
        };
    }

    private static Refusal? WhyNotAnswerable(Case now, Actor by)
    {
        if (by.Party != Party.Customer) return Refusals.NotYourStep(by.Party, Party.Customer);
        return now.Answer switch
        {
            CustomerAnswer.Awaited => null,
            CustomerAnswer.AcceptedBySilence => Refusals.DeadlinePassed,
            CustomerAnswer.Accepted or CustomerAnswer.Withdrawn or CustomerAnswer.Bound =>
                now.IsClosed ? Refusals.CaseClosed : Refusals.AlreadyAnswered,
            CustomerAnswer.NotAsked => Refusals.NothingDecided,
            _ => throw new UnreachableException($"Unknown answer {now.Answer}."),
        };
    }
}
