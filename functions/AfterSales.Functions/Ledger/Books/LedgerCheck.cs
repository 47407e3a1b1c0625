using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace AfterSales.Functions.Ledger.Books;

/// <summary>What checking the whole ledger found. A supplier's book passes or fails as a whole.</summary>
/// <param name="Anchors">How many anchors the books were held against.</param>
public sealed record LedgerReport(long Entries, long Anchors, int Suppliers, int Passed, int Failed, IReadOnlyList<LedgerFault> Faults);

/// <summary>Checks every book in the ledger table, one after the other, holding one page of rows at a time.</summary>
public static class LedgerCheck
{
    private static readonly IReadOnlyDictionary<long, string> NoAnchors = new Dictionary<long, string>();

    /// <summary>Reads the table once, in order, and checks each book as <see cref="LedgerVerification"/> does.</summary>
    /// <param name="anchors">The container of <see cref="LedgerAnchors"/>.</param>
    public static async Task<LedgerReport> RunAsync(TableClient ledger, BlobContainerClient anchors, CancellationToken cancellationToken)
    {
        // Before the books: what is recorded while they are read is then in them.
        var (anchored, conflicts) = await AnchorLog.ReadAsync(anchors, cancellationToken);
        ILookup<string, LedgerFault> conflictsOf = conflicts.ToLookup(fault => fault.Supplier, StringComparer.Ordinal);
        // Entries (e_) come before the head in a partition; the other rows come after both.
        string filter = TableClient.CreateQueryFilter($"RowKey ge {LedgerRows.EntryPrefix} and RowKey le {LedgerRows.Head}");
        var books = new List<BookVerification>();
        Partition? partition = null;
        await foreach (TableEntity row in ledger.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            if (row.PartitionKey != partition?.Name)
            {
                if (partition is not null) books.Add(partition.Finish());
                partition = new Partition(row.PartitionKey, anchored.GetValueOrDefault(row.PartitionKey, NoAnchors));
            }
            partition.Add(row);
        }
        if (partition is not null) books.Add(partition.Finish());
        books.AddRange(anchored.Keys.Except(books.Select(book => book.Supplier)).Order(StringComparer.Ordinal).Select(Missing));
        books = [.. books.Select(book => book with { Faults = [.. book.Faults, .. conflictsOf[book.Supplier]] })];
        return new LedgerReport(
            books.Sum(book => book.Entries),
            anchored.Values.Sum(supplier => supplier.Count),
            books.Count,
            books.Count(book => book.Faults.Count == 0),
            books.Count(book => book.Faults.Count > 0),
            [.. books.SelectMany(book => book.Faults)]);
    }

    private static BookVerification Missing(string supplier) =>
        new(supplier, 0, [new LedgerFault(supplier, 0, "book-missing", "The anchors know a book that is not there.")]);

    private sealed class Partition(string name, IReadOnlyDictionary<long, string> anchors)
    {
        private readonly LedgerVerification _verification = new(SupplierId.Parse(name), anchors);
        private LedgerBook? _book;
        private long _entries;

        public string Name => name;

        public void Add(TableEntity row)
        {
            if (row.RowKey == LedgerRows.Head)
            {
                _book = LedgerRows.BookOf(row);
            }
            else if (row.RowKey.StartsWith(LedgerRows.EntryPrefix, StringComparison.Ordinal))
            {
                _verification.Add(LedgerRows.EntryOf(row));
                _entries++;
            }
        }

        public BookVerification Finish()
        {
            if (_book is null) return new(name, _entries, [new LedgerFault(name, 0, "head-missing", "The book has entries and no head.")]);
            BookVerification found = _verification.Finish(_book);
            return _book.Supplier.ToString() == name
                ? found
                : found with { Faults = [.. found.Faults, new LedgerFault(name, 0, "wrong-supplier", "The head belongs to another supplier.")] };
        }
    }
}
