using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using NodaTime.Extensions;

namespace AfterSales.Functions.Refunds;

/// <summary>Whether a marketplace is told what an event says.</summary>
/// <param name="Tenders">Of an instruction: over which tenders the item's refund goes; empty where its marketplace named none.</param>
public sealed record RefundClearance(bool IsTold, IReadOnlyList<TenderShare> Tenders)
{
    public static RefundClearance Told { get; } = new(true, []);

    public static RefundClearance Withheld { get; } = new(false, []);
}

/// <summary>
/// Nothing is paid twice for an item, whichever case or marketplace pays: an instruction is written down in the item's account before
/// the marketplace is told, and when the account refuses it, finance looks at it first. What finance sends all the same, and what
/// was paid all the same, is kept as it happened.
/// </summary>
public sealed class RefundGuard(ItemAccounts items, CaseStore cases, TimeProvider clock)
{
    /// <summary>Writes down what the event means for the item's money. Safe to repeat: every effect's key follows from the payout or event.</summary>
    /// <param name="case">As it is now, which may be later than the event.</param>
    public Task<RefundClearance> ClearAsync(Envelope envelope, CaseEvent? happened, Case @case, CancellationToken cancellationToken) => happened switch
    {
        RefundInstructed e => InstructAsync(e, @case, cancellationToken),
        ReportNoted { Report: MarketplaceReport.RefundedElsewhere } e => NoteAsync(
            @case, ItemRefund.Elsewhere(@case, new RefundElsewhere(e.Refund, e.Amount)), cancellationToken),
        RefundConfirmed e => NoteAsync(@case, ItemRefund.Paid(@case, e.PayoutId, e.Amount), cancellationToken),
        PayoutSettled e => NoteAsync(@case, ItemRefund.Paid(@case, e.PayoutId, e.Amount), cancellationToken),
        RemedyStepDone { Step: RemedyStep.PayDifference } => NoteAllAsync(@case, ItemRefund.DifferencesPaid(@case), cancellationToken),
        PayoutCancelled e => NoteAsync(
            @case, new RefundRequest.Undo($"{e.PayoutId}.cancelled.{CaseStore.SequenceOf(envelope)}", By(@case), e.PayoutId.ToString()), cancellationToken),
        _ => Task.FromResult(RefundClearance.Told),
    };

    private async Task<RefundClearance> InstructAsync(RefundInstructed instructed, Case @case, CancellationToken cancellationToken)
    {
        // What finance has taken over in the meantime is not to be paid by the marketplace as well.
        var payout = @case.Payouts.First(one => one.Id == instructed.PayoutId);
        if (payout.State is PayoutState.QueuedForFinance or PayoutState.Cancelled or PayoutState.Settled) return RefundClearance.Withheld;
        await NoteAllAsync(@case, ItemRefund.DifferencesPaid(@case).Concat(ItemRefund.Elsewhere(@case)), cancellationToken);
        var request = ItemRefund.Told(@case, instructed);
        switch (await items.DecideAsync(ItemKey.Of(@case.Marketplace, @case.Order), @case.Order, request, cancellationToken))
        {
            case RefundAnswer.Taken taken:
                return new RefundClearance(true, Named(@case, taken.Entry));
            case RefundAnswer.Repeated repeated:
                return new RefundClearance(true, Named(@case, repeated.Entry));
            default:
                var hold = new HoldPayout(
                    clock.GetUtcNow().ToInstant(), Actor.Clock, instructed.PayoutId, instructed.Attempt, PayoutHold.ItemRefundedAlready);
                await cases.ExecuteAsync(@case.Id, hold, idempotencyKey: null, cancellationToken);
                return RefundClearance.Withheld;
        }
    }

    private async Task<RefundClearance> NoteAllAsync(Case @case, IEnumerable<RefundRequest> requests, CancellationToken cancellationToken)
    {
        foreach (var request in requests) await NoteAsync(@case, request, cancellationToken);
        return RefundClearance.Told;
    }

    private async Task<RefundClearance> NoteAsync(Case @case, RefundRequest request, CancellationToken cancellationToken)
    {
        var entry = await items.DecideAsync(ItemKey.Of(@case.Marketplace, @case.Order), @case.Order, request, cancellationToken) switch
        {
            RefundAnswer.Taken taken => taken.Entry,
            RefundAnswer.Repeated repeated => repeated.Entry,
            _ => null,
        };

        // What another case made known is that case's to have back.
        if (entry is { TooMuch.IsPositive: true } && entry.By == By(@case) && @case.Overpayments.All(known => known.Key != entry.Key))
        {
            var found = new NoteOverpayment(clock.GetUtcNow().ToInstant(), entry.Key, entry.TooMuch);
            await cases.ExecuteAsync(@case.Id, found, idempotencyKey: null, cancellationToken);
        }
        return RefundClearance.Told;
    }

    private static IReadOnlyList<TenderShare> Named(Case @case, RefundEntry entry) => @case.Order.Tenders is null ? [] : entry.Shares;

    private static string By(Case @case) => @case.Id.ToString();
}
