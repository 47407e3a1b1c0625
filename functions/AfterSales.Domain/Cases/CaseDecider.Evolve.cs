using System.Collections.Immutable;
using System.Diagnostics;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;

namespace AfterSales.Domain.Cases;

/// <summary>What a case is after an event: what moved, which clocks stopped, which started, and the line in its history.</summary>
public static partial class CaseDecider
{
    /// <param name="current">Null before the first event.</param>
    /// <param name="process">How the case goes; it does not change during its life.</param>
    public static Case Evolve(CaseProcess process, Case? current, CaseEvent happened)
    {
        var before = current ?? Opened(process, (CaseOpened)happened);
        var after = WithOffer(WithEvidence(Moved(before, happened), happened), happened);
        var open = after.Deadlines.RemoveAll(deadline =>
                Stops(happened, deadline, process.ScopeOf(deadline.Name))
                || (after.Fulfilment is null && process.ScopeOf(deadline.Name) == ClockScope.Remedy))
            .AddRange(happened.Starts);

        // A pause lasts as long as it holds a clock.
        if (after.Pause is not null && open.All(deadline => deadline.Runs))
        {
            after = after with { Pause = null };
            open = open.RemoveAll(deadline => process.ScopeOf(deadline.Name) == ClockScope.Pause);
        }
        return WithPauses(before, after, happened.At) with
        {
            Sequence = before.Sequence + 1,
            Deadlines = open,
            DeadlinesStarted = before.DeadlinesStarted + (happened is ClocksResumed ? 0 : happened.Starts.Count),
            HighestLevel = after.Rung.Number > process[before.HighestLevel].Number ? after.Level : before.HighestLevel,
            Timeline = before.Timeline.Add(CaseTimeline.Of(process, happened)),
        };
    }

    public static Case Fold(CaseProcess process, IEnumerable<CaseEvent> events) =>
        events.Aggregate((Case?)null, (current, happened) => Evolve(process, current, happened))
        ?? throw new ArgumentException("A case has at least the event that opened it.", nameof(events));

    private static Case Opened(CaseProcess process, CaseOpened opened) => new()
    {
        Process = process,
        Level = process.First.Code,
        HighestLevel = process.First.Code,
        ClocksFrom = opened.At,
        Id = opened.Id,
        Marketplace = opened.Marketplace,
        ExternalId = opened.ExternalId,
        SupplierId = opened.SupplierId,
        CustomerId = opened.CustomerId,
        Claim = opened.Claim,
        Order = opened.Order,
        Decision = opened.Decision,
        Zone = opened.Zone,
        OpenedAt = opened.At,
        HeldForEvidence = [.. opened.HeldForEvidence ?? []],
        Granted = new Money(0, opened.Order.Paid.Currency),
        MostGranted = new Money(0, opened.Order.Paid.Currency),
    };

    private static Case Moved(Case now, CaseEvent happened) => happened switch
    {
        CaseOpened or SupplierRefused or LateResponseRecorded or OutcomeRecorded => now,
        CaseUpdated updated => now with { Decision = updated.Decision },
        ReportNoted noted => now with
        {
            Reports = now.Reports.Contains(noted.Report) ? now.Reports : now.Reports.Add(noted.Report),
            RefundsElsewhere = noted.Report == MarketplaceReport.RefundedElsewhere
                ? now.RefundsElsewhere.Add(new RefundElsewhere(noted.Refund, noted.Amount))
                : now.RefundsElsewhere,
        },
        CaseWithdrawn => now with { Answer = CustomerAnswer.Withdrawn, Decided = true, Proposal = null },
        ContradictionNoted noted => now with
        {
            Contradictions = now.Contradictions.Add(new Contradiction(noted.About, noted.Held, noted.Given)),
        },
        EvidenceAdded or EvidenceFetchRequested or EvidenceRejected or EvidenceRequested or EvidenceStaged or EvidenceSubmitted
            or EvidenceRoundClosed or EvidenceOriginalOpened or OfferMade or OfferAccepted or OfferDeclined or OfferLapsed => now,
        SupplierAccepted => now with { SupplierAgreed = true },
        DeadlineMissed missed => now with { Breaches = now.Breaches.Add(missed) },
        ExceptionRecorded recorded => now with { Exceptions = now.Exceptions.Add(recorded.Clock) },
        Escalated escalated => Reached(now, escalated.To),
        Referred referred => Reached(now, referred.To),
        DecisionProposed proposed => now with
        {
            Proposal = new Proposal(
                proposed.At, proposed.By, proposed.Rung, proposed.Remedy, proposed.Amount, proposed.Clause, proposed.SealedReason, proposed.Goods, proposed.Terms),
        },
        ProposalSentBack => now with { Proposal = null },
        RemedyBegun begun => now with { Fulfilment = new Fulfilment(begun.Remedy, begun.At, [.. begun.Steps]) },
        RemedyStepDone { Step: RemedyStep.PayDifference } done => now with
        {
            Fulfilment = now.Fulfilment!.With(done.Step, done.State, done.At, done.Note),
            DifferenceDue = null,
            DifferencesPaid = done is { State: StepState.Done, Note.Amount: { } paid } ? now.DifferencesPaid.Add(paid) : now.DifferencesPaid,
        },
        RemedyStepDone { Step: RemedyStep.AcceptQuote } done when now.Fulfilment!.Completed(done.Step, done.State, done.At, done.Note) is var taken =>
            now with { Fulfilment = taken, DifferenceDue = taken.PriceDue },
        RemedyStepDone done => now with { Fulfilment = now.Fulfilment!.With(done.Step, done.State, done.At, done.Note) },
        RemedyLapsed lapsed => now with { Fulfilment = now.Fulfilment!.With(lapsed.Step, StepState.Lapsed, lapsed.At, null), DifferenceDue = null },
        DifferenceReduced { Due.IsPositive: true } reduced => now with { DifferenceDue = reduced.Due },
        DifferenceReduced reduced => now with
        {
            DifferenceDue = null,
            Fulfilment = now.Fulfilment!.With(RemedyStep.PayDifference, StepState.Skipped, reduced.At, null),
        },
        GrantReduced reduced => now with
        {
            Granted = reduced.Granted,
            MostGranted = now.MostGranted - reduced.Amount,
            Components = [.. reduced.Components ?? []],
        },
        ClocksPaused paused => now with
        {
            Pause = new CasePause(paused.At, paused.By, paused.Reason),
            Deadlines = [.. now.Deadlines.Select(open => paused.Paused.Contains(open.Id) ? open with { PausedAt = paused.At } : open)],
        },
        ClocksResumed => now with { Pause = null },
        CaseReopened reopened => now with
        {
            Run = reopened.Run,
            ClocksFrom = reopened.At,
            Level = reopened.Level,
            Decided = false,
            Answer = CustomerAnswer.NotAsked,
            ClosedAt = null,
            Outcome = null,

            // What lapsed is no longer granted; a remedy that was given stays.
            Fulfilment = now.Fulfilment is { Lapsed: true } ? null : now.Fulfilment,
            GrantedRemedy = now.Fulfilment is { Lapsed: true } ? null : now.GrantedRemedy,
        },
        CaseLinked linked => now with { Links = now.Links.Add(new CaseLink(linked.Other, linked.Kind)) },
        CaseMerged merged => now with { Proposal = null, Links = now.Links.Add(new CaseLink(merged.Into, LinkKind.MergedInto)) },
        ClaimUpheld upheld => now with
        {
            Decided = true,
            Proposal = null,
            Deciders = now.Proposal is { By: var first } ? Decided(now with { Deciders = Decided(now, first) }, upheld.By) : Decided(now, upheld.By),
            Answer = upheld.Deadlines.Count == 0 ? CustomerAnswer.Bound : CustomerAnswer.Awaited,
            Granted = now.Granted + upheld.Increase,
            MostGranted = Money.Max(now.MostGranted, upheld.Amount),
            Components = upheld.Amount >= now.Granted ? [.. upheld.Components ?? []] : now.Components,
            DifferenceDue = upheld.DifferenceDue ?? (upheld.Remedy == Remedy.Repair && now.GrantedRemedy == Remedy.Repair ? now.DifferenceDue : null),
            GrantedRemedy = upheld.Remedy,
            Coupon = upheld.Coupon,
            Fulfilment = now.Fulfilment?.Remedy == upheld.Remedy ? now.Fulfilment : null,
            Ruling = new Ruling(upheld.At, upheld.Rung, Outcome.Uphold, upheld.BySilence, upheld.Remedy, upheld.Amount,
                [.. upheld.Clauses], upheld.SealedReason, upheld.By),
        },
        ClaimRefused refused => now with
        {
            Decided = true,
            Proposal = null,
            Deciders = Decided(now, refused.By),
            Answer = refused.Deadlines.Count == 0 ? CustomerAnswer.Bound : CustomerAnswer.Awaited,
            Ruling = new Ruling(refused.At, refused.Rung, Outcome.Refuse, refused.BySilence, null, now.Granted with { Fen = 0 },
                [refused.Clause], refused.SealedReason, refused.By),
        },
        DecisionAccepted accepted => now with
        {
            Answer = accepted.BySilence ? CustomerAnswer.AcceptedBySilence : CustomerAnswer.Accepted,
        },
        DecisionContested => now with { Decided = false, Answer = CustomerAnswer.NotAsked },
        RefundInstructed instructed => now with
        {
            Payouts = [.. now.Payouts.Where(payout => payout.Id != instructed.PayoutId),
                new Payout(instructed.PayoutId, instructed.Amount, PayoutState.Instructed, instructed.Attempt, instructed.At)
                {
                    Parts = Find(now, instructed.PayoutId)?.Parts,
                    Components = instructed.Components,
                    Pieces = instructed.Pieces,
                    ReleasedBy = Find(now, instructed.PayoutId)?.ReleasedBy,
                }],
        },
        TenderRefunded part => WithPayout(
            now, part.PayoutId, payout => payout with { Parts = [.. payout.Parts ?? [], new TenderShare(part.Tender, part.Amount)] }),
        RefundConfirmed { Cancellation: null } confirmed => Confirmed(now, confirmed),
        RefundConfirmed confirmed => Balanced(Confirmed(now, confirmed), now.Components, GrantedAgain(now, confirmed.Amount)),
        RefundMatched matched => WithPayout(now, matched.PayoutId, payout => payout with { Refund = matched.Refund }),
        RefundFailed failed => WithPayout(now, failed.PayoutId, PayoutState.Failed),
        PayoutQueuedForFinance queued => WithPayout(now, queued.PayoutId, PayoutState.QueuedForFinance, queued.Reason),
        PayoutSettled settled => WithPayout(
            WithPayout(now, settled.PayoutId, PayoutState.Settled), settled.PayoutId,
            payout => payout with
            {
                PaidOn = settled.PaidOn,
                Reference = settled.Reference,
                ReleasedBy = Find(now, payout.Id)!.Held is null ? payout.ReleasedBy : settled.By.Id ?? "",
            }),
        PayoutReleaseProposed proposed => WithPayout(
            now, proposed.PayoutId, payout => payout with { Release = new PayoutRelease(proposed.At, proposed.By, proposed.SealedReason) }),
        PayoutReleaseSentBack sentBack => WithPayout(now, sentBack.PayoutId, payout => payout with { Release = null }),
        PayoutReleased released => WithPayout(now, released.PayoutId, payout => payout with { ReleasedBy = (payout.Release?.By ?? released.By).Id ?? "" }),
        // What has been paid stays granted.
        PayoutCancelled cancelled => Balanced(
            WithPayout(now, cancelled.PayoutId, PayoutState.Cancelled),
            MoneyParts.Less(now.Components, Find(now, cancelled.PayoutId)?.Components ?? []),
            Money.Max(now.Granted - cancelled.Amount, now.Paid)),
        OverpaymentFound found => now with { Overpayments = now.Overpayments.Add(new Overpayment(found.Key, found.Amount, found.At)) },
        OverpaymentResolved resolved => now with
        {
            Overpayments = [.. now.Overpayments.Select(one => one.End is null ? one with { End = resolved.End } : one)],
        },
        SnapshotTaken taken => WithSnapshot(now, taken),
        CaseClosed closed => now with { ClosedAt = closed.At, Outcome = closed.Outcome },
        _ => throw new UnreachableException($"Unknown event {happened.GetType().Name}."),
    };

    private static Case Balanced(Case now, ImmutableArray<MoneyComponent> parts, Money granted) =>
        now with { Granted = granted, Components = MoneyParts.Balanced(parts, granted) };

    /// <summary>A cancelled sum was paid after all; a decision since then may have granted it anew already, and it counts once.</summary>
    private static Money GrantedAgain(Case now, Money paid) =>
        now.Granted + paid <= now.MostGranted ? now.Granted + paid : Money.Max(now.Granted, now.MostGranted);

    private static Case Confirmed(Case now, RefundConfirmed confirmed) => WithPayout(
        WithPayout(now, confirmed.PayoutId, PayoutState.Confirmed), confirmed.PayoutId, payout => payout with { Refund = confirmed.Refund });

    private static Case WithPayout(Case now, PayoutId id, PayoutState state, PayoutHold? held = null) => WithPayout(now, id, payout => payout with
    {
        State = state,
        Held = held,
        Release = null,
        Cancellation = state == PayoutState.Cancelled ? now.Sequence + 1 : null,
    });

    private static Case WithPayout(Case now, PayoutId id, Func<Payout, Payout> change) =>
        now with { Payouts = [.. now.Payouts.Select(payout => payout.Id == id ? change(payout) : payout)] };

    /// <summary>Somebody decides there, perhaps anew; what the step before proposed is over, a remedy that is under way goes on.</summary>
    private static Case Reached(Case now, StepCode step) => now with
    {
        Level = step,
        Decided = false,
        Proposal = null,
        Answer = CustomerAnswer.NotAsked,
    };

    /// <summary>A supplier who accepts and then sits nowhere above is not a judge; staff are.</summary>
    private static ImmutableArray<string> Decided(Case now, Actor by) =>
        by is { Party: not (Party.Clock or Party.Supplier), Id: { } id } && !now.Deciders.Contains(id) ? now.Deciders.Add(id) : now.Deciders;

    /// <summary>Which clocks an event stops.</summary>
    private static bool Stops(CaseEvent happened, Deadline open, ClockScope scope) => happened switch
    {
        DeadlineMissed missed => open.Id == missed.DeadlineId,
        SupplierAccepted or SupplierRefused => scope == ClockScope.Step,
        Escalated => scope is ClockScope.Step or ClockScope.Answer or ClockScope.Approval,

        // While an outside body has the case, nobody's silence in the house decides over its head, and no remedy lapses that it may change:
        // what it leaves standing is waited for anew from its decision.
        Referred => scope is not (ClockScope.Payout or ClockScope.Evidence),
        ClaimUpheld or ClaimRefused or CaseWithdrawn => scope is not (ClockScope.Payout or ClockScope.Remedy or ClockScope.Pause),
        DecisionAccepted or DecisionContested => scope == ClockScope.Answer,
        ProposalSentBack => scope == ClockScope.Approval,
        RemedyBegun or RemedyStepDone or RemedyLapsed => scope == ClockScope.Remedy,
        RefundInstructed or RefundConfirmed or PayoutQueuedForFinance or PayoutSettled or PayoutCancelled => scope == ClockScope.Payout,
        ClocksResumed resumed => scope == ClockScope.Pause || resumed.Deadlines.Any(moved => moved.Id == open.Id),
        OfferMade or OfferAccepted or OfferDeclined or OfferLapsed => scope == ClockScope.Offer,
        EvidenceSubmitted submitted => open.Id == submitted.DeadlineId,
        EvidenceRoundClosed => scope == ClockScope.Evidence,
        CaseClosed or CaseMerged => true,
        CaseOpened or CaseUpdated or ReportNoted or ContradictionNoted or EvidenceAdded or EvidenceFetchRequested or EvidenceRejected
            or LateResponseRecorded or ExceptionRecorded or OutcomeRecorded or RefundFailed or RefundMatched or TenderRefunded or DecisionProposed
            or GrantReduced or DifferenceReduced or PayoutReleaseProposed or PayoutReleaseSentBack or PayoutReleased or ClocksPaused or CaseReopened or CaseLinked or SnapshotTaken or EvidenceRequested or EvidenceStaged
            or EvidenceOriginalOpened or OverpaymentFound or OverpaymentResolved => false,
        _ => throw new UnreachableException($"Unknown event {happened.GetType().Name}."),
    };
}
