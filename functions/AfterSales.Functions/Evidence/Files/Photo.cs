using SkiaSharp;

namespace AfterSales.Functions.Evidence;

/// <summary>Reads pictures, and decodes each whole: a good head says nothing about the rest.</summary>
public static class Photo
{
    /// <summary>Largest photo or document, in bytes.</summary>
    public const int LargestFile = 10 * 1024 * 1024;

    /// <summary>Most pixels, width times height.</summary>
    public const long MostPixels = 50_000_000;

    // A picture of the largest size takes 200 MB while it is decoded; large ones wait for each other.
    private const long LargePixels = 12_000_000;
    private static readonly Lock OneLargeAtATime = new();

    /// <summary>The photo, or why the file is refused.</summary>
    public static (Exhibit? Photo, ExhibitFault? Fault) Read(ReadOnlyMemory<byte> content)
    {
        if (content.Length > LargestFile)
        {
            return (null, ExhibitFault.TooLarge);
        }

        using var data = SKData.CreateCopy(content.Span);
        using var codec = SKCodec.Create(data);
        if (codec is null || ContentTypeOf(codec.EncodedFormat) is not { } contentType)
        {
            return (null, ExhibitFault.TypeNotAccepted);
        }

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        var fault = (long)width * height > MostPixels ? ExhibitFault.TooManyPixels
            : ForeignContent.IsIn(content.Span) ? ExhibitFault.HidesOther
            : !IsWhole(codec, contentType, content.Span) ? ExhibitFault.Damaged
            : null;
        return fault is null ? (Exhibit.Of(contentType, content, width, height), null) : (null, fault);
    }

    /// <summary>The picture, as small as its coding lets it be decoded; null when it cannot be decoded whole.</summary>
    internal static SKBitmap? Decode(SKCodec codec)
    {
        // JPEG at an eighth still reads every byte.
        var size = codec.GetScaledDimensions(0.125f);
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        if ((long)size.Width * size.Height < LargePixels)
        {
            return DecodeAs(codec, info);
        }

        lock (OneLargeAtATime)
        {
            return DecodeAs(codec, info);
        }
    }

    private static SKBitmap? DecodeAs(SKCodec codec, SKImageInfo info)
    {
        var bitmap = new SKBitmap(info);
        if (codec.GetPixels(info, bitmap.GetPixels()) == SKCodecResult.Success)
        {
            return bitmap;
        }

        bitmap.Dispose();
        return null;
    }

    // The decoders forgive an end that is missing; the file's own structure does not.
    private static bool IsWhole(SKCodec codec, string contentType, ReadOnlySpan<byte> content)
    {
        if (!PhotoCopy.HasEnd(contentType, content))
        {
            return false;
        }

        using var bitmap = Decode(codec);
        return bitmap is not null;
    }

    private static string? ContentTypeOf(SKEncodedImageFormat format) => format switch
    {
        SKEncodedImageFormat.Jpeg => "image/jpeg",
        SKEncodedImageFormat.Png => "image/png",
        SKEncodedImageFormat.Webp => "image/webp",
        _ => null,
    };
}
