using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Ledger;

/// <summary>What a closed month comes to. It is an entry's, so the chain and the anchors hold it.</summary>
/// <param name="LastDay">The last day of the month.</param>
/// <param name="Entries">How many entries count in the month.</param>
/// <param name="Root">Root of the Merkle tree over their digests in the order recorded, lower-case hexadecimal.</param>
/// <param name="Closing">What is posted on the accounts that are not zero, at the end of the last day.</param>
public sealed record PeriodSeal(LocalDate LastDay, long Entries, string Root, ImmutableSortedDictionary<Account, Money> Closing)
{
    [JsonIgnore]
    public YearMonth Month => LastDay.ToYearMonth();

    /// <summary>Such as <c>2026-11</c>.</summary>
    [JsonIgnore]
    public string Name => YearMonthPattern.Iso.Format(Month);

    public bool Equals(PeriodSeal? other) => other is not null && LastDay == other.LastDay && Entries == other.Entries && Root == other.Root
        && Closing.SequenceEqual(other.Closing);

    public override int GetHashCode() => HashCode.Combine(LastDay, Entries, Root);

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStringValue(LocalDatePattern.Iso.Format(LastDay));
        writer.WriteNumberValue(Entries);
        writer.WriteStringValue(Root);
        writer.WriteStartArray();
        foreach ((Account account, Money balance) in Closing)
        {
            writer.WriteStringValue(account.ToString());
            writer.WriteStringValue($"{balance} {balance.Currency}");
        }
        writer.WriteEndArray();
    }
}

/// <summary>
/// Folds the entries of a book month by month, in the order recorded: what counts in which month, and the Merkle root over it. It keeps the
/// accounts and a few hashes a month, however many entries there are.
/// </summary>
public sealed class PeriodFold
{
    private readonly SortedDictionary<LocalDate, Period> _periods = [];

    /// <summary>The months with entries, by their last days, the first one first.</summary>
    public IEnumerable<LocalDate> LastDays => _periods.Keys;

    public void Add(LedgerEntry entry)
    {
        if (entry.Phase == EntryPhase.Closed) return;
        LocalDate lastDay = LastDayOf(entry.Reason.EffectiveOn);
        if (!_periods.TryGetValue(lastDay, out Period? period)) _periods[lastDay] = period = new Period();
        period.Tree.Append(Convert.FromHexString(entry.Digest));
        period.Moved = period.Moved.After(entry);
    }

    /// <summary>The seal of a month as its entries have it so far.</summary>
    public PeriodSeal SealOf(YearMonth month)
    {
        LocalDate lastDay = LastDayOf(month.OnDayOfMonth(1));
        MerkleTree tree = _periods.TryGetValue(lastDay, out Period? period) ? period.Tree : new MerkleTree();
        return new PeriodSeal(lastDay, tree.Count, Convert.ToHexStringLower(tree.Root), PostedThrough(lastDay));
    }

    /// <summary>What is posted at the end of the day that ends a month.</summary>
    public ImmutableSortedDictionary<Account, Money> PostedThrough(LocalDate lastDay) => _periods
        .TakeWhile(period => period.Key <= lastDay)
        .Aggregate(Balances.None, (sum, period) => sum.Plus(period.Value.Moved))
        .Posted;

    public static LocalDate LastDayOf(LocalDate day) => day.With(DateAdjusters.EndOfMonth);

    private sealed class Period
    {
        public MerkleTree Tree { get; } = new();

        public Balances Moved { get; set; } = Balances.None;
    }
}
