using System.Buffers.Binary;

namespace AfterSales.Functions.Evidence;

/// <summary>
/// Finds, in a file of one kind, the marks of another that programs look for wherever they are: the same bytes must not be a photo here
/// and an archive, a page or a program there. The marks are long enough that no picture has them by chance.
/// </summary>
internal static class ForeignContent
{
    private const int EndOfZip = 22;
    private const int LongestZipComment = ushort.MaxValue;

    public static bool IsIn(ReadOnlySpan<byte> content) => HasPdf(content) || IsInDocument(content);

    /// <summary>As <see cref="IsIn"/>, for a file that is a PDF itself.</summary>
    public static bool IsInDocument(ReadOnlySpan<byte> content) =>
        HasZip(content)
        || content.IndexOf("Rar!\u001a\u0007"u8) >= 0
        || content.IndexOf(SevenZip) >= 0
        || content.IndexOf("\u007fELF\u0001\u0001\u0001"u8) >= 0
        || content.IndexOf("\u007fELF\u0002\u0001\u0001"u8) >= 0
        || content.IndexOf("This program cannot be run in DOS mode"u8) >= 0
        || HasPage(content);

    private static ReadOnlySpan<byte> SevenZip => [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C];

    private static bool HasPdf(ReadOnlySpan<byte> content)
    {
        for (var at = content.IndexOf("%PDF-"u8); at >= 0;)
        {
            if (at + 5 < content.Length && char.IsAsciiDigit((char)content[at + 5])) return true;
            var next = content[(at + 5)..].IndexOf("%PDF-"u8);
            at = next < 0 ? -1 : at + 5 + next;
        }

        return false;
    }

    /// <summary>A reader of ZIP looks for the end of its directory from the end of the file; comments may follow it.</summary>
    private static bool HasZip(ReadOnlySpan<byte> content)
    {
        var tail = content[Math.Max(0, content.Length - EndOfZip - LongestZipComment)..];
        for (var at = tail.LastIndexOf("PK\u0005\u0006"u8); at >= 0; at = tail[..at].LastIndexOf("PK\u0005\u0006"u8))
        {
            var end = tail[at..];
            if (end.Length >= EndOfZip
                && BinaryPrimitives.ReadUInt16LittleEndian(end[8..]) == BinaryPrimitives.ReadUInt16LittleEndian(end[10..])
                && BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) <= end.Length - EndOfZip)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasPage(ReadOnlySpan<byte> content)
    {
        for (var at = content.IndexOf((byte)'<'); at >= 0;)
        {
            var rest = content[at..];
            if (Begins(rest, "<script"u8) || Begins(rest, "<!doctype html"u8) || Begins(rest, "<iframe"u8) || Begins(rest, "<?php"u8)
                || Begins(rest, "<html>"u8) || Begins(rest, "<html "u8)
                || (Begins(rest, "<svg"u8) && rest[..Math.Min(rest.Length, 300)].IndexOf("xmlns"u8) >= 0))
            {
                return true;
            }

            var next = rest[1..].IndexOf((byte)'<');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }

    private static bool Begins(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> mark)
    {
        if (rest.Length < mark.Length) return false;
        for (var i = 0; i < mark.Length; i++)
        {
            var c = rest[i];
            if ((c is >= (byte)'A' and <= (byte)'Z' ? (byte)(c | 0x20) : c) != mark[i]) return false;
        }

        return true;
    }
}
