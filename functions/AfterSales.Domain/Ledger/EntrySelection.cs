using AfterSales.Domain.Suppliers;
using NodaTime;

namespace AfterSales.Domain.Ledger;

/// <summary>Which entries are wanted: of one supplier, and that count on certain business days. Null = all.</summary>
/// <param name="From">The first day.</param>
/// <param name="Through">The last day.</param>
public sealed record EntrySelection(SupplierId? Supplier = null, LocalDate? From = null, LocalDate? Through = null)
{
    /// <summary>The entries that count in a month.</summary>
    public static EntrySelection OfMonth(SupplierId? supplier, YearMonth month) =>
        new(supplier, month.OnDayOfMonth(1), PeriodFold.LastDayOf(month.OnDayOfMonth(1)));

    public bool Covers(LedgerEntry entry) => IsOfSupplier(entry) && !(entry.Reason.EffectiveOn < From) && !(entry.Reason.EffectiveOn > Through);

    /// <summary>Whether the entry is part of what the accounts held before the first day.</summary>
    public bool IsBefore(LedgerEntry entry) => IsOfSupplier(entry) && entry.Reason.EffectiveOn < From;

    private bool IsOfSupplier(LedgerEntry entry) => Supplier is not { } supplier || entry.Supplier == supplier;
}
