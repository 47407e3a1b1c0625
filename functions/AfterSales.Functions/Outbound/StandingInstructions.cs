using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Functions.Refunds;
using AfterSales.Functions.Storage;

namespace AfterSales.Functions.Outbound;

/// <summary>
/// Whether an instruction to pay still stands when it is about to be sent: one that waited for a marketplace that was down must not have it
/// pay what finance has taken over in the meantime, or what has been paid, also elsewhere. An instruction that was given again goes out once, as the last one.
/// </summary>
public sealed class StandingInstructions(CaseStore cases, ItemAccounts items)
{
    private const string Instructed = "refund-instructed";

    /// <summary>Why the delivery is not to be attempted, kebab-case; null: it is, as everything is that does not tell to pay.</summary>
    /// <exception cref="InvalidOperationException">The delivery tells of a case or an event that is not there.</exception>
    public async Task<string?> WhyNotAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (delivery.Type != MarketplaceMessages.Instruction) return null;
        var caseId = CaseId.Parse(delivery.Subject);
        var @case = await cases.LoadAsync(caseId, cancellationToken) ?? throw new InvalidOperationException($"There is no case {caseId}.");
        var told = await cases.EarlierAsync<RefundInstructed>(caseId, Instructed, @case.Sequence + 1, cancellationToken);
        var instruction = told.Single(one => one.Id == delivery.MessageId).Happened;
        var payout = @case.Payouts.Single(one => one.Id == instruction.PayoutId);
        return payout.State != PayoutState.Instructed ? $"payout-{WireName.Of(payout.State)}"
            : payout.Attempt != instruction.Attempt ? "instructed-again"
            : await items.FindAsync(ItemKey.Of(@case.Marketplace, @case.Order), cancellationToken) is { } account && !account.Holds(payout.Id.ToString())
                ? WireName.Of(PayoutHold.ItemRefundedAlready)
            : null;
    }
}
