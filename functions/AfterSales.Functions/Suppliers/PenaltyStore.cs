using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Suppliers;

/// <summary>How a change of a penalty is done once however often it is asked for.</summary>
/// <param name="Key">Of the request.</param>
/// <param name="Answer">Made from the penalty as the change leaves it, and kept under the key in the same transaction; null keeps the key alone.</param>
public sealed record PenaltyOnce(string Key, Func<Penalty, ValueTask<KeptAnswer?>> Answer);

/// <summary>
/// Penalties in the table <c>penalties</c>, a partition a supplier: <c>p_{id}</c> (the folded state), <c>e_{id}_{sequence}</c> (events,
/// which are also the outbox) and <c>k_{hash}</c> (keys of requests that were done, with their answers). A command is one read and one transaction.
/// </summary>
public sealed class PenaltyStore(Tables tables, OutboxRelay relay, RulesInForce rules)
{
    public const string Table = "penalties";

    private const string StateColumn = "State";
    private const int EventVersion = 1;
    private const int Attempts = 20;

    private readonly KeptAnswers _answers = new(tables.Get(Table));

    public async Task<Penalty?> FindAsync(SupplierId supplier, PenaltyId id, CancellationToken cancellationToken) =>
        (await ReadAsync(supplier, id, cancellationToken))?.Penalty;

    /// <summary>All penalties of a supplier, the oldest first.</summary>
    public async Task<IReadOnlyList<Penalty>> ListAsync(SupplierId supplier, CancellationToken cancellationToken)
    {
        var all = new List<Penalty>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {supplier.ToString()} and RowKey ge {"p_"} and RowKey lt {"p`"}");
        await foreach (var row in tables.Get(Table).QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken)) all.Add(PenaltyOf(row));
        return [.. all.OrderBy(penalty => penalty.OpenedAt)];
    }

    /// <summary>Decides on the penalty as it is, and writes state, events and messages together.</summary>
    /// <returns>The decision, with the penalty as it is then; null when there is none. Accepted without events when it was done before.</returns>
    /// <exception cref="OutageException">Others kept writing to the penalty; trying again later helps.</exception>
    public async Task<(PenaltyDecision Decision, Penalty? Penalty)> ExecuteAsync(
        SupplierId supplier, PenaltyId id, PenaltyCommand command, CancellationToken cancellationToken, PenaltyOnce? once = null)
    {
        var clocks = new PenaltyClocks(RulesInForce.House, await rules.MallAsync(cancellationToken));
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var read = await ReadAsync(supplier, id, cancellationToken);
            var decision = PenaltyDecider.Decide(read?.Penalty, command, clocks);
            if (decision is not PenaltyDecision.Accepted { Events: { Count: > 0 } events }) return (decision, read?.Penalty);
            var next = events.Aggregate(read?.Penalty, PenaltyDecider.Evolve)!;
            var keyRow = once is null ? null : KeptAnswers.RowOf(supplier.ToString(), once.Key, await once.Answer(next));
            if (await CommitAsync(next, events, read?.ETag, keyRow, cancellationToken)) return (decision, next);
            if (once is not null && await _answers.HasAsync(supplier.ToString(), once.Key, cancellationToken))
                return (new PenaltyDecision.Accepted([]), await FindAsync(supplier, id, cancellationToken));
        }

        throw new OutageException($"{id} was changed by others {Attempts} times in a row.");
    }

    /// <summary>What is kept under the key of a request, or null when nothing was done under it.</summary>
    public Task<KeptAnswer?> AnswerAsync(SupplierId supplier, string key, CancellationToken cancellationToken) =>
        _answers.FindAsync(supplier.ToString(), key, cancellationToken);

    /// <summary>Keeps the answer to what changed nothing. False when one is kept under the key already.</summary>
    public Task<bool> KeepAsync(SupplierId supplier, string key, KeptAnswer answer, CancellationToken cancellationToken) =>
        _answers.KeepAsync(supplier.ToString(), key, answer, cancellationToken);

    /// <summary>The penalty that an envelope of this store tells of.</summary>
    public static PenaltyId IdOf(Envelope envelope) => PenaltyId.TryParse(envelope.Id.Split('-')[0], out var id)
        ? id
        : throw new InvalidOperationException($"{envelope.Id} tells of no penalty.");

    private async Task<bool> CommitAsync(
        Penalty next, IReadOnlyList<PenaltyEvent> events, ETag? read, TableEntity? keyRow, CancellationToken cancellationToken)
    {
        var partition = next.Supplier.ToString();
        var mark = await relay.MarkAsync(Table, partition, cancellationToken);
        var head = new TableEntity(partition, $"p_{next.Id}");
        LongColumn.Write(head, StateColumn, AppJson.ToBytes(next));
        List<TableTransactionAction> writes =
        [
            read is { } etag ? new(TableTransactionActionType.UpdateReplace, head, etag) : new(TableTransactionActionType.Add, head),
        ];
        if (keyRow is not null) writes.Add(new(TableTransactionActionType.Add, keyRow));
        var outbox = new List<OutgoingEvent>();
        foreach (var (index, happened) in events.Index())
        {
            var sequence = next.Sequence - events.Count + index + 1;
            outbox.Add(new OutgoingEvent(
                $"{next.Id}-{sequence}", happened.Name, EventVersion, partition, partition, null, happened.At.ToDateTimeOffset(),
                AppJson.ToBytes(happened)));
            writes.Add(new(TableTransactionActionType.Add, outbox[^1].ToRow($"e_{next.Id}_{sequence:D4}", mark)));
        }

        return await relay.CommitAsync(mark, writes, outbox, cancellationToken);
    }

    private async Task<(Penalty Penalty, ETag ETag)?> ReadAsync(SupplierId supplier, PenaltyId id, CancellationToken cancellationToken)
    {
        var row = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(supplier.ToString(), $"p_{id}", cancellationToken: cancellationToken);
        return row.HasValue ? (PenaltyOf(row.Value!), row.Value!.ETag) : null;
    }

    private static Penalty PenaltyOf(TableEntity row) => AppJson.From<Penalty>(LongColumn.Read(row, StateColumn));
}
