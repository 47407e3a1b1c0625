using AfterSales.Functions.Storage;

namespace AfterSales.Functions.Evidence;

/// <summary>
/// The photos of cases, each sealed for the case's customer in a blob named by its hash: a second file of the same name can never
/// overwrite the first, and writing one twice changes nothing.
/// </summary>
public sealed class PhotoBlobs(Blobs blobs, PersonVault vault)
{
    internal const string Container = "evidence";

    public async Task WriteAsync(string caseId, PersonId customer, Photo photo, CancellationToken cancellationToken)
    {
        var content = await vault.SealAsync(customer, photo.Content, cancellationToken);
        await blobs.WriteAsync(Container, $"{caseId}/{photo.Sha256}", content, cancellationToken);
    }

    /// <summary>The bytes as sent; null when the customer's data was erased.</summary>
    public async Task<byte[]?> ReadAsync(string caseId, PersonId customer, string sha256, CancellationToken cancellationToken) =>
        await blobs.ReadAsync(Container, $"{caseId}/{sha256}", cancellationToken) is { } content
            ? await vault.OpenAsync(customer, content, cancellationToken)
            : null;
}
