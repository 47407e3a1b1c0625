using System.Collections.Immutable;
using AfterSales.Domain.Suppliers;
using NodaTime;

namespace AfterSales.Domain.Ledger;

/// <summary>A month of a supplier's book.</summary>
/// <param name="Opening">Posted at the end of the month before.</param>
/// <param name="Entries">All that count in the month, in the order recorded; the leaves of the Merkle tree.</param>
/// <param name="Closing">Posted at the end of the month.</param>
/// <param name="Pending">Held at the end of the month.</param>
/// <param name="Root">Of the Merkle tree over the entries' digests, lower-case hexadecimal.</param>
/// <param name="Seal">The entry that closed the month; null while it is open.</param>
public sealed record Statement(
    SupplierId Supplier,
    YearMonth Month,
    ImmutableSortedDictionary<Account, Money> Opening,
    ImmutableArray<LedgerEntry> Entries,
    ImmutableSortedDictionary<Account, Money> Closing,
    ImmutableSortedDictionary<Account, Money> Pending,
    string Root,
    LedgerEntry? Seal);

/// <summary>
/// Makes a statement of a book's entries, taken in the order recorded. A closed month is made of what was recorded before it was closed, so
/// that it comes out the same whenever it is asked for.
/// </summary>
public sealed class StatementFold(SupplierId supplier, YearMonth month)
{
    private readonly LocalDate _lastDay = PeriodFold.LastDayOf(month.OnDayOfMonth(1));
    private readonly BalancesAsOf _held = new(PeriodFold.LastDayOf(month.OnDayOfMonth(1)), null);
    private readonly ImmutableArray<LedgerEntry>.Builder _entries = ImmutableArray.CreateBuilder<LedgerEntry>();
    private readonly PeriodFold _periods = new();
    private LedgerEntry? _seal;

    /// <summary>Nothing that comes after this changes the statement.</summary>
    public bool IsClosed => _seal is not null;

    public void Add(LedgerEntry entry)
    {
        if (IsClosed) return;
        if (entry.Seal?.Month == month)
        {
            _seal = entry;
            return;
        }
        _periods.Add(entry);
        _held.Add(entry);
        if (entry.Phase != EntryPhase.Closed && entry.Reason.EffectiveOn.ToYearMonth() == month) _entries.Add(entry);
    }

    public Statement Finish()
    {
        PeriodSeal sum = _periods.SealOf(month);
        LocalDate dayBefore = month.OnDayOfMonth(1).PlusDays(-1);
        return new Statement(
            supplier, month, _periods.PostedThrough(dayBefore), _entries.ToImmutable(), _periods.PostedThrough(_lastDay), _held.Balances.Pending,
            sum.Root, _seal);
    }
}
