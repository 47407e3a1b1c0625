using AfterSales.LocalRuntime.Engine.Storage;

namespace AfterSales.Benchmarks;

/// <summary>A store in a folder of its own, removed with it.</summary>
internal sealed class BenchmarkFolder(IEnumerable<string> schema) : IAsyncDisposable
{
    public SqliteStore Store { get; } = SqliteStore.Open(Directory.CreateTempSubdirectory("bench-").FullName, schema);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(Store.Folder, recursive: true);
    }
}
