using System.Net;
using System.Security.Cryptography;
using AfterSales.LocalRuntime.Engine.Storage;
using AfterSales.LocalRuntime.Engine.Storage.Tables;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CsCheck;

namespace AfterSales.LocalRuntime.Tests.Storage;

/// <summary>What the embedded store promises beyond the contract that it shares with Azurite.</summary>
public sealed class EmbeddedStorageTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("storage").FullName;
    private readonly StorageFaults _faults = new();
    private SqliteStore _store = null!;

    private string BlobFolder => Path.Combine(_folder, "blobs");

    public Task InitializeAsync()
    {
        _store = Open();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(TableRows.PointSql, "(tab=? AND pk=? AND rk=?)", 3)]
    [InlineData(TableRows.PartitionSql, "(tab=? AND pk=? AND rk>? AND rk<?)", 5)]
    [InlineData(TableRows.RangeSql, "(tab=? AND (pk,rk)>(?,?) AND pk<?)", 7)]
    public void Queries_read_a_range_of_the_index_in_its_order(string sql, string range, int parameters)
    {
        var plan = string.Join('\n', _store.Read(session =>
            session.Query("EXPLAIN QUERY PLAN " + sql, r => r.GetString(3), [.. Enumerable.Repeat<object?>("1", parameters)])));
        Assert.StartsWith("SEARCH storage_entities USING INDEX", plan, StringComparison.Ordinal);
        Assert.Contains(range, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_partition_among_a_hundred_thousand_rows_is_read_alone()
    {
        var table = await TableAsync();
        await _store.WriteAsync(session =>
        {
            var id = TableRows.TableId(session, table.Name);
            for (var i = 0; i < 100_000; i++)
            {
                session.Execute(
                    "INSERT INTO storage_entities (tab, pk, rk, version, body) VALUES ($1, $2, $3, 1, $4)",
                    id, $"case_{i / 10:D5}", $"e_{i % 10:D10}", "{}"u8.ToArray());
            }
        });
        Assert.Equal(10, await table.QueryAsync<TableEntity>("PartitionKey eq 'case_04711'").CountAsync());
        Assert.Equal("e_0000000003", (await table.GetEntityAsync<TableEntity>("case_09999", "e_0000000003")).Value.RowKey);
        Assert.Equal(100_000, await table.QueryAsync<TableEntity>(select: ["RowKey"]).CountAsync());
    }

    [Theory]
    [InlineData("PartitionKey eq 'a'", "a..a\0 × ..")]
    [InlineData("PartitionKey eq 'a' and RowKey eq 'r'", "a..a\0 × r..r\0")]
    [InlineData("PartitionKey eq 'a' and RowKey ge 'e_' and RowKey lt 'e`' and Amount gt 5", "a..a\0 × e_..e`")]
    [InlineData("PartitionKey eq 'b' or PartitionKey eq 'a'", "a..a\0 × .. | b..b\0 × ..")]
    [InlineData("PartitionKey eq 'a' and (RowKey eq 'x' or RowKey eq 'x' or RowKey eq 'b')", "a..a\0 × b..b\0 | a..a\0 × x..x\0")]
    [InlineData("PartitionKey gt 'a' and PartitionKey le 'c'", "a\0..c\0 × ..")]
    [InlineData("PartitionKey eq 'a' and PartitionKey eq 'b'", "")]
    [InlineData("'a' lt PartitionKey", "a\0.. × ..")]
    [InlineData("PartitionKey eq 'a' or Amount eq 1", ".. × ..")]
    [InlineData("not (PartitionKey eq 'a')", ".. × ..")]
    public void A_filter_reads_the_keys_it_names(string filter, string expected)
    {
        static string Text(KeyRange range) => $"{range.From}..{range.Until}";
        var boxes = TableFilterParser.Parse(filter).Boxes();
        Assert.Equal(expected, string.Join(" | ", boxes.Select(b => $"{Text(b.Partition)} × {Text(b.Row)}")));
    }

    [Fact]
    public void The_keys_that_a_filter_reads_hold_every_row_that_matches()
    {
        string[] keys = ["a", "a!", "ab", "b", "顾"];
        var condition = Gen.Select(
            Gen.OneOf("PartitionKey", "RowKey"), Gen.OneOf("eq", "ne", "gt", "ge", "lt", "le"), Gen.OneOf(keys),
            (property, comparison, key) => $"{property} {comparison} '{key}'");
        var filter = Gen.Recursive<string>((depth, inner) => depth > 3
            ? condition
            : Gen.OneOf<string>(
                condition,
                Gen.Select(inner, Gen.OneOf("and", "or"), inner, (left, word, right) => $"({left}) {word} ({right})"),
                inner.Select(i => $"not ({i})")));
        filter.Sample(text =>
        {
            var parsed = TableFilterParser.Parse(text);
            var boxes = parsed.Boxes();
            foreach (var (partition, row) in from p in keys from r in keys select (p, r))
            {
                var read = boxes.Count(b => Holds(b.Partition, partition) && Holds(b.Row, row));
                Assert.InRange(read, parsed.Matches(partition, row, 1, []) ? 1 : 0, 1);
            }
        });

        static bool Holds(KeyRange range, string key) =>
            KeyOrder.Compare(range.From, key) <= 0 && (range.Until is null || KeyOrder.Compare(key, range.Until) < 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Amount eq")]
    [InlineData("Amount eq 1 and")]
    [InlineData("(Amount eq 1")]
    [InlineData("Amount eq 'open")]
    [InlineData("Amount eq datetime'tomorrow'")]
    [InlineData("1 eq 1")]
    [InlineData("A eq B")]
    [InlineData("Amount eq 1 )")]
    public void What_is_no_filter_is_refused(string filter) =>
        Assert.Equal("InvalidInput", Assert.Throws<StorageError>(() => TableFilterParser.Parse(filter)).Code);

    [Fact]
    public async Task Limits_of_the_service_are_held()
    {
        var table = await TableAsync();

        async Task RefusedAsync(string code, Func<Task> call) =>
            Assert.Equal(code, (await Assert.ThrowsAnyAsync<RequestFailedException>(call)).ErrorCode);

        TableTransactionAction Add(string partition, int row) => new(TableTransactionActionType.Add, new TableEntity(partition, $"{row}"));

        await RefusedAsync("KeyValueTooLarge", () => table.AddEntityAsync(new TableEntity(new string('p', 513), "r")));
        await RefusedAsync("OutOfRangeInput", () => table.AddEntityAsync(new TableEntity("a/b", "r")));
        await RefusedAsync("OutOfRangeInput", () => table.AddEntityAsync(new TableEntity("p", "a\tb")));
        var wide = new TableEntity("p", "r");
        var heavy = new TableEntity("p", "r");
        for (var i = 0; i < 253; i++)
        {
            wide[$"P{i}"] = i;
            heavy[$"P{i}"] = i < 40 ? new string('x', 30_000) : null;
        }

        await RefusedAsync("TooManyProperties", () => table.AddEntityAsync(wide));
        await RefusedAsync("EntityTooLarge", () => table.AddEntityAsync(heavy));
        await RefusedAsync("InvalidResourceName", () => EmbeddedStorage.TablesOf(_store).CreateTableAsync("no_underscore"));
        await RefusedAsync("InvalidInput", () => table.SubmitTransactionAsync(Enumerable.Range(0, 101).Select(i => Add("p", i))));
        await RefusedAsync("CommandsInBatchActOnDifferentPartitions", () => table.SubmitTransactionAsync([Add("p", 1), Add("q", 2)]));
        Assert.Empty(await table.QueryAsync<TableEntity>().ToListAsync());
    }

    [Fact]
    public async Task Bytes_that_are_not_those_of_the_checksum_leave_nothing_behind()
    {
        var blob = (await ContainerAsync()).GetBlockBlobClient("checked");
        var options = new BlockBlobStageBlockOptions
        {
            TransferValidation = new()
            {
                ChecksumAlgorithm = Azure.Storage.StorageChecksumAlgorithm.MD5,
                PrecalculatedChecksum = CryptographicOperations.HashData(HashAlgorithmName.MD5, [1]),
            },
        };
        var bytes = new MemoryStream(new byte[100_000]);
        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => blob.StageBlockAsync("YQ==", bytes, options));
        Assert.Equal("Md5Mismatch", refusal.ErrorCode);
        Assert.Empty(Directory.GetFiles(BlobFolder));
    }

    [Fact]
    public async Task What_is_not_answered_says_so_by_name()
    {
        var blob = (await ContainerAsync()).GetBlobClient("b");
        await blob.UploadAsync(BinaryData.FromString("x"));

        async Task SaysAsync(string what, Func<Task> call)
        {
            var refusal = await Assert.ThrowsAsync<RequestFailedException>(call);
            Assert.Equal((501, "NotImplemented"), (refusal.Status, refusal.ErrorCode));
            Assert.Contains(what, refusal.Message, StringComparison.Ordinal);
        }

        await SaysAsync("comp=lease", () => blob.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(15)));
        await SaysAsync("comp=snapshot", () => blob.CreateSnapshotAsync());
        await SaysAsync("comp=tags", () => blob.SetTagsAsync(new Dictionary<string, string>()));
        await SaysAsync("x-ms-copy-source", () => blob.SyncCopyFromUriAsync(blob.Uri));
        await SaysAsync("comp=properties", () => EmbeddedStorage.TablesOf(_store).GetPropertiesAsync());
    }

    [Fact]
    public async Task Files_of_blobs_that_are_gone_are_gone()
    {
        var container = await ContainerAsync();
        var blob = container.GetBlockBlobClient("b");
        for (var i = 0; i < 3; i++)
        {
            await blob.UploadAsync(new MemoryStream(new byte[100_000 + i]));
        }

        Assert.Single(Directory.GetFiles(BlobFolder));
        await blob.StageBlockAsync("YQ==", new MemoryStream(new byte[100_000]));
        await blob.StageBlockAsync("YQ==", new MemoryStream(new byte[100_001]));
        Assert.Equal(2, Directory.GetFiles(BlobFolder).Length);
        await blob.CommitBlockListAsync(["YQ==", "YQ=="]);
        Assert.Single(Directory.GetFiles(BlobFolder));
        await container.UploadBlobAsync("other", new BinaryData(new byte[100_000]));
        await blob.DeleteAsync();
        Assert.Single(Directory.GetFiles(BlobFolder));
        await container.DeleteAsync();
        Assert.Empty(Directory.GetFiles(BlobFolder));
    }

    [Fact]
    public async Task A_file_that_a_crash_left_is_removed_at_start()
    {
        var container = await ContainerAsync();
        var bytes = new byte[100_000];
        await container.UploadBlobAsync("kept", new BinaryData(bytes));
        await container.GetBlockBlobClient("staged").StageBlockAsync("YQ==", new MemoryStream(bytes));
        await File.WriteAllBytesAsync(Path.Combine(BlobFolder, "orphan"), bytes);
        await _store.DisposeAsync();

        _store = Open();
        var reopened = EmbeddedStorage.BlobsOf(_store).GetBlobContainerClient(container.Name);
        Assert.Equal(2, Directory.GetFiles(BlobFolder).Length);
        Assert.False(File.Exists(Path.Combine(BlobFolder, "orphan")));
        Assert.Equal(bytes, (await reopened.GetBlobClient("kept").DownloadContentAsync()).Value.Content.ToArray());
        await reopened.GetBlockBlobClient("staged").CommitBlockListAsync(["YQ=="]);
        Assert.Equal(bytes, (await reopened.GetBlobClient("staged").DownloadContentAsync()).Value.Content.ToArray());
    }

    [Fact]
    public async Task A_blob_that_is_overwritten_while_it_is_read_is_read_whole()
    {
        var blob = (await ContainerAsync()).GetBlobClient("b");
        byte[] Filled(int value) => [.. Enumerable.Repeat((byte)value, 70_000 + value)];
        await blob.UploadAsync(new BinaryData(Filled(0)));
        var writer = Task.Run(async () =>
        {
            for (var i = 1; i <= 60; i++)
            {
                await blob.UploadAsync(new BinaryData(Filled(i)), overwrite: true);
            }
        });
        while (!writer.IsCompleted)
        {
            var read = (await blob.DownloadContentAsync()).Value.Content.ToArray();
            Assert.Equal(Filled(read[0]), read);
        }

        await writer;
    }

    [Fact]
    public async Task A_fault_before_the_effect_leaves_no_effect()
    {
        var table = await TableAsync();
        _faults.Decide = r => r.Method == HttpMethod.Post ? new StorageFault.Answer(HttpStatusCode.ServiceUnavailable, "ServerBusy") : null;
        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")));
        Assert.Equal((503, "ServerBusy"), (refusal.Status, refusal.ErrorCode));
        Assert.Empty(await table.QueryAsync<TableEntity>().ToListAsync());
    }

    [Fact]
    public async Task A_fault_after_the_effect_leaves_the_effect()
    {
        var table = await TableAsync();
        _faults.Decide = r => r.Method == HttpMethod.Post ? new StorageFault.ConnectionLost(AfterEffect: true) : null;
        await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "lost answer")));
        _faults.Decide = r => r.Method == HttpMethod.Post ? new StorageFault.Timeout(AfterEffect: true) : null;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => table.AddEntityAsync(new TableEntity("p", "late answer")));
        _faults.Decide = null;
        Assert.Equal(["late answer", "lost answer"], await table.QueryAsync<TableEntity>().Select(e => e.RowKey).ToListAsync());
    }

    private SqliteStore Open() => SqliteStore.Open(_folder, [EmbeddedStorageHandler.Schema]);

    private async Task<TableClient> TableAsync()
    {
        var table = EmbeddedStorage.TablesOf(_store, _faults).GetTableClient("things");
        await table.CreateAsync();
        return table;
    }

    private async Task<Azure.Storage.Blobs.BlobContainerClient> ContainerAsync()
    {
        var container = EmbeddedStorage.BlobsOf(_store, _faults).GetBlobContainerClient("things");
        await container.CreateAsync();
        return container;
    }
}
