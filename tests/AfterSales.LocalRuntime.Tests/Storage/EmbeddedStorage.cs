using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace AfterSales.LocalRuntime.Tests.Storage;

/// <summary>The embedded store in a folder of its own.</summary>
public sealed class EmbeddedStorage : StorageUnderTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("storage").FullName;
    private SqliteStore? _store;

    public override Task InitializeAsync()
    {
        _store = SqliteStore.Open(_folder, [EmbeddedStorageHandler.Schema]);
        Connect("UseDevelopmentStorage=true", Transport(_store));
        return Task.CompletedTask;
    }

    public override async Task DisposeAsync()
    {
        await _store!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public static HttpClientTransport Transport(SqliteStore store, StorageFaults? faults = null) =>
        new(new HttpClient(new EmbeddedStorageHandler(store, faults)));

    public static TableServiceClient TablesOf(SqliteStore store, StorageFaults? faults = null) =>
        new("UseDevelopmentStorage=true", TableOptions(Transport(store, faults)));

    public static BlobServiceClient BlobsOf(SqliteStore store, StorageFaults? faults = null) =>
        new("UseDevelopmentStorage=true", BlobOptions(Transport(store, faults)));
}

public sealed class The_embedded_storage(EmbeddedStorage storage) : StorageContract(storage), IClassFixture<EmbeddedStorage>;

public sealed class Azurite_storage(Azurite storage) : StorageContract(storage), IClassFixture<Azurite>;
