using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;
using Azure.Data.Tables;
using NodaTime.Text;

namespace AfterSales.Functions.Ledger.Exports;

/// <summary>What an export is written as.</summary>
public enum ExportFormat
{
    /// <summary>A line for each side of each posting, for spreadsheets and other programs.</summary>
    [JsonStringEnumMemberName("csv")] Csv,

    /// <summary>The same lines, the balances of the accounts, and the sums that must tie out.</summary>
    [JsonStringEnumMemberName("xlsx")] Xlsx,

    /// <summary>A journal that hledger and ledger-cli read.</summary>
    [JsonStringEnumMemberName("hledger")] Hledger,

    /// <summary>Every entry whole, with the text over which its digest was taken.</summary>
    [JsonStringEnumMemberName("jsonl")] Jsonl,
}

/// <summary>Entries of the ledger as a file, written while they are read: memory does not grow with their number.</summary>
public sealed record LedgerExport(ExportFormat Format, EntrySelection Selection)
{
    public string ContentType => Format switch
    {
        ExportFormat.Csv => "text/csv; charset=utf-8",
        ExportFormat.Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ExportFormat.Hledger => "text/plain; charset=utf-8",
        ExportFormat.Jsonl => "application/jsonl; charset=utf-8",
        _ => throw new InvalidOperationException($"No such format: {Format}"),
    };

    /// <summary>Such as <c>ledger-S-1-from-2026-11-01-through-2026-11-30.csv</c>.</summary>
    public string FileName => string.Join('-', Parts().Prepend("ledger")) + Format switch
    {
        ExportFormat.Csv => ".csv",
        ExportFormat.Xlsx => ".xlsx",
        ExportFormat.Hledger => ".journal",
        ExportFormat.Jsonl => ".jsonl",
        _ => throw new InvalidOperationException($"No such format: {Format}"),
    };

    /// <param name="entries">All entries of the books that are asked for, each book in the order recorded: what is not selected is left out.</param>
    public Task WriteAsync(IAsyncEnumerable<LedgerEntry> entries, Stream to, CancellationToken cancellationToken) => Format switch
    {
        ExportFormat.Csv => CsvExport.WriteAsync(entries, Selection, to, cancellationToken),
        ExportFormat.Xlsx => XlsxExport.WriteAsync(entries, Selection, to, cancellationToken),
        ExportFormat.Hledger => JournalExport.WriteAsync(entries, Selection, to, cancellationToken),
        ExportFormat.Jsonl => JsonLinesExport.WriteAsync(entries, Selection, to, cancellationToken),
        _ => throw new InvalidOperationException($"No such format: {Format}"),
    };

    /// <summary>The entries of one book or of all, one book after the other, a page of rows at a time.</summary>
    public static async IAsyncEnumerable<LedgerEntry> ReadAsync(
        TableClient ledger, SupplierId? supplier, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string entries = TableClient.CreateQueryFilter($"RowKey ge {LedgerRows.EntryPrefix} and RowKey lt {LedgerRows.EntryEnd}");
        string filter = supplier is { } one ? TableClient.CreateQueryFilter($"PartitionKey eq {one.ToString()} and ") + entries : entries;
        await foreach (TableEntity row in ledger.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            yield return LedgerRows.EntryOf(row);
    }

    private IEnumerable<string> Parts()
    {
        if (Selection.Supplier is { } supplier) yield return supplier.ToString();
        if (Selection.From is { } from) yield return $"from-{LocalDatePattern.Iso.Format(from)}";
        if (Selection.Through is { } through) yield return $"through-{LocalDatePattern.Iso.Format(through)}";
    }
}
