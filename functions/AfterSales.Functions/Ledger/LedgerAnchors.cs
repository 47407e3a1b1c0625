using System.Threading.Channels;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Penalties;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace AfterSales.Functions.Ledger;

/// <summary>
/// Writes the heads of the books' chains into append blobs, one a month, outside the table that holds the books: so that whoever can rewrite a
/// whole book, head and all, is found out. Heads are written as they come, those that come meanwhile in one block: usually within a second,
/// the bound is five. What a crash leaves unwritten is written at the next start.
/// </summary>
public sealed class LedgerAnchors(Blobs blobs, Tables tables, SupplierRegister suppliers, ILogger<LedgerAnchors> log) : IHostedService, IDisposable
{
    public const string Container = "anchors";

    private const string MarkRow = "anchor";
    private const string SequenceColumn = "Sequence";
    private const string DigestColumn = "Digest";

    private static readonly TimeSpan PauseInOutage = TimeSpan.FromSeconds(1);

    private readonly Channel<Anchor> _heads = Channel.CreateUnbounded<Anchor>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private Task _writing = Task.CompletedTask;

    /// <summary>Takes the last entry of a transaction that was written.</summary>
    internal void Note(LedgerEntry last) => _heads.Writer.TryWrite(Anchor.Of(last));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writing = Task.Run(WriteAllAsync, CancellationToken.None);
        return SweepAsync(cancellationToken);
    }

    /// <summary>Writes what is left, unless an outage keeps it from that.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _heads.Writer.TryComplete();
        await using CancellationTokenRegistration end = cancellationToken.UnsafeRegister(_ => _ending.Cancel(), null);
        await _writing;
    }

    public void Dispose() => _ending.Dispose();

    /// <summary>Notes every book that went on since its last anchor.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
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
        while (await _heads.Reader.WaitToReadAsync())
        {
            var latest = new Dictionary<string, Anchor>(StringComparer.Ordinal);
            while (_heads.Reader.TryRead(out Anchor? head))
            {
                if (!latest.TryGetValue(head.Supplier, out Anchor? known) || known.Sequence < head.Sequence) latest[head.Supplier] = head;
            }
            if (!await WriteAsync([.. latest.Values])) return;
        }
    }

    /// <summary>False when the app ends before the outage does.</summary>
    private async Task<bool> WriteAsync(IReadOnlyList<Anchor> anchors)
    {
        while (true)
        {
            try
            {
                foreach (IGrouping<string, Anchor> month in anchors.GroupBy(anchor => anchor.Month)) await AppendAsync(month.Key, month);
                foreach (Anchor anchor in anchors) await MarkAsync(anchor);
                return true;
            }
            catch (Exception e) when (Outage.Is(e))
            {
                log.LogWarning(e, "{Anchors} heads of the ledger cannot be anchored now; they are tried again", anchors.Count);
            }
            try
            {
                await Task.Delay(PauseInOutage, _ending.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
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

    private Task MarkAsync(Anchor anchor) => tables.Get(LedgerStore.Table).UpsertEntityAsync(
        new TableEntity(anchor.Supplier, MarkRow) { [SequenceColumn] = anchor.Sequence, [DigestColumn] = anchor.Digest }, TableUpdateMode.Replace);
}

/// <summary>The head of a book's chain at some time.</summary>
/// <param name="Recorded">When the entry was recorded; names the month's blob, in UTC.</param>
public sealed record Anchor(string Supplier, long Sequence, string Digest, Instant Recorded)
{
    internal string Month => Recorded.InUtc().Date.ToYearMonth().ToString("uuuu-MM", null);

    internal static Anchor Of(LedgerEntry entry) => new(entry.Supplier.ToString(), entry.Sequence, entry.Digest, entry.Recorded);
}
