using System.Diagnostics;
using System.Globalization;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace AfterSales.Benchmarks;

/// <summary>How many storage operations a second the embedded store answers through the genuine SDK, against the same rows written to
/// its SQLite file directly (group commit, synchronous FULL), in one run.</summary>
internal static class StorageThroughput
{
    private const int Tasks = 64;
    private const int RowsInTransaction = 5;
    private const int RowsRead = 100;
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("storage-benchmark").FullName;
        await using (var store = SqliteStore.Open(folder, [EmbeddedStorageHandler.Schema]))
        {
            var transport = new HttpClientTransport(new HttpClient(new EmbeddedStorageHandler(store)));
            var options = new TableClientOptions(TableClientOptions.ServiceVersion.V2020_12_06) { Transport = transport };
            var table = new TableServiceClient("UseDevelopmentStorage=true", options).GetTableClient("measured");
            await table.CreateAsync();
            var body = new string('x', 1000);

            await MeasureAsync(output, "insert of one entity", n => table.AddEntityAsync(Entity($"i{n}", "head", body)));
            await MeasureAsync(output, "transaction of 5 entities", n => table.SubmitTransactionAsync(
                Enumerable.Range(0, RowsInTransaction).Select(i => new TableTransactionAction(
                    TableTransactionActionType.Add, Entity($"t{n}", $"e_{i}", body)))));
            await MeasureAsync(output, "the same 5 rows by SQL", n => store.WriteAsync(session => WriteRows(session, $"s{n}", body)));
            await MeasureAsync(output, "replace with ETag", async n =>
            {
                var tag = (await table.GetEntityAsync<TableEntity>($"i{n % RowsRead}", "head")).Value.ETag;
                try
                {
                    await table.UpdateEntityAsync(Entity($"i{n % RowsRead}", "head", body), tag, TableUpdateMode.Replace);
                }
                catch (Azure.RequestFailedException e) when (e.Status == 412)
                {
                    // Another task was faster: the round trip is made all the same.
                }
            });
            await MeasureAsync(output, "point read", n => table.GetEntityAsync<TableEntity>($"t{n % RowsRead}", "e_3"));
            await MeasureAsync(output, "query of one partition of 5", async n =>
            {
                await foreach (var page in table.QueryAsync<TableEntity>($"PartitionKey eq 't{n % RowsRead}'").AsPages())
                {
                    Trace.Assert(page.Values.Count == RowsInTransaction);
                }
            });
        }

        Directory.Delete(folder, recursive: true);
    }

    private static TableEntity Entity(string partition, string row, string body) =>
        new(partition, row) { ["Type"] = "claim-upheld", ["Sequence"] = 7L, ["Data"] = body };

    private static void WriteRows(StoreSession session, string partition, string body)
    {
        for (var i = 0; i < RowsInTransaction; i++)
        {
            session.Execute(
                "INSERT INTO storage_entities (tab, pk, rk, version, body) VALUES (0, $1, $2, 1, $3)",
                partition, $"e_{i}", System.Text.Encoding.UTF8.GetBytes($"{{\"Type\":\"claim-upheld\",\"Data\":\"{body}\"}}"));
        }
    }

    private static async Task MeasureAsync(TextWriter output, string what, Func<int, Task> work)
    {
        var next = -1;
        await RunForAsync(Warmup, () => work(Interlocked.Increment(ref next)));
        var before = next;
        var processor = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await RunForAsync(Measured, () => work(Interlocked.Increment(ref next)));
        var done = next - before;
        var rate = done / watch.Elapsed.TotalSeconds;
        var each = (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / done;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{what,-30} {rate,10:N0}/s {each,8:N0} µs of processor each"));
    }

    private static Task RunForAsync(TimeSpan time, Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        return Task.WhenAll(Enumerable.Range(0, Tasks).Select(_ => Task.Run(async () =>
        {
            while (watch.Elapsed < time)
            {
                await work();
            }
        })));
    }
}
