using AfterSales.Domain.Cases;

namespace AfterSales.Domain.Suppliers;

/// <summary>What came of a command about a penalty.</summary>
public abstract record PenaltyDecision
{
    private PenaltyDecision()
    {
    }

    /// <param name="Events">None when it had been done before.</param>
    public sealed record Accepted(IReadOnlyList<PenaltyEvent> Events) : PenaltyDecision;

    public sealed record Refused(Refusal Refusal) : PenaltyDecision;
}

/// <summary>How a penalty goes: imposed, perhaps confirmed, announced, appealed against twice, final. Pure.</summary>
public static class PenaltyDecider
{
    /// <param name="penalty">Null when there is none yet.</param>
    public static PenaltyDecision Decide(Penalty? penalty, PenaltyCommand command, PenaltyClocks clocks) => (penalty, command) switch
    {
        (null, ImposePenalty impose) => Impose(impose, clocks),
        (not null, ImposePenalty) => Accept(),
        (null, _) => Refuse(PenaltyRefusals.Unknown),
        (_, ConfirmPenalty confirm) => WhyNotConfirmed(penalty, confirm) ?? Confirm(penalty, confirm, clocks),
        (_, DeclinePenalty decline) => WhyNotConfirmed(penalty, decline) ?? Accept(new PenaltyDeclined(decline.At, decline.By, decline.SealedReason)),
        (_, AppealPenalty appeal) => Appeal(penalty, appeal, clocks),
        (_, DecidePenaltyAppeal decide) => DecideAppeal(penalty, decide, clocks),
        (_, PayLevy pay) => Pay(penalty, pay, clocks),
        (_, LiftPenalty lift) => Lift(penalty, lift),
        (_, ReversePenalty reverse) => Reverse(penalty, reverse, clocks),
        (_, PenaltyElapsed elapsed) => Elapse(penalty, elapsed),
        _ => throw new ArgumentOutOfRangeException(nameof(command)),
    };

    public static Penalty Evolve(Penalty? penalty, PenaltyEvent happened)
    {
        Penalty next = happened switch
        {
            PenaltyProposed e => Opened(e, e.Supplier, e.Kind, e.About, e.Generation, e.Grounds, new Fine(e.Fine, FineState.None), e.Deadline) with
            {
                Status = PenaltyStatus.Proposed,
            },
            PenaltyAnnounced e => Opened(
                e, e.Supplier, e.Kind, e.About, e.Generation, e.Grounds, new Fine(e.Fine, FineState.None).HeldFrom(e.At), e.Deadline) with
            {
                Strike = new PenaltyStrike(e.At),
            },
            _ => Changed(penalty ?? throw new InvalidOperationException($"{happened.GetType().Name} before the penalty was imposed."), happened),
        };
        return next with
        {
            Sequence = next.Sequence + 1,
            Timeline = next.Timeline.Add(new PenaltyStep(happened.At, happened.By, happened.Name, ReasonOf(happened))),
        };
    }

    private static Penalty Changed(Penalty penalty, PenaltyEvent happened) => happened switch
    {
        PenaltyConfirmed e => Decided(penalty, e) with
        {
            Status = PenaltyStatus.Announced,
            Grounds = e.Grounds ?? penalty.Grounds,
            Fine = new Fine(e.Fine, FineState.None).HeldFrom(e.At),
            Strike = new PenaltyStrike(e.At),
            Deadline = e.Deadline,
        },
        PenaltyDeclined e => Decided(penalty, e) with { Status = PenaltyStatus.Declined, Deadline = null },
        PenaltyAppealed e => penalty with
        {
            Status = PenaltyStatus.UnderAppeal,
            Appeals = penalty.Appeals.Add(new PenaltyAppeal(e.Round, e.At, e.By, e.SealedReason)),
            Deadline = e.Deadline,
        },
        PenaltyAppealDecided e => AppealDecided(Decided(penalty, e), e),
        PenaltyBecameFinal e => penalty with
        {
            Status = PenaltyStatus.Final,
            Fine = penalty.Fine.SettledFrom(e.At, e.Forfeit),
            Deadline = null,
            ContractEndedAt = e.EndsContract ? e.At : null,
        },
        PenaltyLevyPaid e => penalty with { Payment = new LevyPaid(e.Amount, e.PaidAt) },
        PenaltyLifted e => Ended(penalty, e) with { Status = PenaltyStatus.Lifted, ContractEndedAt = null },
        PenaltyPartReversed { Part: PenaltyPart.Fine } e => Reversed(penalty with { Fine = penalty.Fine.EndedFrom(e.At) }, e),
        PenaltyPartReversed e => Reversed(penalty with { Strike = penalty.Strike.ReversedFrom(e.At) }, e),
        _ => throw new ArgumentOutOfRangeException(nameof(happened)),
    };

    private static PenaltyDecision Impose(ImposePenalty impose, PenaltyClocks clocks)
    {
        if (impose.Fine.Fen > Money.MaxFen) return Refuse(PenaltyRefusals.AmountOverflow);
        return Accept(impose.Kind == PenaltyKind.Expulsion
            ? new PenaltyProposed(
                impose.At, impose.By, impose.Supplier, impose.Kind, impose.About, impose.Generation, impose.Grounds, impose.Fine,
                clocks.ConfirmationOf(impose.At, 1))
            : new PenaltyAnnounced(
                impose.At, impose.By, impose.Supplier, impose.Kind, impose.About, impose.Generation, impose.Grounds, impose.Fine,
                clocks.NoticeOf(toPay: impose.Kind == PenaltyKind.Levy, impose.At, 1)));
    }

    private static PenaltyDecision Confirm(Penalty penalty, ConfirmPenalty confirm, PenaltyClocks clocks) => confirm.Grounds is { } grounds
        ? Accept(new PenaltyConfirmed(
            confirm.At, confirm.By, confirm.Fine, confirm.SealedReason, clocks.NoticeOf(toPay: false, confirm.At, Number(penalty)), grounds))
        : Refuse(PenaltyRefusals.NoGrounds);

    private static PenaltyDecision? WhyNotConfirmed(Penalty penalty, PenaltyCommand command) =>
        penalty.Status != PenaltyStatus.Proposed ? Refuse(PenaltyRefusals.NotProposed)
        : penalty.WasDecidedBy(command.By.Id) ? Refuse(PenaltyRefusals.SamePerson)
        : IsLate(penalty, command) ? Refuse(PenaltyRefusals.DeadlinePassed)
        : null;

    private static PenaltyDecision Appeal(Penalty penalty, AppealPenalty appeal, PenaltyClocks clocks)
    {
        if (penalty.Status != PenaltyStatus.Announced) return Refuse(PenaltyRefusals.NotAppealable);
        if (penalty.Appeals.Length >= clocks.Rounds) return Refuse(PenaltyRefusals.RoundsExhausted);
        if (IsLate(penalty, appeal)) return Refuse(PenaltyRefusals.DeadlinePassed);
        int round = penalty.Appeals.Length + 1;
        return Accept(new PenaltyAppealed(appeal.At, appeal.By, round, appeal.SealedReason, clocks.AppealOf(appeal.At, round, Number(penalty))));
    }

    private static PenaltyDecision DecideAppeal(Penalty penalty, DecidePenaltyAppeal decide, PenaltyClocks clocks)
    {
        if (penalty.Appeals.All(appeal => appeal.Round != decide.Round)) return Refuse(PenaltyRefusals.NoSuchAppeal);
        if (penalty.OpenAppeal?.Round != decide.Round) return Refuse(PenaltyRefusals.NoOpenAppeal);
        if (decide.By.Party != Party.Manager && decide.By.Party != penalty.Deadline?.Owner) return Refuse(PenaltyRefusals.NotYourRound);
        if (penalty.WasDecidedBy(decide.By.Id)) return Refuse(PenaltyRefusals.SamePerson);
        if (IsLate(penalty, decide)) return Refuse(PenaltyRefusals.DeadlinePassed);
        // After the last round there is nothing to wait for but a levy's payment.
        bool waits = decide.Upheld && (decide.Round < clocks.Rounds || penalty.AwaitsPayment);
        var decided = new PenaltyAppealDecided(
            decide.At, decide.By, decide.Round, decide.Upheld, decide.SealedReason,
            waits ? clocks.NoticeOf(penalty.AwaitsPayment, decide.At, Number(penalty)) : null);
        return decide.Upheld && !waits ? Accept(decided, Final(penalty, decide, decide.Forfeit)) : Accept(decided);
    }

    private static PenaltyDecision Pay(Penalty penalty, PayLevy pay, PenaltyClocks clocks)
    {
        if (penalty is not { AwaitsPayment: true, Status: PenaltyStatus.Announced }) return Refuse(PenaltyRefusals.NotPayable);
        if (clocks.DayOf(pay.PaidAt) < clocks.DayOf(penalty.OpenedAt) || clocks.DayOf(pay.PaidAt) > clocks.DayOf(pay.At))
            return Refuse(PenaltyRefusals.PaidOutOfTime);
        if (!pay.Accepted || pay.Amount != penalty.Fine.Amount) return Refuse(PenaltyRefusals.PartPayment);
        return Accept(
            new PenaltyLevyPaid(pay.At, pay.By, pay.Amount, pay.PaidAt), new PenaltyBecameFinal(pay.At, pay.By, EndsContract: false));
    }

    /// <summary>What was settled in money is not undone by counting anew.</summary>
    private static PenaltyDecision Lift(Penalty penalty, LiftPenalty lift) =>
        penalty.Status is PenaltyStatus.Lifted or PenaltyStatus.Overturned or PenaltyStatus.Declined ? Accept()
        : penalty.IsLiftable ? Accept(new PenaltyLifted(lift.At, lift.By))
        : Refuse(PenaltyRefusals.NotLiftable);

    private static PenaltyDecision Reverse(Penalty penalty, ReversePenalty reverse, PenaltyClocks clocks)
    {
        bool stands = reverse.Part == PenaltyPart.Fine
            ? penalty.Fine.State is FineState.Held or FineState.Settled
            : penalty.Strike.Stands;
        if (!stands) return Refuse(PenaltyRefusals.NothingToReverse);
        // A levy taken back is not waited for any more; what is left of its notice is the time to appeal against the strike.
        Deadline? notice = reverse.Part == PenaltyPart.Fine && penalty is { AwaitsPayment: true, Status: PenaltyStatus.Announced, Deadline: { } toPay }
            ? clocks.NoticeOf(toPay: false, toPay.Arithmetic.Anchor, Number(penalty))
            : null;
        return Accept(new PenaltyPartReversed(reverse.At, reverse.By, reverse.Part, reverse.SealedReason, notice));
    }

    /// <summary>What silence does is dated at the due instant, whenever it is noticed.</summary>
    private static PenaltyDecision Elapse(Penalty penalty, PenaltyElapsed elapsed)
    {
        if (penalty.Deadline is not { } deadline || deadline.Id != elapsed.DeadlineId) return Refuse(PenaltyRefusals.NotRunning);
        if (elapsed.At <= deadline.Due) return Refuse(PenaltyRefusals.NotDue);
        PenaltyElapsed due = elapsed with { At = deadline.Due };
        return penalty.Status switch
        {
            PenaltyStatus.Proposed => Accept(new PenaltyDeclined(due.At, due.By, null)),
            PenaltyStatus.Announced => Accept(Final(penalty, due, due.Forfeit)),
            PenaltyStatus.UnderAppeal => Accept(
                new PenaltyAppealDecided(due.At, due.By, penalty.OpenAppeal!.Round, Upheld: false, null, null)),
            _ => throw new InvalidOperationException($"{penalty.Id} is {penalty.Status} and has a clock."),
        };
    }

    /// <summary>An expulsion ends the contract, and so does a levy that is still claimed.</summary>
    private static PenaltyBecameFinal Final(Penalty penalty, PenaltyCommand command, Money? forfeit) => new(
        command.At, command.By,
        EndsContract: penalty.AwaitsPayment || (penalty.Kind == PenaltyKind.Expulsion && !penalty.IsSpent),
        penalty.Kind == PenaltyKind.Expulsion ? forfeit : null);

    /// <summary>The contract does not stay ended by what was taken back altogether.</summary>
    private static Penalty Reversed(Penalty penalty, PenaltyPartReversed e) => Decided(penalty, e) with
    {
        Deadline = e.Deadline ?? penalty.Deadline,
        ContractEndedAt = penalty.IsSpent ? null : penalty.ContractEndedAt,
    };

    private static Penalty AppealDecided(Penalty penalty, PenaltyAppealDecided e)
    {
        Penalty decided = penalty with
        {
            Appeals = [.. penalty.Appeals.Select(appeal => appeal.Round == e.Round
                ? appeal with { Upheld = e.Upheld, DecidedAt = e.At, DecidedBy = e.By, SealedDecision = e.SealedReason }
                : appeal)],
            Deadline = e.Deadline,
        };
        return e.Upheld ? decided with { Status = PenaltyStatus.Announced } : Ended(decided, e) with { Status = PenaltyStatus.Overturned };
    }

    private static Penalty Ended(Penalty penalty, PenaltyEvent e) => penalty with
    {
        Fine = penalty.Fine.EndedFrom(e.At),
        Strike = penalty.Strike.ReversedFrom(e.At),
        Deadline = null,
    };

    private static Penalty Decided(Penalty penalty, PenaltyEvent e) => penalty with { Deciders = penalty.Deciders.Add(e.By) };

    private static Penalty Opened(
        PenaltyEvent e, SupplierId supplier, PenaltyKind kind, string about, int generation, Grounds grounds, Fine fine, Deadline deadline) => new()
        {
            Id = PenaltyId.For(supplier, kind, $"{about}#{generation}"),
            Supplier = supplier,
            Kind = kind,
            Grounds = grounds,
            Status = PenaltyStatus.Announced,
            OpenedAt = e.At,
            About = about,
            Generation = generation,
            Fine = fine,
            Deciders = [e.By],
            Deadline = deadline,
        };

    private static int Number(Penalty penalty) => checked((int)penalty.Sequence + 1);

    private static bool IsLate(Penalty penalty, PenaltyCommand command) => penalty.Deadline is { } deadline && command.At > deadline.Due;

    private static string? ReasonOf(PenaltyEvent happened) => happened switch
    {
        PenaltyConfirmed e => e.SealedReason,
        PenaltyDeclined e => e.SealedReason,
        PenaltyAppealed e => e.SealedReason,
        PenaltyAppealDecided e => e.SealedReason,
        PenaltyPartReversed e => e.SealedReason,
        _ => null,
    };

    private static PenaltyDecision Accept(params IReadOnlyList<PenaltyEvent> events) => new PenaltyDecision.Accepted(events);

    private static PenaltyDecision Refuse(Refusal refusal) => new PenaltyDecision.Refused(refusal);
}
