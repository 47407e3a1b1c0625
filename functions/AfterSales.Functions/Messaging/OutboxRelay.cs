using System.Collections.Concurrent;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;

namespace AfterSales.Functions.Messaging;

/// <summary>
/// One writer's note that a partition is about to get events. Every writer has its own, so that none can drop the note of
/// another who died between commit and send.
/// </summary>
/// <param name="Writer">What tells writers apart; the rows of the commit carry it.</param>
public sealed record OutboxMark(string Table, string Partition, string Writer)
{
    /// <summary>The note's row key.</summary>
    internal string Note => $"{Table}:{Partition}:{Writer}";

    internal static OutboxMark Parse(string note)
    {
        var (first, last) = (note.IndexOf(':', StringComparison.Ordinal), note.LastIndexOf(':'));
        return new OutboxMark(note[..first], note[(first + 1)..last], note[(last + 1)..]);
    }
}

/// <summary>
/// Sends events from the rows that keep them: at least once, in order within a partition. A writer notes the partition first
/// (<see cref="MarkAsync"/>), commits, then publishes. What a crash or an outage leaves is found by the sweep through the
/// notes, which number as many as there are writers with unsent rows, so that an idle sweep costs one small query or none.
/// </summary>
public sealed class OutboxRelay(Tables tables, OutboxNotes notes, Senders senders, ILogger<OutboxRelay> log)
{
    private const string FirstRow = "e_";

    // '`' is the character after '_': the range holds every key that begins with the prefix.
    private const string RowEnd = "e`";

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

    /// <summary>Notes that the partition is about to get events. Await it before the commit; it may run beside the read.</summary>
    public Task<OutboxMark> MarkAsync(string table, string partition, CancellationToken cancellationToken) =>
        notes.AddAsync(table, partition, cancellationToken);

    /// <summary>Sends the events just committed, in order. An outage is logged and left to the sweep: the commit stands either way.</summary>
    public async Task PublishAsync(OutboxMark mark, IReadOnlyList<OutgoingEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(events, cancellationToken);
            notes.RemoveLater(mark);
        }
        catch (Exception e) when (Outage.Is(e))
        {
            _leftByUs[mark.Note] = true;
            RelayLog.Left(log, mark.Partition, events.Count, e);
        }
    }

    /// <summary>Commits what a writer decided and sends its events. False when somebody else wrote in between, or when this very commit stood and
    /// its answer was lost: the writer is to decide again on what there is then.</summary>
    public async Task<bool> CommitAsync(
        OutboxMark mark, IReadOnlyList<TableTransactionAction> writes, IReadOnlyList<OutgoingEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            await tables.Get(mark.Table).SubmitTransactionAsync(writes, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            Leave(mark);
            return false;
        }

        await PublishAsync(mark, events, cancellationToken);
        return true;
    }

    /// <summary>Drops the note of a writer that had nothing to commit after all.</summary>
    public void Unmark(OutboxMark mark) => notes.RemoveLater(mark);

    /// <summary>
    /// Leaves the note to the sweep, for a writer who was told that its commit failed. It may have stood all the same: when the answer is
    /// lost and the SDK repeats the commit, the refusal of the second hides the success of the first.
    /// </summary>
    public void Leave(OutboxMark mark) => _leftByUs[mark.Note] = true;

    /// <summary>Sends what was left behind. Returns how many events it sent. A partition that cannot be sent does not hold up the others.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        if (_leftByUs.IsEmpty && _lastLook is { } last && Environment.TickCount64 - last < LookEvery.TotalMilliseconds)
        {
            return 0;
        }

        _lastLook = Environment.TickCount64;
        var left = new List<LeftNote>();
        await foreach (var note in notes.AllAsync(cancellationToken))
        {
            if (Left(note) is { } found) left.Add(found);
        }

        var sent = 0;
        foreach (var partition in left.GroupBy(note => (note.Mark.Table, note.Mark.Partition)))
        {
            try
            {
                sent += await SweepAsync([.. partition], cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                RelayLog.NotSwept(log, partition.Key.Partition, e);
            }
        }

        return sent;
    }

    /// <summary>Null for the note of a writer that may be alive and busy.</summary>
    private LeftNote? Left(TableEntity note)
    {
        var mark = OutboxMark.Parse(note.RowKey);
        var age = TimeProvider.System.GetUtcNow() - note.Timestamp!.Value;
        var ours = _leftByUs.ContainsKey(mark.Note);
        return age < BusyFor && note.Timestamp > _startedAt && !ours ? null : new LeftNote(mark, Over: age > AbandonedAfter || ours);
    }

    /// <summary>Sends what the notes of one partition stand for, in the order in which it happened.</summary>
    private async Task<int> SweepAsync(IReadOnlyList<LeftNote> left, CancellationToken cancellationToken)
    {
        var rows = new List<TableEntity>();
        var over = left.Where(note => note.Over).Select(note => note.Mark).ToHashSet();
        foreach (var (mark, _) in left)
        {
            var own = await RowsAsync(mark, cancellationToken);
            if (own.Count > 0) over.Add(mark);
            rows.AddRange(own);
        }

        if (rows.Count > 0)
        {
            await SendAsync([.. rows.OrderBy(row => row.RowKey, StringComparer.Ordinal).Select(OutgoingEvent.Of)], cancellationToken);
            RelayLog.Swept(log, left[0].Mark.Partition, rows.Count);
        }

        foreach (var mark in over)
        {
            notes.RemoveLater(mark);
            _leftByUs.TryRemove(mark.Note, out _);
        }

        return rows.Count;
    }

    private async Task<List<TableEntity>> RowsAsync(OutboxMark mark, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {mark.Partition} and RowKey ge {FirstRow} and RowKey lt {RowEnd} and Note eq {mark.Writer}");
        var rows = new List<TableEntity>();
        await foreach (var row in tables.Get(mark.Table).QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            rows.Add(row);
        }

        return rows;
    }

    private async Task SendAsync(IReadOnlyList<OutgoingEvent> events, CancellationToken cancellationToken)
    {
        foreach (var entity in events.SelectMany(e => e.Messages()).GroupBy(m => m.Entity, m => m.Message))
        {
            foreach (var messages in Sized(entity))
            {
                await senders.To(entity.Key).SendMessagesAsync(messages, cancellationToken);
            }
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

    /// <param name="Over">Its writer will never commit, or has: it is past the age of any request, or said so.</param>
    private sealed record LeftNote(OutboxMark Mark, bool Over);
}

internal static partial class RelayLog
{
    [LoggerMessage(1101, LogLevel.Warning, "{Count} events of {Partition} wait for the sweep: the bus or the table is out")]
    public static partial void Left(ILogger log, string partition, int count, Exception fault);

    [LoggerMessage(1102, LogLevel.Information, "{Count} events of {Partition} were left behind and are sent now")]
    public static partial void Swept(ILogger log, string partition, int count);

    [LoggerMessage(1103, LogLevel.Error, "What is left of {Partition} could not be sent; the next sweep tries it again")]
    public static partial void NotSwept(ILogger log, string partition, Exception fault);
}
