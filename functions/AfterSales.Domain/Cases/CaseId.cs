using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AfterSales.Domain.Cases;

/// <summary>
/// A case's id: <c>case_</c> and 26 characters that follow from the marketplace and its own id of the request, so that a
/// second message about the same request finds the same case.
/// </summary>
[JsonConverter(typeof(CaseIdJson))]
public readonly record struct CaseId
{
    private const string Prefix = "case_";
    private readonly string? _text;

    private CaseId(string text) => _text = text;

    public static CaseId For(string marketplace, string externalId) => new(Prefix + DerivedId.From(marketplace, externalId));

    public static bool TryParse(string? text, out CaseId id)
    {
        var well = text is not null
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && DerivedId.IsWellFormed(text.AsSpan(Prefix.Length));
        id = well ? new CaseId(text!) : default;
        return well;
    }

    /// <exception cref="FormatException">The text is no case id.</exception>
    public static CaseId Parse(string text) => TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is no case id.");

    public override string ToString() => _text ?? "";
}

/// <summary>The 26 lower-case base32 characters (130 bits of SHA-256) of ids that follow from what they name.</summary>
public static class DerivedId
{
    private const int Length = 26;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    /// <summary>The parts are separated by a character that none of them can hold, so that ("a","bc") and ("ab","c") differ.</summary>
    public static string From(params ReadOnlySpan<string> parts)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts!)));
        return string.Create(Length, hash, static (characters, bytes) =>
        {
            for (var i = 0; i < characters.Length; i++)
            {
                characters[i] = Alphabet[FiveBits(bytes, i * 5)];
            }
        });
    }

    public static bool IsWellFormed(ReadOnlySpan<char> text) => text.Length == Length && !text.ContainsAnyExcept(Characters);

    private static int FiveBits(byte[] bytes, int bit)
    {
        var pair = (bytes[bit / 8] << 8) | bytes[(bit / 8) + 1];
        return (pair >> (11 - (bit % 8))) & 31;
    }
}

internal sealed class CaseIdJson : JsonConverter<CaseId>
{
    public override CaseId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        CaseId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("Not a case id.");

    public override void Write(Utf8JsonWriter writer, CaseId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
