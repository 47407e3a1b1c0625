using AfterSales.Domain.Refunds;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>Finance wants a payout that was held back to go out all the same: it waits for a second person.</summary>
public sealed record PayoutRelease(Instant At, Actor By, string SealedReason);

public sealed record PayoutReleaseProposed(Instant At, Actor By, PayoutId PayoutId, Money Amount, string SealedReason) : CaseEvent(At, By);

public sealed record PayoutReleaseSentBack(Instant At, Actor By, PayoutId PayoutId, string SealedReason) : CaseEvent(At, By);

/// <summary>A payout that was held back may go out.</summary>
/// <param name="By">Who decided it last: the second person where one was needed.</param>
/// <param name="SealedReason">Of who decided alone; null where it was given with the proposal.</param>
public sealed record PayoutReleased(Instant At, Actor By, PayoutId PayoutId, string? SealedReason) : CaseEvent(At, By);
