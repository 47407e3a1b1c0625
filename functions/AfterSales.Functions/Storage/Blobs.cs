using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Storage;

/// <summary>A blob container that the app creates at start.</summary>
public sealed record ContainerName(string Name);

/// <summary>The app's blobs: small sealed documents and photos, written whole and read whole.</summary>
public sealed class Blobs(BlobServiceClient service)
{
    private readonly ConcurrentDictionary<string, BlobContainerClient> _containers = new(StringComparer.Ordinal);

    /// <summary>The container of that name, registered with <see cref="ContainerRegistration.AddContainer"/>.</summary>
    public BlobContainerClient Container(string name) => _containers.GetOrAdd(name, service.GetBlobContainerClient);

    /// <summary>Writes the blob, replacing one of the same name.</summary>
    public async Task WriteAsync(string container, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await Container(container).GetBlobClient(name)
            .UploadAsync(new BinaryData(content), overwrite: true, cancellationToken);

    /// <summary>Writes the blob unless there is one of that name, which stays as it is.</summary>
    public async Task WriteOnceAsync(string container, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            await Container(container).GetBlobClient(name).UploadAsync(new BinaryData(content), overwrite: false, cancellationToken);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            // Written before: by somebody else, or by a try of ours whose answer was lost.
        }
    }

    /// <summary>The blob's content, or null when there is none of that name.</summary>
    public async Task<byte[]?> ReadAsync(string container, string name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await Container(container).GetBlobClient(name).DownloadContentAsync(cancellationToken);
            return answer.Value.Content.ToArray();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}

public static class ContainerRegistration
{
    /// <summary>Names a container that must exist before the first request.</summary>
    public static IServiceCollection AddContainer(this IServiceCollection services, string name) =>
        services.AddSingleton(new ContainerName(name));
}
