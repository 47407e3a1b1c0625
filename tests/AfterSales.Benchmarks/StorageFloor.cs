using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace AfterSales.Benchmarks;

/// <summary>Recorded calls made again, by the same SDKs on a store of the same kind and in the same order, with nothing
/// between them.</summary>
internal sealed class StorageFloor : IAsyncDisposable
{
    private readonly BenchmarkFolder _folder = new([EmbeddedStorageHandler.Schema]);
    private readonly TableServiceClient _tables;
    private readonly BlobServiceClient _blobs;
    private int _replays;

    public StorageFloor()
    {
        var connection = RecordedApp.OtherStorage ?? "UseDevelopmentStorage=true";
        var transport = RecordedApp.TransportTo(_folder.Store);
        _tables = new TableServiceClient(connection, new TableClientOptions { Transport = transport });
        _blobs = new BlobServiceClient(connection, new BlobClientOptions { Transport = transport });
    }

    /// <summary>Creates what the calls write to.</summary>
    public async Task CreateAsync(IEnumerable<RecordedCall> calls)
    {
        foreach (var (blob, name) in calls.Select(c => c.Place).Distinct())
        {
            _ = blob
                ? (object)await _blobs.GetBlobContainerClient(name).CreateIfNotExistsAsync()
                : await _tables.CreateTableIfNotExistsAsync(name);
        }
    }

    /// <summary>Prepares the calls on keys of their own; what is returned makes them.</summary>
    /// <param name="sideBySide">Calls of one stage are made side by side, as they were recorded; otherwise all one after another.</param>
    public Func<Task> Prepare(IReadOnlyList<RecordedCall> calls, bool sideBySide) => Prepare(calls, sideBySide, NextEnding());

    /// <summary>As <see cref="Prepare(IReadOnlyList{RecordedCall}, bool)"/>, with the rows there that the calls change.</summary>
    public async Task<Func<Task>> PrepareSeededAsync(IReadOnlyList<RecordedCall> calls, bool sideBySide)
    {
        var ending = NextEnding();
        foreach (var call in calls)
        {
            await call.SeedAsync(_tables, ending);
        }

        return Prepare(calls, sideBySide, ending);
    }

    private string NextEnding() => $"{Interlocked.Increment(ref _replays):x6}";

    private Func<Task> Prepare(IReadOnlyList<RecordedCall> calls, bool sideBySide, string ending)
    {
        var stages = calls.Select((call, i) => sideBySide ? call : call with { Stage = i }).GroupBy(c => c.Stage).OrderBy(g => g.Key)
            .Select(stage => stage.Select(c => c.Prepare(_tables, _blobs, ending)).ToList()).ToList();
        return async () =>
        {
            foreach (var stage in stages)
            {
                await Task.WhenAll(stage.Select(call => call()));
            }
        };
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
