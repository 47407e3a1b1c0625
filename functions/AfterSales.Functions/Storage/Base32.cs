namespace AfterSales.Functions.Storage;

/// <summary>Lower-case base32 (RFC 4648 alphabet, no padding): readable in an id, safe in keys, URLs and file names.</summary>
public static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The first <paramref name="length"/> characters that <paramref name="bytes"/> give.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes, int length)
    {
        Span<char> text = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            var bit = i * 5;
            var pair = bytes[bit / 8] << 8 | (bit / 8 + 1 < bytes.Length ? bytes[bit / 8 + 1] : 0);
            text[i] = Alphabet[pair >> 11 - bit % 8 & 31];
        }

        return new string(text);
    }
}
