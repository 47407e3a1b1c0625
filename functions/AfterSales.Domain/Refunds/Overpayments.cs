using System.Text.Json.Serialization;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>What became of money that was paid although nothing was left to refund.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OverpaymentEnd>))]
public enum OverpaymentEnd
{
    /// <summary>It has come back.</summary>
    [JsonStringEnumMemberName("recovered")] Recovered,

    [JsonStringEnumMemberName("written-off")] WrittenOff,
}

/// <summary>More went back for the item, over all cases and marketplaces, than was paid for it: found with a payment of this case.</summary>
/// <param name="Key">Of the payment in the item's account.</param>
/// <param name="Amount">By how much that payment was too much.</param>
/// <param name="End">Null while finance has to get it back.</param>
public sealed record Overpayment(string Key, Money Amount, Instant FoundAt, OverpaymentEnd? End = null);

/// <summary>The item's account says that a payment was too much; the same payment again changes nothing.</summary>
public sealed record NoteOverpayment(Instant At, string Key, Money Amount) : CaseCommand(At, Actor.Clock);

/// <summary>Finance has dealt with everything that was paid too much so far.</summary>
public sealed record ResolveOverpayment(Instant At, Actor By, OverpaymentEnd End, string? SealedReason = null) : CaseCommand(At, By);

public sealed record OverpaymentFound(Instant At, Actor By, string Key, Money Amount) : CaseEvent(At, By);

/// <param name="Amount">All that was open.</param>
public sealed record OverpaymentResolved(Instant At, Actor By, OverpaymentEnd End, Money Amount, string? SealedReason) : CaseEvent(At, By);
