using System.Collections.Immutable;
using System.Diagnostics;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>The ladder: who decides, what silence does, and how a decision is answered (MALL-LAD-1, -2, -5; ).</summary>
public static partial class CaseDecider
{
    private static Refusal? Accept(Story story, SupplierAccepts accepts)
    {
        if (WhyNotOnRung(story.Now, accepts.By, Rung.Counter) is { } refusal) return refusal;
        var (grant, fault) = Grant.Of(story.Now, accepts.Remedy, accepts.Amount);
        if (fault is not null) return fault;
        story.Happens(new SupplierAccepted(accepts.At, accepts.By, grant!.Remedy, grant.Amount));
        Uphold(story, accepts.At, accepts.By, grant, bySilence: false, reason: null);
        return null;
    }

    private static Refusal? Refuse(Story story, SupplierRefuses refuses)
    {
        if (WhyNotOnRung(story.Now, refuses.By, Rung.Counter) is { } refusal) return refusal;
        story.Happens(new SupplierRefused(refuses.At, refuses.By, refuses.SealedStatement));
        Climb(story, refuses.At, refuses.By, Rung.FloorHead, EscalationCause.NoAgreement);
        return null;
    }

    private static Refusal? Pass(Story story, PassOn passOn)
    {
        if (WhyNotOnRung(story.Now, passOn.By, Rung.FloorHead) is { } refusal) return refusal;
        Climb(story, passOn.At, passOn.By, Rung.InspectionDepartment, EscalationCause.PassedOn);
        return null;
    }

    private static Refusal? DecideOnRung(Story story, DecideClaim decide)
    {
        Rung? rung = decide.By.Party switch
        {
            Party.FloorManager => Rung.FloorHead,
            Party.Inspection => Rung.InspectionDepartment,
            Party.Manager => Rung.GmInCharge,
            Party.Customer or Party.Supplier or Party.Marketplace or Party.Agent or Party.Finance or Party.Clock => null,
            _ => throw new UnreachableException($"Unknown party {decide.By.Party}."),
        };
        if (rung is null) return Refusals.NotYourStep(decide.By.Party, story.Now.Owner ?? Party.Manager);
        if (WhyNotOnRung(story.Now, decide.By, rung.Value) is { } refusal) return refusal;
        if (decide.Outcome == Outcome.Refuse)
        {
            Deny(story, decide.At, decide.By, bySilence: false, decide.SealedReason);
            return null;
        }
        var (grant, fault) = Grant.Of(story.Now, decide.Remedy, decide.Amount);
        if (fault is not null) return fault;
        Uphold(story, decide.At, decide.By, grant!, bySilence: false, decide.SealedReason);
        return null;
    }

    private static Refusal? Except(Story story, ExcuseClock exception)
    {
        if (exception.By.Party is not (Party.FloorManager or Party.Inspection or Party.Manager))
        {
            return Refusals.NotYourStep(exception.By.Party, Party.Manager);
        }
        if (story.Now.IsClosed) return Refusals.CaseClosed;
        if (story.Now.Exceptions.Contains(exception.Clock)) return Refusals.AlreadyExcepted;
        story.Happens(new ExceptionRecorded(exception.At, exception.By, exception.Clock, exception.SealedReason));
        return null;
    }

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
        story.Happens(new DecisionContested(contest.At, contest.By, decidedOn, contest.SealedReason));
        Climb(story, contest.At, contest.By, Ladder.Above(decidedOn)!.Value, EscalationCause.Contested);
        return null;
    }

    private static Refusal? RecordExternal(Story story, RecordOutcome outcome)
    {
        if (outcome.By.Party != Party.Agent) return Refusals.NotYourStep(outcome.By.Party, Party.Agent);
        if (story.Now.IsClosed) return Refusals.CaseClosed;
        if (story.Now.Decided) return Refusals.AlreadyDecided;
        if (!Ladder.IsExternal(story.Now.Level)) return Refusals.NotYourStep(outcome.By.Party, Ladder.Owner(story.Now.Level));
        var noted = new OutcomeRecorded(outcome.At, outcome.By, story.Now.Level, outcome.Outcome, outcome.SealedNote);
        switch (outcome.Outcome)
        {
            case ExternalOutcome.ForCustomer:
                var (grant, fault) = Grant.Of(story.Now, outcome.Remedy, outcome.Amount);
                if (fault is not null) return fault;
                story.Happens(noted);
                Uphold(story, outcome.At, outcome.By, grant!, bySilence: false, outcome.SealedNote);
                return null;
            case ExternalOutcome.ForSupplier:
                story.Happens(noted);
                Deny(story, outcome.At, outcome.By, bySilence: false, outcome.SealedNote);
                return null;
            case ExternalOutcome.Unresolved when Ladder.Above(story.Now.Level) is { } above:
                story.Happens(noted);
                Climb(story, outcome.At, outcome.By, above, EscalationCause.Unresolved);
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
        var at = deadline.Due;
        switch (deadline.Name)
        {
            case Clock.Counter:
                story.Happens(Missed(deadline));
                story.Happens(new LateResponseRecorded(at, Actor.Clock, story.Now.SupplierId, deadline.Clause));
                Climb(story, at, Actor.Clock, Rung.InspectionDepartment, EscalationCause.DeadlineMissed);
                break;
            case Clock.FloorHead:
                var excused = story.Now.Exceptions.Contains(ExceptionClock.FourHours);
                story.Happens(Missed(deadline, excused));
                if (!excused && !story.Now.Decided && story.Now.Level <= Rung.FloorHead)
                {
                    Climb(story, at, Actor.Clock, Rung.InspectionDepartment, EscalationCause.DeadlineMissed);
                }
                break;
            case Clock.InspectionDepartment:
                story.Happens(Missed(deadline));
                Climb(story, at, Actor.Clock, Rung.GmInCharge, EscalationCause.DeadlineMissed);
                break;
            case Clock.GmInCharge:
                ElapseResolution(story, deadline);
                break;
            case Clock.ShiftEnd:
            case Clock.Evidence:
                story.Happens(Missed(deadline));
                break;
            case Clock.Payout:
                story.Happens(Missed(deadline));
                InstructAgain(story, at, Actor.Clock);
                break;
            case Clock.Customer:
                story.Happens(new DecisionAccepted(at, Actor.Clock, BySilence: true));
                story.CloseIfDone(at);
                break;
            case Clock.ConsumerAssociation:
            case Clock.LegalCounsel:
                story.Happens(Missed(deadline));
                Climb(story, at, Actor.Clock, Ladder.Above(story.Now.Level)!.Value, EscalationCause.DeadlineMissed);
                break;
            default:
                throw new UnreachableException($"Unknown clock {deadline.Name}.");
        }
    }

    /// <summary>
    /// The manager's time is over: the rulebook's conclusion becomes the decision, wherever in the mall the case still is. An
    /// exception on record stops that once and leaves a longer clock, the proposed one.
    /// </summary>
    private static void ElapseResolution(Story story, Deadline deadline)
    {
        var at = deadline.Due;
        if (story.Now.Exceptions.Contains(ExceptionClock.FortyEightHours) && !deadline.Proposed)
        {
            var longer = DeadlineTable.ResolutionAfterException(at, story.Now.TimeZone, story.NextDeadline);
            story.Happens(Missed(deadline, excepted: true, longer));
            return;
        }
        story.Happens(Missed(deadline));
        if (story.Now.Level < Rung.GmInCharge) Climb(story, at, Actor.Clock, Rung.GmInCharge, EscalationCause.DeadlineMissed);
        if (Grant.ByRulebook(story.Now) is { } grant)
        {
            Uphold(story, at, Actor.Clock, grant, bySilence: true, reason: null);
        }
        else
        {
            Deny(story, at, Actor.Clock, bySilence: true, reason: null);
        }
    }

    private static DeadlineMissed Missed(Deadline deadline, bool excepted = false, params ImmutableArray<Deadline> extended) => new(
        deadline.Due, Actor.Clock, deadline.Id, deadline.Name, deadline.Owner, deadline.Due, deadline.Clause, excepted, extended);

    private static void Climb(Story story, Instant at, Actor by, Rung to, EscalationCause cause)
    {
        var from = story.Now.Level;
        var starts = DeadlineTable.OnReaching(story.Now, to, at);
        var clause = cause switch
        {
            EscalationCause.NoAgreement => "MALL-LAD-1",
            EscalationCause.PassedOn => "MALL-LAD-2",
            EscalationCause.Contested => from == Rung.InspectionDepartment ? "MALL-LAD-2" : "MALL-LAD-5",
            EscalationCause.DeadlineMissed or EscalationCause.Unresolved => "MALL-LAD-5",
            _ => throw new UnreachableException($"Unknown cause {cause}."),
        };
        story.Happens(Ladder.IsExternal(to)
            ? new Referred(at, by, from, to, cause, clause, starts)
            : new Escalated(at, by, from, to, cause, clause, starts));
    }

    private static void Uphold(Story story, Instant at, Actor by, Grant grant, bool bySilence, string? reason)
    {
        var now = story.Now;
        var increase = Money.Max(grant.Amount - now.Granted, grant.Amount with { Fen = 0 });
        story.Happens(new ClaimUpheld(
            at, by, now.Level, grant.Remedy, grant.Amount, increase, now.SupplierAgreed, now.ReachedStep4, bySilence,
            grant.Clauses(now), reason, AnswerClock(story, at)));
        InstructWhatIsOwed(story, at);
        story.CloseIfDone(at);
    }

    private static void Deny(Story story, Instant at, Actor by, bool bySilence, string? reason)
    {
        var entitlement = story.Now.Entitlement;
        var clause = entitlement.IsCovered ? Ladder.Clause(story.Now.Level) : entitlement.Clauses[0];
        story.Happens(new ClaimRefused(at, by, story.Now.Level, clause, bySilence, reason, AnswerClock(story, at)));
        story.CloseIfDone(at);
    }

    /// <summary>Every decision can be contested but an award, which binds.</summary>
    private static ImmutableArray<Deadline> AnswerClock(Story story, Instant at) => story.Now.Level == Rung.LegalArbitration
        ? []
        : [DeadlineTable.Customer(at, story.Now.TimeZone, story.NextDeadline)];

    private static Refusal? WhyNotOnRung(Case now, Actor by, Rung rung)
    {
        var owner = Ladder.Owner(rung);
        if (by.Party != owner) return Refusals.NotYourStep(by.Party, owner);
        if (by.Party == Party.Supplier && by.Id != now.SupplierId) return Refusals.NotYourCase;
        if (now.Level == rung && !now.Decided) return null;
        if (now.Missed(ClockOf(rung))) return Refusals.DeadlinePassed;
        return now switch
        {
            { IsClosed: true } => Refusals.CaseClosed,
            { Decided: true } => Refusals.AlreadyDecided,
            { Level: > Rung.Counter } when rung == Rung.Counter => Refusals.AlreadyAnswered,
            _ => Refusals.NotYourStep(by.Party, Ladder.Owner(now.Level)),
        };
    }

    private static Clock ClockOf(Rung rung) => rung switch
    {
        Rung.Counter => Clock.Counter,
        Rung.FloorHead => Clock.FloorHead,
        Rung.InspectionDepartment => Clock.InspectionDepartment,
        Rung.GmInCharge => Clock.GmInCharge,
        Rung.ConsumerAssociation => Clock.ConsumerAssociation,
        Rung.LegalCounsel => Clock.LegalCounsel,
        _ => throw new ArgumentOutOfRangeException(nameof(rung), rung, "Arbitration has no clock."),
    };

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
