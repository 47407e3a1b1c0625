using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AfterSales.Domain.Suppliers;

/// <summary>Who may bear part of a fault.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultParty>))]
public enum FaultParty
{
    [JsonStringEnumMemberName("supplier")] Supplier,
    [JsonStringEnumMemberName("carrier")] Carrier,
    [JsonStringEnumMemberName("marketplace")] Marketplace,
    [JsonStringEnumMemberName("customer")] Customer,
}

/// <summary>Who bears how much of a case's fault, in whole percent that add up to 100. Where nobody said otherwise, the supplier bears all.</summary>
public sealed record FaultShares(ImmutableSortedDictionary<FaultParty, int> Percent)
{
    public const int Whole = 100;

    public static FaultShares SupplierAlone { get; } = new(ImmutableSortedDictionary<FaultParty, int>.Empty.Add(FaultParty.Supplier, Whole));

    /// <summary>Null unless every share is 0 to 100 and all add up to 100.</summary>
    public static FaultShares? Of(IReadOnlyDictionary<FaultParty, int> percent) =>
        percent.Values.All(share => share is >= 0 and <= Whole) && percent.Values.Sum() == Whole
            ? new FaultShares(percent.Where(share => share.Value > 0).ToImmutableSortedDictionary())
            : null;

    [JsonIgnore]
    public int OfSupplier => Percent.GetValueOrDefault(FaultParty.Supplier);

    /// <summary>What the other parties bear of an amount. Each share is rounded down to the fen; what is left over stays with the supplier,
    /// so that no fen is lost.</summary>
    public IReadOnlyDictionary<FaultParty, Money> OthersOf(Money amount) => Percent
        .Where(share => share.Key != FaultParty.Supplier)
        .ToDictionary(share => share.Key, share => amount with { Fen = checked((long)((Int128)amount.Fen * share.Value / Whole)) });

    public bool Equals(FaultShares? other) => other is not null && Percent.SequenceEqual(other.Percent);

    public override int GetHashCode() => Percent.Aggregate(0, (hash, share) => HashCode.Combine(hash, share.Key, share.Value));
}
