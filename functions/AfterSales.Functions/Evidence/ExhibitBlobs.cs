using AfterSales.Functions.Storage;

namespace AfterSales.Functions.Evidence;

/// <summary>
/// The files of cases, each sealed for the case's customer in a blob named by case, customer and hash, and never written over: neither
/// a second file of the same name nor a message that names another customer can take a file away.
/// </summary>
public sealed class ExhibitBlobs(Blobs blobs, PersonVault vault)
{
    internal const string Container = "evidence";

    public async Task WriteAsync(string caseId, PersonId customer, Exhibit exhibit, CancellationToken cancellationToken)
    {
        var content = await vault.SealAsync(customer, exhibit.Content, cancellationToken);
        await blobs.WriteOnceAsync(Container, NameOf(caseId, customer, exhibit.Sha256), content, cancellationToken);
    }

    /// <summary>The bytes as sent; null when the customer's data was erased.</summary>
    public async Task<byte[]?> ReadAsync(string caseId, PersonId customer, string sha256, CancellationToken cancellationToken) =>
        await blobs.ReadAsync(Container, NameOf(caseId, customer, sha256), cancellationToken) is { } content
            ? await vault.OpenAsync(customer, content, cancellationToken)
            : null;

    private static string NameOf(string caseId, PersonId customer, string sha256) => $"{caseId}/{customer}/{sha256}";
}
