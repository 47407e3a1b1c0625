using System.Threading.Channels;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using AfterSales.Functions.Suppliers;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace AfterSales.Functions.Ledger.Books;

/// <summary>
/// Writes the heads of the books' chains into append blobs, one a month, outside the table that holds the books: so that whoever can rewrite a
/// whole book, head and all, is found out. Heads are written as they come, those that come meanwhile in one block: usually within a second,
/// the bound is five. What a crash leaves unwritten the sweep of any instance finds.
/// </summary>
public sealed class LedgerAnchors(Blobs blobs, Tables tables, SupplierRegister suppliers, ILogger<LedgerAnchors> log) : IHostedService, IDisposable
{
    public const string Container = "anchors";

    private const string MarkRow = "anchor";
    private const string SequenceColumn = "Sequence";
    private const string DigestColumn = "Digest";

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // Wall time, so that a month of virtual minutes is not a month of queries.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(55);

    private readonly Channel<Anchor> _heads = Channel.CreateUnbounded<Anchor>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private Task _writing = Task.CompletedTask;
    private long? _lastLook;

    /// <summary>Takes the last entry of a transaction that was written.</summary>
    internal void Note(LedgerEntry last) => _heads.Writer.TryWrite(Anchor.Of(last));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writing = Task.Run(WriteAllAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Writes what is left, unless something keeps it from that.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _heads.Writer.TryComplete();
        await using CancellationTokenRegistration end = cancellationToken.UnsafeRegister(_ => _ending.Cancel(), null);
        await _writing;
    }

    public void Dispose() => _ending.Dispose();

    /// <summary>Notes every book that went on since its last anchor, unless this process has looked just now.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (_lastLook is { } before && Environment.TickCount64 - before < LookEvery.TotalMilliseconds) return;
        _lastLook = Environment.TickCount64;
        TableClient table = tables.Get(LedgerStore.Table);
        var reader = new BookReader(table);
        foreach (SupplierTerms terms in await suppliers.AllAsync(cancellationToken))
        {
            if (await reader.HeadAsync(terms.Id, cancellationToken) is not { Book: { Count: > 0 } book }) continue;
            TableEntity? mark = await reader.RowAsync(terms.Id, MarkRow, cancellationToken);
            if (mark?.GetInt64(SequenceColumn) == book.Count && mark.GetString(DigestColumn) == book.Head) continue;
            if (await reader.RowAsync(terms.Id, LedgerRows.EntryKey(book.Count), cancellationToken) is { } last) Note(LedgerRows.EntryOf(last));
        }
    }

    private async Task WriteAllAsync()
    {
        var latest = new Dictionary<string, Anchor>(StringComparer.Ordinal);
        TimeSpan pause = FirstPause;
        while (latest.Count > 0 || await _heads.Reader.WaitToReadAsync())
        {
            while (_heads.Reader.TryRead(out Anchor? head))
            {
                if (!latest.TryGetValue(head.Supplier, out Anchor? known) || known.Sequence < head.Sequence) latest[head.Supplier] = head;
            }
            await WriteAsync(latest);
            if (latest.Count > 0 && !await PauseAsync(pause)) return;
            pause = latest.Count == 0 ? FirstPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    /// <summary>Takes out what it has written. What cannot be written stays, and holds up no other month.</summary>
    private async Task WriteAsync(Dictionary<string, Anchor> latest)
    {
        foreach (IGrouping<string, Anchor> month in latest.Values.GroupBy(anchor => anchor.Month).ToList())
        {
            try
            {
                await AppendAsync(month.Key, month);
            }
            catch (Exception e)
            {
                AnchorLogging.NotAnchored(log, Outage.Is(e) ? LogLevel.Warning : LogLevel.Error, month.Count(), month.Key, e);
                continue;
            }
            foreach (Anchor anchor in month)
            {
                latest.Remove(anchor.Supplier);
                await MarkAsync(anchor);
            }
        }
    }

    /// <summary>False when the app ends meanwhile.</summary>
    private async Task<bool> PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _ending.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task AppendAsync(string month, IEnumerable<Anchor> anchors)
    {
        byte[] lines = AnchorLog.Lines(anchors);
        for (int part = 1; ; part++)
        {
            AppendBlobClient blob = blobs.Container(Container).GetAppendBlobClient(AnchorLog.NameOf(month, part));
            try
            {
                await AppendAsync(blob, lines);
                return;
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlockCountExceedsLimit)
            {
                // 50,000 blocks are in it; the month goes on in the next.
            }
        }
    }

    private static async Task AppendAsync(AppendBlobClient blob, byte[] lines)
    {
        try
        {
            await blob.AppendBlockAsync(new MemoryStream(lines));
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            await blob.CreateIfNotExistsAsync();
            await blob.AppendBlockAsync(new MemoryStream(lines));
        }
    }

    /// <summary>Only spares the sweep a head that is anchored; without the mark it is anchored once more.</summary>
    private async Task MarkAsync(Anchor anchor)
    {
        var mark = new TableEntity(anchor.Supplier, MarkRow) { [SequenceColumn] = anchor.Sequence, [DigestColumn] = anchor.Digest };
        try
        {
            await tables.Get(LedgerStore.Table).UpsertEntityAsync(mark, TableUpdateMode.Replace);
        }
        catch (Exception e)
        {
            AnchorLogging.NotMarked(log, Outage.Is(e) ? LogLevel.Warning : LogLevel.Error, anchor.Supplier, anchor.Sequence, e);
        }
    }
}

internal static partial class AnchorLogging
{
    [LoggerMessage(EventId = 1601, Message = "{Count} heads of the ledger cannot be anchored in {Month} now; they are tried again")]
    public static partial void NotAnchored(ILogger log, LogLevel level, int count, string month, Exception fault);

    [LoggerMessage(EventId = 1602, Message = "Entry {Sequence} of {Supplier} is anchored and cannot be marked so; the sweep anchors it again")]
    public static partial void NotMarked(ILogger log, LogLevel level, string supplier, long sequence, Exception fault);
}

/// <summary>The head of a book's chain at some time.</summary>
/// <param name="Recorded">When the entry was recorded; names the month's blob, in UTC.</param>
public sealed record Anchor(string Supplier, long Sequence, string Digest, Instant Recorded)
{
    internal string Month => Recorded.InUtc().Date.ToYearMonth().ToString("uuuu-MM", null);

    internal static Anchor Of(LedgerEntry entry) => new(entry.Supplier.ToString(), entry.Sequence, entry.Digest, entry.Recorded);
}
