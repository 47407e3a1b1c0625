using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;

namespace AfterSales.Functions.Messaging;

/// <summary>
/// One writer's note that a partition is about to get outbox rows. Every writer has its own, so that none can drop the note of
/// another who died between commit and send.
/// </summary>
/// <param name="Note">The note's row key: table, partition and what tells writers apart.</param>
public sealed record OutboxMark(string Table, string Partition, string Note);

/// <summary>
/// Sends outbox rows and deletes each after its send is confirmed: at least once, in order within a partition. A writer notes the
/// partition first (<see cref="MarkAsync"/>), commits, then publishes. What a crash or an outage leaves is found by the sweep through the
/// notes, which number as many as there are writers with unsent rows, so that an idle sweep costs one small query or none.
/// </summary>
public sealed class OutboxRelay(Tables tables, Senders senders, ILogger<OutboxRelay> log)
{
    internal const string Table = "pending";

    private const int Shards = 16;
    private const int RowsAtOnce = 100;

    // A send may have 256 KB on the standard tier, properties and framing included.
    private const int BytesAtOnce = 192 * 1024;
    private const int BytesBesideBody = 1024;

    // The sweep leaves alone what a living writer is still busy with.
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(5);

    // A note without rows is a writer that died before its commit, once it is older than any request lives.
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(10);

    // How stale this process may be about what others left. Wall time, so that a month of virtual minutes is not a month of queries.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(55);

    private readonly DateTimeOffset _startedAt = TimeProvider.System.GetUtcNow();
    // Notes whose writer, in this process, has given up: it is busy with nothing any more. Other notes of the same partition may be.
    private readonly ConcurrentDictionary<string, bool> _leftByUs = new(StringComparer.Ordinal);
    private long? _lastLook;

    /// <summary>Notes that the partition is about to get outbox rows. Await it before the commit; it may run beside the read.</summary>
    public async Task<OutboxMark> MarkAsync(string table, string partition, CancellationToken cancellationToken)
    {
        var note = $"{table}:{partition}:{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        // Not an insert: one whose answer was lost would be refused when the SDK repeats it.
        await tables.Get(Table).UpsertEntityAsync(new TableEntity(Shard(partition), note), TableUpdateMode.Replace, cancellationToken);
        return new OutboxMark(table, partition, note);
    }

    /// <summary>Sends the rows just committed, in order. An outage is logged and left to the sweep: the commit stands either way.</summary>
    public async Task PublishAsync(OutboxMark mark, IReadOnlyList<TableEntity> rows, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(mark, rows, cancellationToken);
            await ForgetAsync(mark, cancellationToken);
        }
        catch (Exception e) when (Outage.Is(e))
        {
            _leftByUs[mark.Note] = true;
            RelayLog.Left(log, mark.Partition, rows.Count, e);
        }
    }

    /// <summary>Drops the note of a writer that had nothing to commit after all.</summary>
    public Task UnmarkAsync(OutboxMark mark, CancellationToken cancellationToken) => ForgetAsync(mark, cancellationToken);

    /// <summary>
    /// Leaves the note to the sweep, for a writer who was told that its commit failed. It may have stood all the same: when the answer is
    /// lost and the SDK repeats the commit, the refusal of the second hides the success of the first.
    /// </summary>
    public void Leave(OutboxMark mark) => _leftByUs[mark.Note] = true;

    /// <summary>Sends what was left behind. Returns how many rows it sent. A partition that cannot be sent does not hold up the others.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        if (_leftByUs.IsEmpty && _lastLook is { } last && Environment.TickCount64 - last < LookEvery.TotalMilliseconds)
        {
            return 0;
        }

        _lastLook = Environment.TickCount64;
        var sent = 0;
        await foreach (var note in tables.Get(Table).QueryAsync<TableEntity>(cancellationToken: cancellationToken))
        {
            try
            {
                sent += await SweepAsync(note, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                RelayLog.NotSwept(log, note.RowKey, e);
            }
        }

        return sent;
    }

    private async Task<int> SweepAsync(TableEntity note, CancellationToken cancellationToken)
    {
        var (first, last) = (note.RowKey.IndexOf(':', StringComparison.Ordinal), note.RowKey.LastIndexOf(':'));
        var mark = new OutboxMark(note.RowKey[..first], note.RowKey[(first + 1)..last], note.RowKey);
        var age = TimeProvider.System.GetUtcNow() - note.Timestamp!.Value;
        var ours = _leftByUs.ContainsKey(mark.Note);
        if (age < BusyFor && note.Timestamp > _startedAt && !ours)
        {
            return 0;
        }

        var rows = await RowsAsync(mark, cancellationToken);
        if (rows.Count > 0)
        {
            await SendAsync(mark, rows, cancellationToken);
            RelayLog.Swept(log, mark.Partition, rows.Count);
        }

        // The rows may have been those of another note: who wrote this one may be alive and about to commit.
        if (age > AbandonedAfter || ours)
        {
            await ForgetAsync(mark, cancellationToken);
        }

        return rows.Count;
    }

    private async Task<List<TableEntity>> RowsAsync(OutboxMark mark, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {mark.Partition} and RowKey ge {OutboxRow.Prefix} and RowKey lt {OutboxRow.PrefixEnd}");
        var rows = new List<TableEntity>();
        await foreach (var row in tables.Get(mark.Table).QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            rows.Add(row);
        }

        return rows;
    }

    private async Task SendAsync(OutboxMark mark, IReadOnlyList<TableEntity> rows, CancellationToken cancellationToken)
    {
        foreach (var some in rows.Chunk(RowsAtOnce))
        {
            foreach (var entity in some.SelectMany(OutboxRow.Messages).GroupBy(m => m.Entity, m => m.Message))
            {
                foreach (var messages in Sized(entity))
                {
                    await senders.To(entity.Key).SendMessagesAsync(messages, cancellationToken);
                }
            }

            await DeleteAsync(mark, some, cancellationToken);
        }
    }

    /// <summary>The messages in order, as many together as one send may have.</summary>
    private static IEnumerable<IReadOnlyList<ServiceBusMessage>> Sized(IEnumerable<ServiceBusMessage> messages)
    {
        var (together, bytes) = (new List<ServiceBusMessage>(), 0L);
        foreach (var message in messages)
        {
            var weight = message.Body.ToMemory().Length + BytesBesideBody;
            if (together.Count > 0 && bytes + weight > BytesAtOnce)
            {
                yield return together;
                (together, bytes) = ([], 0);
            }

            together.Add(message);
            bytes += weight;
        }

        if (together.Count > 0)
        {
            yield return together;
        }
    }

    private async Task DeleteAsync(OutboxMark mark, TableEntity[] rows, CancellationToken cancellationToken)
    {
        var table = tables.Get(mark.Table);
        try
        {
            if (rows.Length == 1)
            {
                await table.DeleteEntityAsync(rows[0], ETag.All, cancellationToken);
            }
            else
            {
                await table.SubmitTransactionAsync(
                    rows.Select(r => new TableTransactionAction(TableTransactionActionType.Delete, r, ETag.All)), cancellationToken);
            }
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Another relay sent the same rows at the same time. A transaction with one row gone deletes none, so the others go one by one.
            foreach (var row in rows.Where(_ => rows.Length > 1))
            {
                await table.DeleteEntityAsync(row, ETag.All, cancellationToken);
            }
        }
    }

    private async Task ForgetAsync(OutboxMark mark, CancellationToken cancellationToken)
    {
        await tables.Get(Table).DeleteEntityAsync(Shard(mark.Partition), mark.Note, ETag.All, cancellationToken);
        _leftByUs.TryRemove(mark.Note, out _);
    }

    private static string Shard(string partition) => $"{SHA256.HashData(Encoding.UTF8.GetBytes(partition))[0] % Shards:D2}";
}

internal static partial class RelayLog
{
    [LoggerMessage(1101, LogLevel.Warning, "{Count} outbox rows of {Partition} wait for the sweep: the bus or the table is out")]
    public static partial void Left(ILogger log, string partition, int count, Exception fault);

    [LoggerMessage(1102, LogLevel.Information, "{Count} outbox rows of {Partition} were left behind and are sent now")]
    public static partial void Swept(ILogger log, string partition, int count);

    [LoggerMessage(1103, LogLevel.Error, "What {Note} tells of could not be sent; the next sweep tries it again")]
    public static partial void NotSwept(ILogger log, string note, Exception fault);
}
