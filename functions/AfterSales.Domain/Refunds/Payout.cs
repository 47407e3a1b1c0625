using System.Text.Json.Serialization;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using NodaTime;

namespace AfterSales.Domain.Refunds;

[JsonConverter(typeof(JsonStringEnumConverter<PayoutState>))]
public enum PayoutState
{
    /// <summary>The marketplace has been told to pay and has not answered.</summary>
    [JsonStringEnumMemberName("instructed")] Instructed,

    /// <summary>The marketplace could not pay; it will be told again when its clock runs out.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Every attempt is used up; finance settles, retries or cancels.</summary>
    [JsonStringEnumMemberName("queued-for-finance")] QueuedForFinance,

    [JsonStringEnumMemberName("confirmed")] Confirmed,
    [JsonStringEnumMemberName("settled")] Settled,

    /// <summary>Finance gave it up. A confirmation that comes after all makes it confirmed.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}

/// <summary>Why an instruction does not go out before finance has looked at it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PayoutHold>))]
public enum PayoutHold
{
    /// <summary>With it more would go back for the item than was paid, over all cases and marketplaces.</summary>
    [JsonStringEnumMemberName("item-refunded-already")] ItemRefundedAlready,
}

/// <summary>Money on its way to the customer. It is paid when confirmed by the marketplace or settled by finance, and only once.</summary>
/// <param name="Attempt">How often the marketplace has been told, from 1.</param>
/// <param name="Cancellation">While it is cancelled: the number of the cancelling event in the case.</param>
/// <param name="Parts">What was confirmed tender by tender; null: nothing was.</param>
/// <param name="PaidOn">The day on which finance says it was paid.</param>
/// <param name="Reference">Of that payment.</param>
/// <param name="Held">Why it waits for finance, when it was held back.</param>
/// <param name="Components">How the amount is made up; null: all of it is for the goods.</param>
/// <param name="Pieces">How many pieces came back for it; null: all, or it is not about pieces.</param>
/// <param name="Refund">The marketplace's id of the refund by which it was paid; null: it did not say.</param>
/// <param name="Release">That it is to go out although it was held back, which waits for a second person.</param>
/// <param name="ReleasedBy">The id of who had it go out, or settled it, although it was held back; empty where he has none.</param>
public sealed record Payout(
    PayoutId Id,
    Money Amount,
    PayoutState State,
    int Attempt,
    Instant InstructedAt,
    long? Cancellation = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PayoutHold? Held = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TenderShare>? Parts = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LocalDate? PaidOn = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reference = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MoneyComponent>? Components = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Pieces = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Refund = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PayoutRelease? Release = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ReleasedBy = null)
{
    /// <summary>Not yet paid and not given up.</summary>
    [JsonIgnore]
    public bool IsOpen => State is PayoutState.Instructed or PayoutState.Failed or PayoutState.QueuedForFinance;

    [JsonIgnore]
    public bool IsPaid => State is PayoutState.Confirmed or PayoutState.Settled;

    /// <summary>The same money, one attempt further.</summary>
    public Payout Again() => this with { Attempt = Attempt + 1 };
}
