using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Ledger.Exports;

/// <summary>An export as it is asked for: <c>format</c>, and of what <c>supplier</c>, of which <c>month</c> or days <c>from</c> and <c>through</c>.</summary>
public static class ExportQuery
{
    /// <param name="given">What was given under a name; nothing is empty or null.</param>
    public static (LedgerExport? Export, IReadOnlyList<Fault> Faults) Read(Func<string, string?> given)
    {
        var faults = new List<Fault>();
        if (!WireName.TryParse(given("format"), out ExportFormat format)) faults.Add(new Fault("/format", "invalid-choice", $"One of {string.Join(", ", WireName.All<ExportFormat>())} is wanted."));
        SupplierId? supplier = null;
        if (Given("supplier") is { } id)
        {
            if (SupplierId.TryParse(id, out SupplierId known)) supplier = known;
            else faults.Add(new Fault("/supplier", "invalid-supplier", $"'{id}' is no supplier id."));
        }
        EntrySelection selection = Days(Given, supplier, faults);
        return faults.Count == 0 ? (new LedgerExport(format, selection), faults) : (null, faults);

        string? Given(string name) => given(name) is { Length: > 0 } text ? text : null;
    }

    /// <summary>The query that asks for the export.</summary>
    public static string Write(LedgerExport export) => string.Join('&', new[]
    {
        $"format={WireName.Of(export.Format)}",
        export.Selection.Supplier is { } supplier ? $"supplier={supplier}" : null,
        export.Selection.From is { } from ? $"from={LocalDatePattern.Iso.Format(from)}" : null,
        export.Selection.Through is { } through ? $"through={LocalDatePattern.Iso.Format(through)}" : null,
    }.OfType<string>());

    private static EntrySelection Days(Func<string, string?> given, SupplierId? supplier, List<Fault> faults)
    {
        LocalDate? from = Day("from");
        LocalDate? through = Day("through");
        if (from > through) faults.Add(new Fault("/through", "invalid-date", "The last day is before the first."));
        if (given("month") is not { } text) return new EntrySelection(supplier, from, through);
        if (given("from") is not null || given("through") is not null)
            faults.Add(new Fault("/month", "invalid-choice", "A month or days are wanted, not both."));
        if (LedgerMonth.TryParse(text, out YearMonth month)) return EntrySelection.OfMonth(supplier, month);
        faults.Add(new Fault("/month", "invalid-month", "A month such as 2026-11 is wanted."));
        return new EntrySelection(supplier);

        LocalDate? Day(string name)
        {
            if (given(name) is not { } day) return null;
            if (LocalDatePattern.Iso.Parse(day).TryGetValue(default, out LocalDate date) && RequestFields.IsOfOurTimes(date.Year)) return date;
            faults.Add(new Fault($"/{name}", "invalid-date", "A date such as 2026-11-02 is wanted."));
            return null;
        }
    }
}
