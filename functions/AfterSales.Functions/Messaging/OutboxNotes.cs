using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AfterSales.Functions.Messaging;

/// <summary>
/// The notes of writers, in storage. A note is written before the writer's commit and waited for; that it is over is nothing anybody waits
/// for, so notes are removed behind the writers' backs, as many together as there are by then. One that a crash leaves standing costs a
/// second send of what was sent, which the bus or the handlers see through.
/// </summary>
public sealed class OutboxNotes(Tables tables, ILogger<OutboxNotes> log) : IHostedService
{
    internal const string Table = "pending";

    // Few, so that removals meet in a batch; a shard takes two thousand writes a second.
    private const int Shards = 4;
    private const int RowsAtOnce = 100;

    private readonly Lock _gate = new();
    private readonly List<OutboxMark>[] _over = [.. Enumerable.Range(0, Shards).Select(_ => new List<OutboxMark>())];
    private Task _removing = Task.CompletedTask;
    private bool _busy;

    internal async Task<OutboxMark> AddAsync(string table, string partition, CancellationToken cancellationToken)
    {
        var mark = new OutboxMark(table, partition, RandomNumberGenerator.GetHexString(16, lowercase: true));
        // Not an insert: one whose answer was lost would be refused when the SDK repeats it.
        await tables.Get(Table).UpsertEntityAsync(
            new TableEntity(ShardName(ShardOf(partition)), mark.Note), TableUpdateMode.Replace, cancellationToken);
        return mark;
    }

    /// <summary>Removes the note soon, without being waited for.</summary>
    internal void RemoveLater(OutboxMark mark)
    {
        lock (_gate)
        {
            _over[ShardOf(mark.Partition)].Add(mark);
            if (_busy)
            {
                return;
            }

            _busy = true;
            using (ExecutionContext.SuppressFlow())
            {
                _removing = Task.Run(RemoveAsync);
            }
        }
    }

    /// <summary>Done when every removal asked for so far is.</summary>
    public Task RemovedAsync()
    {
        lock (_gate)
        {
            return _removing;
        }
    }

    internal AsyncPageable<TableEntity> AllAsync(CancellationToken cancellationToken) =>
        tables.Get(Table).QueryAsync<TableEntity>(cancellationToken: cancellationToken);

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => RemovedAsync().WaitAsync(cancellationToken);

    private async Task RemoveAsync()
    {
        while (Take() is var (shard, marks))
        {
            try
            {
                await RemoveAsync(shard, marks);
            }
            catch (Exception e)
            {
                OutboxNotesLog.NotRemoved(log, marks.Count, e);
            }
        }
    }

    private async Task RemoveAsync(int shard, List<OutboxMark> marks)
    {
        var notes = marks.ConvertAll(mark => new TableEntity(ShardName(shard), mark.Note));
        try
        {
            if (notes.Count > 1)
            {
                await tables.Get(Table).SubmitTransactionAsync(
                    notes.Select(note => new TableTransactionAction(TableTransactionActionType.Delete, note, ETag.All)));
                return;
            }
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // A sweep has removed one of them, and then a transaction removes none.
        }

        foreach (var note in notes)
        {
            await tables.Get(Table).DeleteEntityAsync(note, ETag.All);
        }
    }

    private (int Shard, List<OutboxMark> Marks)? Take()
    {
        lock (_gate)
        {
            var shard = Array.FindIndex(_over, over => over.Count > 0);
            if (shard < 0)
            {
                _busy = false;
                return null;
            }

            var some = _over[shard].GetRange(0, Math.Min(RowsAtOnce, _over[shard].Count));
            _over[shard].RemoveRange(0, some.Count);
            return (shard, some);
        }
    }

    private static int ShardOf(string partition) => SHA256.HashData(Encoding.UTF8.GetBytes(partition))[0] % Shards;

    private static string ShardName(int shard) => $"{shard:D2}";
}

internal static partial class OutboxNotesLog
{
    [LoggerMessage(1104, LogLevel.Warning, "{Count} notes of writers that are done could not be removed; the sweep finds them")]
    public static partial void NotRemoved(ILogger log, int count, Exception fault);
}
