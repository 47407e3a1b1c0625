using System.Buffers.Binary;
using SkiaSharp;

namespace AfterSales.Functions.Evidence;

/// <summary>
/// The copy of a photo that the other party sees: the same picture, bit for bit, without what the camera or a program wrote beside it
/// (place, time, device, comments, embedded second pictures). Only what is needed to show the picture is kept, so that metadata
/// nobody has heard of is left out too; what follows a part that cannot be read is left out.
/// </summary>
public static class PhotoCopy
{
    private const byte StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, Comment = 0xFE;

    /// <exception cref="ArgumentOutOfRangeException">The content type is none that evidence may have.</exception>
    public static byte[] WithoutMetadata(string contentType, byte[] content) => contentType switch
    {
        "image/jpeg" => Jpeg(content),
        "image/png" => Png(content),
        "image/webp" => Webp(content),
        _ => throw new ArgumentOutOfRangeException(nameof(contentType), contentType, "No type of a photo."),
    };

    /// <summary>Whether the picture's own end is there; what follows it is none of the picture.</summary>
    internal static bool HasEnd(string contentType, ReadOnlySpan<byte> content) => contentType switch
    {
        "image/jpeg" => Jpeg(content).AsSpan().EndsWith((ReadOnlySpan<byte>)[0xFF, EndOfImage]),
        "image/png" => Png(content).AsSpan(..^4).EndsWith("IEND"u8),
        _ => content.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(content[4..]) <= content.Length - 8,
    };

    private static byte[] Jpeg(ReadOnlySpan<byte> content)
    {
        var copy = new MemoryStream(content.Length);
        copy.Write([0xFF, StartOfImage]);
        copy.Write(Orientation(content));
        for (var at = 2; at + 2 <= content.Length;)
        {
            var marker = content[at + 1];
            if (content[at] != 0xFF || marker is 0xFF)
            {
                at++;
                continue;
            }

            if (marker == EndOfImage)
            {
                copy.Write([0xFF, EndOfImage]);
                break;
            }

            var end = at + 2;
            if (!StandsAlone(marker))
            {
                if (end + 2 > content.Length) break;
                end += BinaryPrimitives.ReadUInt16BigEndian(content[end..]);
                if (end < at + 4 || end > content.Length) break;
            }

            var segment = content[at..end];
            if (ShowsJpeg(marker, segment)) copy.Write(segment);
            at = end;
            if (marker == StartOfScan)
            {
                at = EndOfScan(content, at);
                copy.Write(content[end..at]);
            }
        }

        return copy.ToArray();
    }

    private static bool StandsAlone(byte marker) => marker is 0x01 or >= 0xD0 and <= 0xD7;

    // Of the application segments: what a decoder needs for size and colour.
    private static bool ShowsJpeg(byte marker, ReadOnlySpan<byte> segment) => marker switch
    {
        0xE0 => segment[4..].StartsWith("JFIF\0"u8),
        0xE2 => segment[4..].StartsWith("ICC_PROFILE\0"u8),
        0xEE => segment[4..].StartsWith("Adobe"u8),
        >= 0xE0 and <= 0xEF or Comment => false,
        _ => true,
    };

    /// <summary>Where the next marker is; within a scan, FF 00 is a byte of data and RST markers are part of it.</summary>
    private static int EndOfScan(ReadOnlySpan<byte> content, int at)
    {
        for (; at + 1 < content.Length; at++)
        {
            if (content[at] == 0xFF && content[at + 1] is not (0x00 or 0xFF or >= 0xD0 and <= 0xD7)) return at;
        }

        return content.Length;
    }

    /// <summary>An EXIF segment that says only how the picture is turned; empty when it is upright.</summary>
    private static byte[] Orientation(ReadOnlySpan<byte> content)
    {
        using var data = SKData.CreateCopy(content);
        using var codec = SKCodec.Create(data);
        return codec is null || codec.EncodedOrigin == SKEncodedOrigin.TopLeft ? [] :
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8,
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)codec.EncodedOrigin, 0, 0,
            0, 0, 0, 0,
        ];
    }

    private static byte[] Png(ReadOnlySpan<byte> content)
    {
        const int Signature = 8;
        const int AroundData = 12;
        var copy = new MemoryStream(content.Length);
        copy.Write(content[..Signature]);
        for (var at = Signature; at + AroundData <= content.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(content[at..]);
            if (length > content.Length - at - AroundData) break;
            var chunk = content.Slice(at, (int)length + AroundData);
            var type = chunk.Slice(4, 4);
            if (ShowsPng(type)) copy.Write(chunk);
            if (type.SequenceEqual("IEND"u8)) break;
            at += chunk.Length;
        }

        return copy.ToArray();
    }

    private static bool ShowsPng(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("IHDR"u8) || type.SequenceEqual("PLTE"u8) || type.SequenceEqual("IDAT"u8) || type.SequenceEqual("IEND"u8)
        || type.SequenceEqual("tRNS"u8) || type.SequenceEqual("gAMA"u8) || type.SequenceEqual("cHRM"u8) || type.SequenceEqual("sRGB"u8)
        || type.SequenceEqual("iCCP"u8) || type.SequenceEqual("sBIT"u8) || type.SequenceEqual("bKGD"u8) || type.SequenceEqual("pHYs"u8);

    private static byte[] Webp(ReadOnlySpan<byte> content)
    {
        const int Header = 12;
        const int BeforeData = 8;
        const byte ExifAndXmp = 0x0C;
        var copy = new MemoryStream(content.Length);
        copy.Write(content[..Header]);
        for (var at = Header; at + BeforeData <= content.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(content[(at + 4)..]);
            if (length > content.Length - at - BeforeData) break;
            var chunk = content.Slice(at, Math.Min(BeforeData + (int)length + (int)(length & 1), content.Length - at)).ToArray();
            if (chunk.AsSpan().StartsWith("VP8X"u8) && length > 0) chunk[BeforeData] &= unchecked((byte)~ExifAndXmp);
            if (ShowsWebp(chunk)) copy.Write(chunk);
            at += chunk.Length;
        }

        var bytes = copy.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)bytes.Length - 8);
        return bytes;
    }

    private static bool ShowsWebp(ReadOnlySpan<byte> chunk) =>
        chunk.StartsWith("VP8 "u8) || chunk.StartsWith("VP8L"u8) || chunk.StartsWith("VP8X"u8) || chunk.StartsWith("ALPH"u8)
        || chunk.StartsWith("ANIM"u8) || chunk.StartsWith("ANMF"u8) || chunk.StartsWith("ICCP"u8);
}
