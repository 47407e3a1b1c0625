using System.Collections.Immutable;
using AfterSales.Domain;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Penalties;

/// <summary>An entry that is held for a case and not yet settled or voided.</summary>
public sealed record OpenCharge(string EntryId, Money Amount, IReadOnlyList<string> Clauses);

/// <summary>
/// The suppliers' books in the table <c>ledger</c>, a partition each: <c>head</c> (count, chain head, balances),
/// <c>e_{sequence}</c> (entries), <c>k_{entry id}</c> (one effect a key: the id follows from the key), <c>x_{entry id}</c> (what
/// settled, voided or reversed it), <c>p_{case}_{sequence}</c> (held for a case), <c>y_{payout}</c> (how much of a payout, or
/// of a cancellation of it, is booked). An entry is one read and one transaction.
/// </summary>
public sealed class LedgerStore(Tables tables)
{
    public const string Table = "ledger";

    internal const string EntryPrefix = "e_";
    internal const string HeadRow = "head";

    private const string BookColumn = "Book";
    private const string EntryColumn = "Entry";
    private const int Attempts = 40;

    public async Task<LedgerBook> LoadAsync(SupplierId supplier, CancellationToken cancellationToken) =>
        (await HeadAsync(supplier, cancellationToken))?.Book ?? LedgerBook.Empty(supplier);

    /// <summary>Decides the command on the book as it is and writes the entry, its balances and its key together.</summary>
    /// <param name="progress">Of a payout, written in the same transaction.</param>
    /// <exception cref="OutageException">Others kept writing to the book; trying again later helps.</exception>
    public async Task<LedgerOutcome> ExecuteAsync(
        SupplierId supplier, LedgerCommand command, CancellationToken cancellationToken, PayoutProgress? progress = null)
    {
        LedgerEvidence evidence = await EvidenceAsync(supplier, command, cancellationToken);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            Head? head = await HeadAsync(supplier, cancellationToken);
            LedgerOutcome outcome = (head?.Book ?? LedgerBook.Empty(supplier)).Decide(command, evidence);
            if (outcome is not LedgerOutcome.Written written) return outcome;
            if (await CommitAsync(written, head?.ETag, progress, cancellationToken)) return outcome;
            evidence = await EvidenceAsync(supplier, command, cancellationToken);
        }
        throw new OutageException($"The book of {supplier} was written by others {Attempts} times in a row.");
    }

    /// <summary>What is held for a case, the oldest first.</summary>
    public async Task<IReadOnlyList<OpenCharge>> OpenChargesAsync(SupplierId supplier, string caseId, CancellationToken cancellationToken)
    {
        var open = new List<OpenCharge>();
        await foreach (TableEntity row in RangeAsync(supplier, $"p_{caseId}_", $"p_{caseId}`", cancellationToken))
        {
            if (await FindAsync(supplier, row.GetString("EntryId"), cancellationToken) is { } entry)
                open.Add(new OpenCharge(entry.Id, entry.Postings.Aggregate(Money.Zero, (sum, posting) => sum + posting.Amount), entry.Reason.Clauses));
        }
        return open;
    }

    /// <summary>How much of a payout, or of a cancellation of it, has been booked so far, and why.</summary>
    public async Task<PayoutProgress> BookedAsync(SupplierId supplier, string effect, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> row = await tables.Get(Table)
            .GetEntityIfExistsAsync<TableEntity>(supplier.ToString(), $"y_{effect}", cancellationToken: cancellationToken);
        return row.HasValue
            ? new PayoutProgress(effect, Money.OfFen(row.Value!.GetInt64("Fen") ?? 0), [.. row.Value.GetString("Clauses").Split(' ')])
            : new PayoutProgress(effect, Money.Zero, []);
    }

    /// <summary>The entry of an id, or null.</summary>
    public async Task<LedgerEntry?> FindAsync(SupplierId supplier, string entryId, CancellationToken cancellationToken) =>
        await ByRowAsync(supplier, $"k_{entryId}", cancellationToken);

    /// <summary>Entries in the order booked, beginning after <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> EntriesAsync(SupplierId supplier, long after, int most, CancellationToken cancellationToken)
    {
        var entries = new List<LedgerEntry>();
        await foreach (TableEntity row in RangeAsync(supplier, $"{EntryPrefix}{after + 1:D10}", "e`", cancellationToken))
        {
            entries.Add(EntryOf(row));
            if (entries.Count == most) break;
        }
        return entries;
    }

    internal static LedgerEntry EntryOf(TableEntity row) => AppJson.From<LedgerEntry>(LongColumn.Read(row, EntryColumn));

    internal static LedgerBook BookOf(TableEntity row) => AppJson.From<LedgerBook>(LongColumn.Read(row, BookColumn));

    private async Task<LedgerEvidence> EvidenceAsync(SupplierId supplier, LedgerCommand command, CancellationToken cancellationToken)
    {
        LedgerEntry? same = await FindAsync(supplier, LedgerEntry.IdOf(supplier, command.Key), cancellationToken);
        string? target = command switch
        {
            Settle settle => settle.Target,
            Release release => release.Target,
            Reverse reverse => reverse.Target,
            _ => null,
        };
        return target is null
            ? new LedgerEvidence(same)
            : new LedgerEvidence(
                same, await FindAsync(supplier, target, cancellationToken), await ByRowAsync(supplier, $"x_{target}", cancellationToken));
    }

    private async Task<bool> CommitAsync(LedgerOutcome.Written written, ETag? read, PayoutProgress? progress, CancellationToken cancellationToken)
    {
        (LedgerEntry entry, string partition) = (written.Entry, written.Entry.Supplier.ToString());
        var head = new TableEntity(partition, HeadRow);
        LongColumn.Write(head, BookColumn, AppJson.ToBytes(written.Book));
        var row = new TableEntity(partition, $"{EntryPrefix}{entry.Sequence:D10}");
        LongColumn.Write(row, EntryColumn, AppJson.ToBytes(entry));
        List<TableTransactionAction> writes =
        [
            read is { } etag ? new(TableTransactionActionType.UpdateReplace, head, etag) : new(TableTransactionActionType.Add, head),
            Add(row),
            Add(new TableEntity(partition, $"k_{entry.Id}") { ["Sequence"] = entry.Sequence }),
        ];
        if (entry.Target is { } target) writes.Add(Add(new TableEntity(partition, $"x_{target}") { ["Sequence"] = entry.Sequence }));
        if (entry.Phase == EntryPhase.Pending)
            writes.Add(Add(new TableEntity(partition, HeldRow(entry.Reason.CaseId, entry.Sequence)) { ["EntryId"] = entry.Id }));
        if (entry.Phase is EntryPhase.Settled or EntryPhase.Voided && await FindAsync(entry.Supplier, entry.Target!, cancellationToken) is { } held)
            writes.Add(new(TableTransactionActionType.Delete, new TableEntity(partition, HeldRow(held.Reason.CaseId, held.Sequence)), ETag.All));
        if (progress is { } payout)
            writes.Add(new(TableTransactionActionType.UpsertReplace, RowOf(partition, payout)));
        try
        {
            await tables.Get(Table).SubmitTransactionAsync(writes, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            // Somebody else wrote to the book in between: decide again on what it is now.
            return false;
        }
    }

    private async Task<LedgerEntry?> ByRowAsync(SupplierId supplier, string rowKey, CancellationToken cancellationToken)
    {
        TableClient table = tables.Get(Table);
        string partition = supplier.ToString();
        NullableResponse<TableEntity> pointer = await table.GetEntityIfExistsAsync<TableEntity>(partition, rowKey, cancellationToken: cancellationToken);
        if (!pointer.HasValue) return null;
        string entryRow = $"{EntryPrefix}{pointer.Value!.GetInt64("Sequence"):D10}";
        return EntryOf(await table.GetEntityAsync<TableEntity>(partition, entryRow, cancellationToken: cancellationToken));
    }

    private async Task<Head?> HeadAsync(SupplierId supplier, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> row = await tables.Get(Table)
            .GetEntityIfExistsAsync<TableEntity>(supplier.ToString(), HeadRow, cancellationToken: cancellationToken);
        return row.HasValue ? new Head(BookOf(row.Value!), row.Value!.ETag) : null;
    }

    private AsyncPageable<TableEntity> RangeAsync(SupplierId supplier, string from, string below, CancellationToken cancellationToken) =>
        tables.Get(Table).QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {supplier.ToString()} and RowKey ge {from} and RowKey lt {below}"),
            cancellationToken: cancellationToken);

    private static TableEntity RowOf(string partition, PayoutProgress payout) => new(partition, $"y_{payout.Effect}")
    {
        ["Fen"] = payout.Booked.Fen,
        ["Clauses"] = string.Join(' ', payout.Clauses),
    };

    private static string HeldRow(string? caseId, long sequence) => $"p_{caseId ?? "none"}_{sequence:D10}";

    private static TableTransactionAction Add(TableEntity row) => new(TableTransactionActionType.Add, row);

    private sealed record Head(LedgerBook Book, ETag ETag);
}

/// <summary>How much of a payout is booked once the entry is written, and the clauses of what was booked.</summary>
/// <param name="Effect">The payout's id, or one cancellation of it.</param>
public sealed record PayoutProgress(string Effect, Money Booked, ImmutableArray<string> Clauses);
