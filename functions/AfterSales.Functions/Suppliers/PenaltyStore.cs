using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Suppliers;

/// <summary>
/// Penalties in the table <c>penalties</c>, a partition a supplier: <c>p_{id}</c> (the folded state) and <c>e_{id}_{sequence}</c> (events,
/// which are also the outbox). A command is one read and one transaction.
/// </summary>
public sealed class PenaltyStore(Tables tables, OutboxRelay relay, RulesInForce rules)
{
    public const string Table = "penalties";

    private const string StateColumn = "State";
    private const int EventVersion = 1;
    private const int Attempts = 20;

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
    /// <returns>The decision, with the penalty as it is then; null when there is none.</returns>
    /// <exception cref="OutageException">Others kept writing to the penalty; trying again later helps.</exception>
    public async Task<(PenaltyDecision Decision, Penalty? Penalty)> ExecuteAsync(
        SupplierId supplier, PenaltyId id, PenaltyCommand command, CancellationToken cancellationToken)
    {
        var clocks = new PenaltyClocks(RulesInForce.House, await rules.MallAsync(cancellationToken));
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var read = await ReadAsync(supplier, id, cancellationToken);
            var decision = PenaltyDecider.Decide(read?.Penalty, command, clocks);
            if (decision is not PenaltyDecision.Accepted { Events: { Count: > 0 } events }) return (decision, read?.Penalty);
            var next = events.Aggregate(read?.Penalty, PenaltyDecider.Evolve)!;
            if (await CommitAsync(next, events, read?.ETag, cancellationToken)) return (decision, next);
        }

        throw new OutageException($"{id} was changed by others {Attempts} times in a row.");
    }

    /// <summary>The penalty that an envelope of this store tells of.</summary>
    public static PenaltyId IdOf(Envelope envelope) => PenaltyId.TryParse(envelope.Id.Split('-')[0], out var id)
        ? id
        : throw new InvalidOperationException($"{envelope.Id} tells of no penalty.");

    private async Task<bool> CommitAsync(Penalty next, IReadOnlyList<PenaltyEvent> events, ETag? read, CancellationToken cancellationToken)
    {
        var partition = next.Supplier.ToString();
        var mark = await relay.MarkAsync(Table, partition, cancellationToken);
        var head = new TableEntity(partition, $"p_{next.Id}");
        LongColumn.Write(head, StateColumn, AppJson.ToBytes(next));
        List<TableTransactionAction> writes =
        [
            read is { } etag ? new(TableTransactionActionType.UpdateReplace, head, etag) : new(TableTransactionActionType.Add, head),
        ];
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
