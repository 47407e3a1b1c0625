using System.Text.Json;
using AfterSales.Functions.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AfterSales.Functions.Ledger;

/// <summary>The anchors as they are kept: blobs <c>2026-11.jsonl</c>, <c>2026-11.2.jsonl</c> and so on, an anchor a line.</summary>
public static class AnchorLog
{
    internal static string NameOf(string month, int part) => part == 1 ? $"{month}.jsonl" : $"{month}.{part}.jsonl";

    internal static byte[] Lines(IEnumerable<Anchor> anchors)
    {
        using var lines = new MemoryStream();
        foreach (Anchor anchor in anchors)
        {
            lines.Write(AppJson.ToBytes(anchor));
            lines.WriteByte((byte)'\n');
        }
        return lines.ToArray();
    }

    /// <summary>Every anchor there is: by supplier, the digests by sequence. The same head anchored twice is one.</summary>
    /// <exception cref="JsonException">A line is none of ours.</exception>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<long, string>>> ReadAsync(
        BlobContainerClient container, CancellationToken cancellationToken)
    {
        var anchors = new Dictionary<string, IReadOnlyDictionary<long, string>>(StringComparer.Ordinal);
        await foreach (BlobItem blob in container.GetBlobsAsync(cancellationToken: cancellationToken))
        {
            await using Stream content = await container.GetBlobClient(blob.Name).OpenReadAsync(cancellationToken: cancellationToken);
            using var reader = new StreamReader(content);
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                Anchor anchor = AppJson.From<Anchor>(line);
                if (!anchors.TryGetValue(anchor.Supplier, out var known)) anchors[anchor.Supplier] = known = new Dictionary<long, string>();
                // The first word on a sequence counts: what is appended later cannot make an earlier anchor good.
                ((Dictionary<long, string>)known).TryAdd(anchor.Sequence, anchor.Digest);
            }
        }
        return anchors;
    }
}
