using System.Globalization;
using System.Text;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using CsvHelper;
using CsvHelper.Configuration;
using NodaTime.Text;

namespace AfterSales.Functions.Ledger.Exports;

/// <summary>
/// RFC 4180 with a byte order mark, by which Excel knows UTF-8. A text that a spreadsheet would take for a formula is written with an
/// apostrophe before it; amounts are never negative and stay numbers.
/// </summary>
internal static class CsvExport
{
    private const int BufferBytes = 64 * 1024;

    // OWASP's list, with the full-width signs that spreadsheets in East Asian locales read as the plain ones.
    private static readonly char[] FormulaSigns =
        ['=', '+', '-', '@', '\t', '\r', '\n', '\uFF1D', '\uFF0B', '\uFF0D', '\uFF20'];

    private static readonly CsvConfiguration Configuration = new(CultureInfo.InvariantCulture)
    {
        InjectionOptions = InjectionOptions.Escape,
        InjectionCharacters = FormulaSigns,
        InjectionEscapeCharacter = '\'',
        BufferSize = BufferBytes,
    };

    private static readonly string[] Columns =
    [
        "supplier", "sequence", "line", "entry", "phase", "kind", "clauses", "case", "reference", "note", "effective_on", "belongs_to",
        "recorded", "account", "account_type", "account_zh", "account_en", "debit", "credit", "held_debit", "held_credit", "currency",
        "target", "digest",
    ];

    public static async Task WriteAsync(
        IAsyncEnumerable<LedgerEntry> entries, EntrySelection selection, Stream to, CancellationToken cancellationToken)
    {
        await using var text = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), BufferBytes, leaveOpen: true);
        await using var csv = new CsvWriter(text, Configuration, leaveOpen: true);
        var names = new ChartNames();
        foreach (string column in Columns) csv.WriteField(column);
        await csv.NextRecordAsync();
        await foreach (LedgerEntry entry in entries.Where(selection.Covers).WithCancellation(cancellationToken))
        {
            foreach (LedgerLine line in LedgerLine.Of(entry))
            {
                foreach (string? field in Fields(line, names)) csv.WriteField(field);
                await csv.NextRecordAsync();
            }
        }
    }

    private static IEnumerable<string?> Fields(LedgerLine line, ChartNames names)
    {
        LedgerEntry entry = line.Entry;
        EntryReason reason = entry.Reason;
        ChartLine? chart = line.Account is { } account ? names.LineOf(account, entry.Supplier) : null;
        return
        [
            entry.Supplier.ToString(), $"{entry.Sequence}", $"{line.Number}", entry.Id, WireName.Of(entry.Phase), reason.Kind,
            string.Join(' ', reason.Clauses), reason.CaseId, reason.Reference, reason.Note, LocalDatePattern.Iso.Format(reason.EffectiveOn),
            reason.BelongsTo is { } day ? LocalDatePattern.Iso.Format(day) : null, InstantPattern.ExtendedIso.Format(entry.Recorded),
            line.Account?.ToString(), chart is null ? null : WireName.Of(chart.Type), chart?.Name.Zh, chart?.Name.En, $"{line.Debit}",
            $"{line.Credit}", $"{line.HeldDebit}", $"{line.HeldCredit}", line.Debit.Currency.Code, entry.Target, entry.Digest,
        ];
    }
}
