using System.Text.Json.Nodes;
using AfterSales.Domain.Ledger;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Ledger;

/// <summary>Somebody with the keys of the storage changes a book behind the app's back, and rewrites its head to match where that helps.</summary>
public sealed class TamperingTests : IAsyncLifetime
{
    private AppHost _app = null!;

    private TableClient Table => _app.Services.GetRequiredService<Tables>().Get("ledger");

    public async Task InitializeAsync()
    {
        _app = await AppHost.StartAsync();
        for (int i = 1; i <= 5; i++) await _app.DepositAsync("S-1", $"{i}.00");
        // The app writes its anchors before it ends.
        await _app.RestartAsync();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task An_untouched_book_holds()
    {
        JsonNode report = await _app.VerifyAsync();
        Assert.Equal((1, 0), (report["passed"]!.GetValue<int>(), report["failed"]!.GetValue<int>()));
        Assert.InRange(report["anchors"]!.GetValue<int>(), 1, 5);
    }

    [Fact]
    public async Task An_edited_entry_is_named()
    {
        LedgerEntry entry = await EntryAsync(3);
        await WriteAsync(3, entry with { Postings = [entry.Postings[0] with { Amount = Domain.Money.Yuan("300.00") }] });
        Assert.Equal((3, "entry-changed"), await FirstFaultAsync());
    }

    [Fact]
    public async Task An_edited_entry_whose_whole_chain_is_sealed_anew_is_not_what_was_anchored()
    {
        LedgerBook book = LedgerBook.Empty(Domain.Suppliers.SupplierId.Parse("S-1"));
        for (int i = 1; i <= 5; i++)
        {
            LedgerEntry entry = await EntryAsync(i);
            Posting more = entry.Postings[0] with { Amount = entry.Postings[0].Amount + Domain.Money.Yuan("100.00") };
            LedgerEntry forged = (entry with { Previous = book.Head, Postings = [more] }).Sealed();
            await WriteAsync(i, forged);
            book = book.After(forged);
        }
        await WriteHeadAsync(book);
        (int sequence, string code) = await FirstFaultAsync();
        Assert.Equal("anchor-differs", code);
        Assert.InRange(sequence, 1, 5);
    }

    [Fact]
    public async Task An_inserted_entry_is_named()
    {
        TableEntity row = await RowAsync(3);
        await Table.AddEntityAsync(new TableEntity(row.PartitionKey, "e_0000000003a") { ["Entry"] = row["Entry"] });
        Assert.Equal((3, "wrong-sequence"), await FirstFaultAsync());
    }

    [Fact]
    public async Task After_a_deleted_entry_the_next_is_named()
    {
        await Table.DeleteEntityAsync("S-1", Key(3));
        Assert.Equal((4, "wrong-sequence"), await FirstFaultAsync());
    }

    [Fact]
    public async Task Of_two_entries_in_the_wrong_order_the_first_is_named()
    {
        (LedgerEntry second, LedgerEntry third) = (await EntryAsync(2), await EntryAsync(3));
        await WriteAsync(2, third);
        await WriteAsync(3, second);
        Assert.Equal((3, "wrong-sequence"), await FirstFaultAsync());
    }

    [Fact]
    public async Task A_cut_off_tail_is_found_although_the_head_was_rewritten()
    {
        LedgerBook book = LedgerBook.Empty(Domain.Suppliers.SupplierId.Parse("S-1"));
        for (int i = 1; i <= 4; i++) book = book.After(await EntryAsync(i));
        await Table.DeleteEntityAsync("S-1", Key(5));
        await WriteHeadAsync(book);
        Assert.Equal((4, "tail-cut"), await FirstFaultAsync());
    }

    [Fact]
    public async Task A_book_that_is_gone_is_missed()
    {
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>("PartitionKey eq 'S-1'")) await Table.DeleteEntityAsync(row);
        Assert.Equal((0, "book-missing"), await FirstFaultAsync());
    }

    [Fact]
    public async Task A_head_that_was_anchored_again_as_another_is_named_however_many_parts_the_month_has()
    {
        var container = _app.Services.GetRequiredService<Blobs>().Container("anchors");
        foreach (int part in new[] { 10, 2 })
        {
            var blob = container.GetAppendBlobClient($"2026-11.{part}.jsonl");
            await blob.CreateIfNotExistsAsync();
            string digest = part == 2 ? (await EntryAsync(5)).Digest : new string('0', 64);
            await blob.AppendBlockAsync(new MemoryStream(AppJson.ToBytes(
                new Anchor("S-1", 5, digest, NodaTime.Instant.FromUtc(2026, 11, 3, 0, 0)))));
        }

        JsonNode fault = Assert.Single((await _app.VerifyAsync())["faults"]!.AsArray())!;

        Assert.Equal((5, "anchors-conflict"), (fault["sequence"]!.GetValue<int>(), fault["code"]!.GetValue<string>()));
        Assert.Contains("2026-11.10", fault["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_part_of_a_month_that_was_written_first_is_the_first_word()
    {
        var container = _app.Services.GetRequiredService<Blobs>().Container("anchors");
        await foreach (var kept in container.GetBlobsAsync()) await container.DeleteBlobAsync(kept.Name);
        foreach (var (name, digest) in new[] { ("2026-11.10.jsonl", "c"), ("2026-11.2.jsonl", "b"), ("2026-11.jsonl", "a") })
        {
            var blob = container.GetAppendBlobClient(name);
            await blob.CreateIfNotExistsAsync();
            await blob.AppendBlockAsync(new MemoryStream(AppJson.ToBytes(
                new Anchor("S-1", 5, digest, NodaTime.Instant.FromUtc(2026, 11, 3, 0, 0)))));
        }

        Assert.Equal("a", (await AnchorLog.ReadAsync(container, CancellationToken.None)).Digests["S-1"][5]);
    }

    private async Task<(int Sequence, string Code)> FirstFaultAsync()
    {
        JsonNode fault = (await _app.VerifyAsync())["faults"]![0]!;
        return (fault["sequence"]!.GetValue<int>(), fault["code"]!.GetValue<string>());
    }

    private async Task<LedgerEntry> EntryAsync(int sequence) => AppJson.From<LedgerEntry>(LongColumn.Read(await RowAsync(sequence), "Entry"));

    private async Task<TableEntity> RowAsync(int sequence) => await Table.GetEntityAsync<TableEntity>("S-1", Key(sequence));

    private Task WriteAsync(int sequence, LedgerEntry entry) => WriteAsync(Key(sequence), "Entry", AppJson.ToBytes(entry));

    private Task WriteHeadAsync(LedgerBook book) => WriteAsync("head", "Book", AppJson.ToBytes(book));

    private async Task WriteAsync(string key, string column, byte[] content)
    {
        var row = new TableEntity("S-1", key);
        LongColumn.Write(row, column, content);
        await Table.UpsertEntityAsync(row, TableUpdateMode.Replace);
    }

    private static string Key(int sequence) => $"e_{sequence:D10}";
}
