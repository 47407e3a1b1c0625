using System.Security.Cryptography;
using AfterSales.Domain.Cases;
using SkiaSharp;

namespace AfterSales.Functions.Evidence;

/// <summary>What a file's content says it is. Name and declared type of the file count for nothing.</summary>
/// <param name="Sha256">Lower-case hex of the bytes as sent.</param>
/// <param name="Width">Pixels, as stored (before any EXIF rotation).</param>
public sealed record Photo(string ContentType, int Width, int Height, string Sha256, ReadOnlyMemory<byte> Content)
{
    /// <summary>Largest file, in bytes.</summary>
    public const int LargestFile = 10 * 1024 * 1024;

    /// <summary>Most pixels, width times height.</summary>
    public const long MostPixels = 50_000_000;

    /// <summary>Most files of one case.</summary>
    public const int MostPerCase = CaseDecider.MostEvidence;

    /// <summary>The photo, or why the file is refused.</summary>
    public static (Photo? Photo, PhotoFault? Fault) Read(ReadOnlyMemory<byte> content)
    {
        if (content.Length > LargestFile)
        {
            return (null, PhotoFault.TooLarge);
        }

        using var data = SKData.CreateCopy(content.Span);
        using var codec = SKCodec.Create(data);
        if (codec is null || ContentTypeOf(codec.EncodedFormat) is not { } contentType)
        {
            return (null, PhotoFault.NotAPhoto);
        }

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        return (long)width * height > MostPixels
            ? (null, PhotoFault.TooManyPixels)
            : (new Photo(contentType, width, height, Convert.ToHexStringLower(SHA256.HashData(content.Span)), content), null);
    }

    /// <summary>The case's record of this photo under a name.</summary>
    public EvidenceFile ToFile(string name) => new(name, Sha256, Content.Length, ContentType, Width, Height);

    private static string? ContentTypeOf(SKEncodedImageFormat format) => format switch
    {
        SKEncodedImageFormat.Jpeg => "image/jpeg",
        SKEncodedImageFormat.Png => "image/png",
        SKEncodedImageFormat.Webp => "image/webp",
        _ => null,
    };
}

/// <summary>Why a file is not taken as evidence.</summary>
public sealed record PhotoFault(int Status, string Code, string Detail)
{
    public static readonly PhotoFault TooLarge = new(413, "evidence-too-large", "A photo has at most 10 MB.");
    public static readonly PhotoFault NotAPhoto = new(422, "evidence-not-a-photo", "The file's content is no JPEG, PNG or WebP picture.");
    public static readonly PhotoFault TooManyPixels = new(422, "evidence-too-many-pixels", "A photo has at most 50 megapixels.");
    public static readonly PhotoFault TooMany = new(422, "evidence-too-many", "A case has at most 40 photos.");

    public static readonly PhotoFault BadName = new(422, "evidence-name-invalid",
        "A name has 1 to 100 letters, digits, spaces or any of . _ - ( ) and does not begin with a dot.");
}

/// <summary>Names of evidence files within a case.</summary>
public static class EvidenceName
{
    public static bool IsValid(string? name) =>
        name is { Length: >= 1 and <= 100 } && name[0] != '.'
        && name.All(c => char.IsLetterOrDigit(c) || c is ' ' or '.' or '_' or '-' or '(' or ')');
}
