using System.Globalization;
using System.Text.Json;
using AfterSales.Domain.Ledger;
using AfterSales.Functions.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AfterSales.Functions.Ledger.Books;

/// <summary>Every anchor there is.</summary>
/// <param name="Digests">By supplier, the digests by sequence. The same head anchored twice is one.</param>
/// <param name="Conflicts">Heads that were anchored again with another digest: <c>anchors-conflict</c>.</param>
public sealed record AnchorsKept(
    IReadOnlyDictionary<string, IReadOnlyDictionary<long, string>> Digests, IReadOnlyList<LedgerFault> Conflicts);

/// <summary>The anchors as they are kept: blobs <c>2026-11.jsonl</c>, <c>2026-11.2.jsonl</c> and so on, an anchor a line.</summary>
public static class AnchorLog
{
    private const string Ending = "jsonl";

    internal static string NameOf(string month, int part) => part == 1 ? $"{month}.{Ending}" : $"{month}.{part}.{Ending}";

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

    /// <summary>Reads the anchors in the order in which they were written.</summary>
    /// <exception cref="JsonException">A blob or a line is none of ours.</exception>
    public static async Task<AnchorsKept> ReadAsync(BlobContainerClient container, CancellationToken cancellationToken)
    {
        var anchors = new Dictionary<string, IReadOnlyDictionary<long, string>>(StringComparer.Ordinal);
        var conflicts = new List<LedgerFault>();
        foreach (string name in await NamesAsync(container, cancellationToken))
        {
            await using Stream content = await container.GetBlobClient(name).OpenReadAsync(cancellationToken: cancellationToken);
            using var reader = new StreamReader(content);
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                Anchor anchor = AppJson.From<Anchor>(line);
                if (!anchors.TryGetValue(anchor.Supplier, out var known)) anchors[anchor.Supplier] = known = new Dictionary<long, string>();
                // The first word on a sequence counts: what is appended later cannot make an earlier anchor good.
                if (!((Dictionary<long, string>)known).TryAdd(anchor.Sequence, anchor.Digest) && known[anchor.Sequence] != anchor.Digest)
                    conflicts.Add(new LedgerFault(anchor.Supplier, anchor.Sequence, "anchors-conflict", $"The head was anchored again, in {name}, as another."));
            }
        }
        return new AnchorsKept(anchors, conflicts);
    }

    private static async Task<IEnumerable<string>> NamesAsync(BlobContainerClient container, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (BlobItem blob in container.GetBlobsAsync(cancellationToken: cancellationToken)) names.Add(blob.Name);
        return names.OrderBy(name => name.Split('.')[0], StringComparer.Ordinal).ThenBy(PartOf);
    }

    private static int PartOf(string name) => name.Split('.') switch
    {
        [_, Ending] => 1,
        [_, var part, Ending] when int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => number,
        _ => throw new JsonException($"'{name}' holds no anchors."),
    };
}
