using System.Text.Json;

namespace AfterSales.LocalRuntime.Engine.Storage.Blobs;

/// <summary>The two kinds of blob that are stored.</summary>
internal enum BlobKind
{
    BlockBlob,
    AppendBlob,
}

/// <summary>A container. Its version is the instant of its last change in ticks; it gives ETag and Last-Modified.</summary>
internal sealed record ContainerRow(long Id, string Name, long Version, IReadOnlyDictionary<string, string> Metadata);

/// <summary>A blob without its bytes.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="Version">The instant of the last change in ticks, higher than any earlier one of this name; gives ETag and
/// Last-Modified.</param>
/// <param name="Created">Ticks, UTC.</param>
/// <param name="Blocks">How many blocks were committed or appended.</param>
internal sealed record BlobRow(
    long Id, long Container, string Name, BlobKind Kind, long Length, long Version, long Created, int Blocks, BlobProperties Properties);

/// <summary>What a client may set besides the bytes.</summary>
/// <param name="Headers">Content headers by the names under which they are answered, such as <c>Content-Type</c>.</param>
internal sealed record BlobProperties(Dictionary<string, string> Headers, Dictionary<string, string> Metadata)
{
    private const string MetadataPrefix = "x-ms-meta-";

    private static readonly (string Sent, string Answered)[] ContentHeaders =
    [
        ("x-ms-blob-content-type", "Content-Type"),
        ("x-ms-blob-content-encoding", "Content-Encoding"),
        ("x-ms-blob-content-language", "Content-Language"),
        ("x-ms-blob-content-disposition", "Content-Disposition"),
        ("x-ms-blob-content-md5", "Content-MD5"),
        ("x-ms-blob-cache-control", "Cache-Control"),
    ];

    /// <summary>Content headers and metadata of an upload.</summary>
    public static BlobProperties From(StorageRequest request)
    {
        var headers = HeadersFrom(request);
        headers.TryAdd("Content-Type", "application/octet-stream");
        return new(headers, MetadataFrom(request));
    }

    public static Dictionary<string, string> HeadersFrom(StorageRequest request)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (sent, answered) in ContentHeaders)
        {
            if (request.Header(sent) is { Length: > 0 } value)
            {
                headers[answered] = value;
            }
        }

        return headers;
    }

    public static Dictionary<string, string> MetadataFrom(StorageRequest request) =>
        new(request.Headers(MetadataPrefix), StringComparer.OrdinalIgnoreCase);

    public static BlobProperties Parse(string json) => JsonSerializer.Deserialize<BlobProperties>(json)!;

    public string ToJson() => JsonSerializer.Serialize(this);
}

/// <summary>Bytes of a blob: in the row, or in a file of the blobs' folder.</summary>
/// <param name="Start">Where they begin in the blob.</param>
internal sealed record Segment(long Start, long Length, byte[]? Content, string? File);

/// <summary>An instant as a version, in the service's forms.</summary>
internal static class BlobTag
{
    public static string Format(long version) => $"\"0x{version:X}\"";

    public static string HttpDate(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("R");
}
