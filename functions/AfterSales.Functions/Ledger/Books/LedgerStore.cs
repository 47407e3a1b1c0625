using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AfterSales.Domain;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using NodaTime;

namespace AfterSales.Functions.Ledger.Books;

/// <summary>The suppliers' books in the table <c>ledger</c>, a partition each. An entry is one transaction.</summary>
public sealed class LedgerStore(Tables tables, LedgerAnchors anchors)
{
    public const string Table = "ledger";

    private readonly ConcurrentDictionary<SupplierId, BookWriter> _writers = new();

    private BookReader Reader { get; } = new(tables.Get(Table));

    public async Task<LedgerBook> LoadAsync(SupplierId supplier, CancellationToken cancellationToken) =>
        (await Reader.HeadAsync(supplier, cancellationToken))?.Book ?? LedgerBook.Empty(supplier);

    /// <summary>Decides the command on the book as it is and writes the entry, its balances and its key together.</summary>
    /// <param name="progress">Of a payout, written in the same transaction.</param>
    /// <exception cref="Messaging.OutageException">Others kept writing to the book; trying again later helps.</exception>
    public Task<LedgerOutcome> ExecuteAsync(
        SupplierId supplier, LedgerCommand command, CancellationToken cancellationToken, PayoutProgress? progress = null) =>
        _writers.GetOrAdd(supplier, id => new BookWriter(tables.Get(Table), id, Reader, anchors)).ExecuteAsync(command, progress, cancellationToken);

    /// <summary>What is held for a case, the oldest first.</summary>
    public async Task<IReadOnlyList<OpenCharge>> OpenChargesAsync(SupplierId supplier, string caseId, CancellationToken cancellationToken)
    {
        var open = new List<OpenCharge>();
        string prefix = LedgerRows.HeldOf(caseId);
        await foreach (TableEntity row in Reader.RangeAsync(supplier, prefix, $"{prefix[..^1]}`", cancellationToken))
        {
            if (await FindAsync(supplier, LedgerRows.EntryIdOf(row), cancellationToken) is { } entry)
                open.Add(new OpenCharge(entry.Id, entry.Postings.Aggregate(Money.Zero, (sum, posting) => sum + posting.Amount), entry.Reason.Clauses));
        }
        return open;
    }

    /// <summary>What is held for a time that is over.</summary>
    public async Task<IReadOnlyList<HeldForATime>> OverdueAsync(SupplierId supplier, Instant now, CancellationToken cancellationToken)
    {
        var overdue = new List<HeldForATime>();
        await foreach (TableEntity row in Reader.RangeAsync(supplier, LedgerRows.HeldPrefix, LedgerRows.HeldEnd, cancellationToken))
        {
            if (row.GetDateTimeOffset(LedgerRows.Expires) is { } expires && Instant.FromDateTimeOffset(expires) < now)
                overdue.Add(new HeldForATime(LedgerRows.EntryIdOf(row), Instant.FromDateTimeOffset(expires)));
        }
        return overdue;
    }

    /// <summary>How much of a payout, or of a cancellation of it, has been booked so far, and why.</summary>
    public async Task<PayoutProgress> BookedAsync(SupplierId supplier, string effect, CancellationToken cancellationToken) =>
        LedgerRows.ProgressOf(effect, await Reader.RowAsync(supplier, LedgerRows.ProgressOf(effect), cancellationToken));

    /// <summary>The entry of an id, or null.</summary>
    public Task<LedgerEntry?> FindAsync(SupplierId supplier, string entryId, CancellationToken cancellationToken) =>
        Reader.FindAsync(supplier, entryId, cancellationToken);

    /// <summary>Entries in the order booked, beginning after <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> EntriesAsync(SupplierId supplier, long after, int most, CancellationToken cancellationToken)
    {
        var entries = new List<LedgerEntry>();
        await foreach (LedgerEntry entry in StreamAsync(supplier, cancellationToken, after))
        {
            entries.Add(entry);
            if (entries.Count == most) break;
        }
        return entries;
    }

    /// <summary>The whole book in the order booked, a page at a time.</summary>
    public async IAsyncEnumerable<LedgerEntry> StreamAsync(
        SupplierId supplier, [EnumeratorCancellation] CancellationToken cancellationToken, long after = 0)
    {
        await foreach (TableEntity row in Reader.RangeAsync(supplier, LedgerRows.EntryKey(after + 1), LedgerRows.EntryEnd, cancellationToken))
            yield return LedgerRows.EntryOf(row);
    }
}
