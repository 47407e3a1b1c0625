using System.Diagnostics;
using AfterSales.Domain.Refunds;

namespace AfterSales.Domain.Cases;

/// <summary>What a case is after an event: what moved, which clocks stopped, which started, and the line in its history.</summary>
public static partial class CaseDecider
{
    /// <param name="current">Null before the first event.</param>
    public static Case Evolve(Case? current, CaseEvent happened)
    {
        var before = current ?? Opened((CaseOpened)happened);
        var after = WithEvidence(Moved(before, happened), happened);
        var open = after.Deadlines.RemoveAll(deadline => Stops(happened, deadline)).AddRange(happened.Starts);
        return after with
        {
            Sequence = before.Sequence + 1,
            Deadlines = open,
            DeadlinesStarted = before.DeadlinesStarted + happened.Starts.Count,
            HighestLevel = after.Level > before.HighestLevel ? after.Level : before.HighestLevel,
            Timeline = before.Timeline.Add(CaseTimeline.Of(happened)),
        };
    }

    public static Case Fold(IEnumerable<CaseEvent> events) =>
        events.Aggregate((Case?)null, Evolve)
        ?? throw new ArgumentException("A case has at least the event that opened it.", nameof(events));

    private static Case Opened(CaseOpened opened) => new()
    {
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
        ReportNoted noted => now with { Reports = now.Reports.Add(noted.Report) },
        CaseWithdrawn => now with { Answer = CustomerAnswer.Withdrawn, Decided = true },
        ContradictionNoted noted => now with
        {
            Contradictions = now.Contradictions.Add(new Contradiction(noted.About, noted.Held, noted.Given)),
        },
        EvidenceAdded or EvidenceFetchRequested or EvidenceRejected or EvidenceRequested or EvidenceStaged or EvidenceSubmitted
            or EvidenceRoundClosed or EvidenceOriginalOpened => now,
        SupplierAccepted => now with { SupplierAgreed = true },
        DeadlineMissed missed => now with { Breaches = now.Breaches.Add(missed) },
        ExceptionRecorded recorded => now with { Exceptions = now.Exceptions.Add(recorded.Clock) },
        Escalated escalated => now with { Level = escalated.To },
        Referred referred => now with { Level = referred.To },
        ClaimUpheld upheld => now with
        {
            Decided = true,
            Answer = upheld.Rung == Rung.LegalArbitration ? CustomerAnswer.Bound : CustomerAnswer.Awaited,
            Granted = now.Granted + upheld.Increase,
            MostGranted = Money.Max(now.MostGranted, upheld.Amount),
            GrantedRemedy = upheld.Remedy,
            Ruling = new Ruling(upheld.At, upheld.Rung, Outcome.Uphold, upheld.BySilence, upheld.Remedy, upheld.Amount,
                [.. upheld.Clauses], upheld.SealedReason),
        },
        ClaimRefused refused => now with
        {
            Decided = true,
            Answer = refused.Rung == Rung.LegalArbitration ? CustomerAnswer.Bound : CustomerAnswer.Awaited,
            Ruling = new Ruling(refused.At, refused.Rung, Outcome.Refuse, refused.BySilence, null, now.Granted with { Fen = 0 },
                [refused.Clause], refused.SealedReason),
        },
        DecisionAccepted accepted => now with
        {
            Answer = accepted.BySilence ? CustomerAnswer.AcceptedBySilence : CustomerAnswer.Accepted,
        },
        DecisionContested => now with { Decided = false, Answer = CustomerAnswer.NotAsked },
        RefundInstructed instructed => now with
        {
            Payouts = [.. now.Payouts.Where(payout => payout.Id != instructed.PayoutId),
                new Payout(instructed.PayoutId, instructed.Amount, PayoutState.Instructed, instructed.Attempt, instructed.At)],
        },
        RefundConfirmed confirmed => WithPayout(now, confirmed.PayoutId, PayoutState.Confirmed) with
        {
            Granted = confirmed.Cancellation is null ? now.Granted : GrantedAgain(now, confirmed.Amount),
        },
        RefundFailed failed => WithPayout(now, failed.PayoutId, PayoutState.Failed),
        PayoutQueuedForFinance queued => WithPayout(now, queued.PayoutId, PayoutState.QueuedForFinance),
        PayoutSettled settled => WithPayout(now, settled.PayoutId, PayoutState.Settled),
        PayoutCancelled cancelled => WithPayout(now, cancelled.PayoutId, PayoutState.Cancelled) with
        {
            // What has been paid stays granted.
            Granted = Money.Max(now.Granted - cancelled.Amount, now.Paid),
        },
        CaseClosed closed => now with { ClosedAt = closed.At, Outcome = closed.Outcome },
        _ => throw new UnreachableException($"Unknown event {happened.GetType().Name}."),
    };

    /// <summary>A cancelled sum was paid after all; a decision since then may have granted it anew already, and it counts once.</summary>
    private static Money GrantedAgain(Case now, Money paid) =>
        now.Granted + paid <= now.MostGranted ? now.Granted + paid : Money.Max(now.Granted, now.MostGranted);

    private static Case WithPayout(Case now, PayoutId id, PayoutState state) => now with
    {
        Payouts = [.. now.Payouts.Select(payout => payout.Id != id ? payout : payout with
        {
            State = state,
            Cancellation = state == PayoutState.Cancelled ? now.Sequence + 1 : null,
        })],
    };

    /// <summary>Which clocks an event stops.</summary>
    private static bool Stops(CaseEvent happened, Deadline open) => happened switch
    {
        DeadlineMissed missed => open.Id == missed.DeadlineId,
        SupplierAccepted or SupplierRefused => open.Name == Clock.Counter,
        Escalated escalated => IsStepOf(escalated.From, open.Name),
        Referred referred => IsStepOf(referred.From, open.Name),
        ClaimUpheld or ClaimRefused or CaseWithdrawn => open.Name != Clock.Payout,
        DecisionAccepted or DecisionContested => open.Name == Clock.Customer,
        RefundInstructed or RefundConfirmed or PayoutQueuedForFinance or PayoutSettled or PayoutCancelled => open.Name == Clock.Payout,
        EvidenceSubmitted submitted => open.Id == submitted.DeadlineId,
        EvidenceRoundClosed => open.Name == Clock.Evidence,
        CaseClosed => true,
        EvidenceRequested or EvidenceStaged or EvidenceOriginalOpened => false,
        CaseOpened or CaseUpdated or ReportNoted or ContradictionNoted or EvidenceAdded or EvidenceFetchRequested or EvidenceRejected
            or LateResponseRecorded or ExceptionRecorded or OutcomeRecorded or RefundFailed => false,
        _ => throw new UnreachableException($"Unknown event {happened.GetType().Name}."),
    };

    /// <summary>The clocks that end when a case leaves the rung; the 4 and 48 hours run on until somebody decides.</summary>
    private static bool IsStepOf(Rung rung, Clock clock) => (rung, clock) is
        (Rung.Counter, Clock.Counter)
        or (Rung.InspectionDepartment, Clock.InspectionDepartment)
        or (Rung.ConsumerAssociation, Clock.ConsumerAssociation)
        or (Rung.LegalCounsel, Clock.LegalCounsel);
}
