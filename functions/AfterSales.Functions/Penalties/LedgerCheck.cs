using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using Azure.Data.Tables;

namespace AfterSales.Functions.Penalties;

/// <summary>What checking the whole ledger found. A supplier's book passes or fails as a whole.</summary>
public sealed record LedgerReport(long Entries, int Suppliers, int Passed, int Failed, IReadOnlyList<LedgerFault> Faults);

/// <summary>Checks every book in the ledger table, one after the other.</summary>
public static class LedgerCheck
{
    /// <summary>Reads the table once, in order, and checks each book as <see cref="LedgerVerification"/> does.</summary>
    public static async Task<LedgerReport> RunAsync(TableClient ledger, CancellationToken cancellationToken)
    {
        // Entries (e_) come before the head in a partition; the other rows come after both.
        string filter = TableClient.CreateQueryFilter($"RowKey ge {LedgerStore.EntryPrefix} and RowKey le {LedgerStore.HeadRow}");
        var books = new List<BookVerification>();
        var entries = new List<LedgerEntry>();
        LedgerBook? book = null;
        string? partition = null;
        await foreach (TableEntity row in ledger.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            if (row.PartitionKey != partition)
            {
                if (partition is not null) books.Add(Verify(partition, book, entries));
                (partition, book) = (row.PartitionKey, null);
                entries.Clear();
            }
            if (row.RowKey == LedgerStore.HeadRow) book = LedgerStore.BookOf(row);
            else if (row.RowKey.StartsWith(LedgerStore.EntryPrefix, StringComparison.Ordinal)) entries.Add(LedgerStore.EntryOf(row));
        }
        if (partition is not null) books.Add(Verify(partition, book, entries));
        return new LedgerReport(
            books.Sum(checkedBook => checkedBook.Entries),
            books.Count,
            books.Count(checkedBook => checkedBook.Faults.Count == 0),
            books.Count(checkedBook => checkedBook.Faults.Count > 0),
            [.. books.SelectMany(checkedBook => checkedBook.Faults)]);
    }

    private static BookVerification Verify(string partition, LedgerBook? book, List<LedgerEntry> entries) => book is null
        ? new BookVerification(partition, entries.Count, [new LedgerFault(partition, 0, "head-missing", "The book has entries and no head.")])
        : LedgerVerification.Verify(book, entries) is var found && book.Supplier != SupplierId.Parse(partition)
            ? found with { Faults = [.. found.Faults, new LedgerFault(partition, 0, "wrong-supplier", "The head belongs to another supplier.")] }
            : found;
}
