using System.Security.Cryptography;
using AfterSales.Domain.Cases;

namespace AfterSales.Functions.Evidence;

/// <summary>A file that may be evidence: a photo (JPEG, PNG, WebP), a short video (MP4, QuickTime, WebM) or a PDF. Its content says what
/// it is; it was read whole, so that it is known to be complete and nothing else besides.</summary>
/// <param name="Width">Pixels, as stored (before any rotation); null of a document.</param>
/// <param name="Sha256">Lower-case hex of the bytes as sent.</param>
public sealed record Exhibit(string ContentType, int? Width, int? Height, string Sha256, ReadOnlyMemory<byte> Content)
{
    /// <summary>Largest file of any kind, in bytes. Photos and documents have less.</summary>
    public const int LargestFile = Video.LargestFile;

    /// <summary>Most files of one case.</summary>
    public const int MostPerCase = CaseDecider.MostEvidence;

    /// <summary>How long a video lasts.</summary>
    public long? Milliseconds { get; init; }

    /// <summary>Of a document.</summary>
    public int? Pages { get; init; }

    /// <summary>The file, or why it is refused.</summary>
    /// <param name="name">Says nothing about what the file is, but must not say that it is something else.</param>
    public static (Exhibit? Exhibit, ExhibitFault? Fault) Read(string name, ReadOnlyMemory<byte> content)
    {
        var (exhibit, fault) = Read(content);
        return exhibit is not null && !EvidenceName.Fits(name, exhibit.ToFile(name).Kind) ? (null, ExhibitFault.NotAsNamed) : (exhibit, fault);
    }

    /// <summary>The case's record of this file under a name.</summary>
    public EvidenceFile ToFile(string name) => new(name, Sha256, Content.Length, ContentType, Width, Height, Milliseconds, Pages);

    /// <summary>The file as the other party sees it: without place, time, device and what else a program wrote beside the content.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The content type is none that evidence may have.</exception>
    public static byte[] CopyWithoutMetadata(string contentType, byte[] content) => contentType switch
    {
        Document.ContentType => PdfCopy.WithoutMetadata(content),
        Video.Mp4Type or Video.QuickTimeType => Mp4Copy.WithoutMetadata(content),
        Video.WebMType => WebMCopy.WithoutMetadata(content),
        _ => PhotoCopy.WithoutMetadata(contentType, content),
    };

    internal static Exhibit Of(string contentType, ReadOnlyMemory<byte> content, int? width = null, int? height = null) =>
        new(contentType, width, height, Convert.ToHexStringLower(SHA256.HashData(content.Span)), content);

    private static (Exhibit? Exhibit, ExhibitFault? Fault) Read(ReadOnlyMemory<byte> content) =>
        Video.Is(content.Span) ? Video.Read(content)
        : content.Length > Photo.LargestFile ? (null, ExhibitFault.TooLarge)
        : Document.Is(content.Span) ? Document.Read(content)
        : Photo.Read(content);
}
