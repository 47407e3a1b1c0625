using System.Globalization;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace AfterSales.Functions.Intake.Platforms;

/// <summary>An event of a platform that waited for its request in vain. What it said is gone. Instants are UTC.</summary>
/// <param name="EventId">By which the platform knows it.</param>
/// <param name="Topic">The event's name where the platform sends it beside the body.</param>
public sealed record DroppedEvent(string Marketplace, string EventId, string? Topic, DateTimeOffset SentAt, DateTimeOffset DroppedAt);

/// <summary>Drops events that have waited too long for the request that they belong to, and keeps for staff which ones those were: in the table
/// of kept events, a partition of their own, newest first.</summary>
public sealed class DroppedEvents(Tables tables, KeptEvents kept, TimeProvider clock, ILogger<DroppedEvents> log)
{
    /// <summary>How long an event waits. Business time.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    private const int Newest = 100;

    // No marketplace's: theirs have a colon.
    private const string Partition = "dropped";

    /// <summary>Drops what has waited too long. The trace is written first, so that a crash in between loses none.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await foreach (var row in kept.WaitingSinceAsync(now - LongestWait, cancellationToken))
        {
            await tables.Get(KeptEvents.Table).UpsertEntityAsync(TraceOf(row, now), TableUpdateMode.Replace, cancellationToken);
            await kept.ForgetAsync(row, cancellationToken);
            DroppedLog.Dropped(log, KeptEvents.MarketplaceOf(row), row.GetString("EventId"), LongestWait.Days);
        }
    }

    /// <summary>The newest hundred.</summary>
    public async Task<IReadOnlyList<DroppedEvent>> ListAsync(CancellationToken cancellationToken)
    {
        var dropped = new List<DroppedEvent>();
        await foreach (var row in tables.Get(KeptEvents.Table).QueryAsync<TableEntity>(
            row => row.PartitionKey == Partition, Newest, cancellationToken: cancellationToken))
        {
            dropped.Add(new DroppedEvent(
                row.GetString("Marketplace"), row.GetString("EventId"), row.GetString("Topic"),
                row.GetDateTimeOffset("SentAt")!.Value, row.GetDateTimeOffset("DroppedAt")!.Value));
            if (dropped.Count == Newest) break;
        }

        return dropped;
    }

    private static TableEntity TraceOf(TableEntity row, DateTimeOffset now)
    {
        var newestFirst = (long.MaxValue - now.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);
        return new TableEntity(Partition, $"x_{newestFirst}_{row.PartitionKey}_{row.RowKey}")
        {
            ["Marketplace"] = KeptEvents.MarketplaceOf(row),
            ["EventId"] = row.GetString("EventId"),
            ["Topic"] = row.GetString("Topic"),
            ["SentAt"] = row.GetDateTimeOffset("SentAt"),
            ["DroppedAt"] = now,
        };
    }
}

internal static partial class DroppedLog
{
    [LoggerMessage(1212, LogLevel.Warning, "An event of {Marketplace}, {EventId}, is dropped: its request did not come within {Days} days")]
    public static partial void Dropped(ILogger log, string marketplace, string eventId, int days);
}
