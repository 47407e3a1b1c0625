using AfterSales.Domain.Refunds;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>A refund of the item that no payout of the case made.</summary>
/// <param name="Refund">The marketplace's id of it, by which a repetition is known; null: reported before refunds had ids.</param>
/// <param name="Amount">Null: it was not said how much, so all.</param>
public sealed record RefundElsewhere(string? Refund, Money? Amount);

/// <summary>
/// The marketplace refunded by itself and names no payout. Where the amount is that of a payout that no other refund has answered, it is the
/// answer to that one; else it came on top, as a refund elsewhere.
/// </summary>
public sealed record NoteMarketplaceRefund(Instant At, Actor By, string Refund, Money Amount) : CaseCommand(At, By);

/// <summary>A refund that the marketplace names is a payment known already.</summary>
public sealed record RefundMatched(Instant At, Actor By, PayoutId PayoutId, string Refund) : CaseEvent(At, By);
