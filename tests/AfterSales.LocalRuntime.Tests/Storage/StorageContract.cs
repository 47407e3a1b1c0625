using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace AfterSales.LocalRuntime.Tests.Storage;

/// <summary>
/// What the application relies on in Azure Tables and Blobs, as sentences. It is checked with the genuine SDKs against the embedded
/// store and against Azurite, so that the embedded store's subset is right. Service versions: see <see cref="StorageUnderTest"/>.
/// </summary>
public abstract partial class StorageContract(StorageUnderTest storage)
{
    private static int _names;

    private TableServiceClient TableService => storage.Tables;

    private BlobServiceClient BlobService => storage.Blobs;

    private async Task<TableClient> NewTableAsync()
    {
        var table = TableService.GetTableClient($"t{Interlocked.Increment(ref _names)}x{Environment.ProcessId}");
        await table.CreateAsync();
        return table;
    }

    private async Task<BlobContainerClient> NewContainerAsync()
    {
        var container = BlobService.GetBlobContainerClient($"c{Interlocked.Increment(ref _names)}-{Environment.ProcessId}");
        await container.CreateAsync();
        return container;
    }

    /// <summary>The call is refused with this status and the service's error code.</summary>
    private static async Task<RequestFailedException> RefusedAsync(int status, string code, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAnyAsync<RequestFailedException>(call);
        Assert.Equal((status, code), (refusal.Status, refusal.ErrorCode));
        return refusal;
    }

    /// <summary>Bytes without a pattern that a wrong offset could hide behind, the same on each run.</summary>
    private static byte[] SomeBytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
