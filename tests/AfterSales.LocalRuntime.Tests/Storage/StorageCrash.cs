using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Data.Tables;

namespace AfterSales.LocalRuntime.Tests.Storage;

/// <summary>A process that writes through the SDKs and is killed; what it was told to be stored must be there afterwards.</summary>
public sealed class StorageCrash
{
    private const int Writers = 6;
    private const int AcknowledgedBeforeKill = 300;
    private const int BlobBytes = 100_000;

    [Fact]
    public async Task What_was_acknowledged_survives_a_kill()
    {
        var folder = Directory.CreateTempSubdirectory("storage-crash").FullName;
        var acknowledged = await KilledProcess.RunAsync("write-storage", folder, AcknowledgedBeforeKill);

        await using (var store = SqliteStore.Open(folder, [EmbeddedStorageHandler.Schema]))
        {
            var table = EmbeddedStorage.TablesOf(store).GetTableClient("rows");
            var container = EmbeddedStorage.BlobsOf(store).GetBlobContainerClient("blobs");
            var rows = (await table.QueryAsync<TableEntity>().ToListAsync()).ToLookup(e => e.PartitionKey);
            foreach (var name in acknowledged.Where(a => a.StartsWith('t')))
            {
                Assert.Equal(["event", "head"], rows[name].Select(e => e.RowKey));
            }

            // A transaction is there whole or not at all, acknowledged or not.
            Assert.All(rows, partition => Assert.Equal(2, partition.Count()));
            foreach (var name in acknowledged.Where(a => a.StartsWith('b')))
            {
                Assert.Equal(Content(name), (await container.GetBlobClient(name).DownloadContentAsync()).Value.Content.ToArray());
            }

            Assert.Equal(await container.GetBlobsAsync().CountAsync(), Directory.GetFiles(Path.Combine(folder, "blobs")).Length);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Writes from several tasks at once and says each name once its write is acknowledged.</summary>
    internal static async Task WriteUntilKilledAsync(string folder, TextWriter acknowledged)
    {
        var store = SqliteStore.Open(folder, [EmbeddedStorageHandler.Schema]);
        var table = EmbeddedStorage.TablesOf(store).GetTableClient("rows");
        var container = EmbeddedStorage.BlobsOf(store).GetBlobContainerClient("blobs");
        await table.CreateAsync();
        await container.CreateAsync();
        var output = TextWriter.Synchronized(acknowledged);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var i = 0; ; i++)
            {
                var name = $"{(i % 10 == 9 ? 'b' : 't')}{writer}-{i}";
                if (name[0] == 'b')
                {
                    await container.UploadBlobAsync(name, new BinaryData(Content(name)));
                }
                else
                {
                    await table.SubmitTransactionAsync(
                    [
                        new(TableTransactionActionType.Add, new TableEntity(name, "event")),
                        new(TableTransactionActionType.Add, new TableEntity(name, "head")),
                    ]);
                }

                await output.WriteLineAsync(name);
                await output.FlushAsync();
            }
        }));
    }

    private static byte[] Content(string name)
    {
        var bytes = new byte[BlobBytes];
        new Random(name.Sum(c => c * 31)).NextBytes(bytes);
        return bytes;
    }
}
