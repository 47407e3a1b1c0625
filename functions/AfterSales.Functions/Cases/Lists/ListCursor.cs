using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions.Storage;

namespace AfterSales.Functions.Cases.Lists;

/// <summary>Where a list goes on: behind a row, which may have gone meanwhile, or at a place that the storage named. Good for the same list
/// only.</summary>
internal sealed record ListCursor(string? After, string? Token)
{
    public static readonly ListCursor Start = new(null, null);

    public string For(string list) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Print(list)}{(After is null ? 't' : 'k')}{After ?? Token}"));

    /// <summary>The start for no text; null for a text that this list did not give.</summary>
    public static ListCursor? Read(string? text, string list)
    {
        if (text is null) return Start;
        if (!Base64Url.IsValid(text)) return null;
        var plain = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        var print = Print(list);
        if (plain.Length <= print.Length + 1 || !plain.StartsWith(print, StringComparison.Ordinal)) return null;
        var place = plain[(print.Length + 1)..];
        return plain[print.Length] switch
        {
            'k' => new ListCursor(place, null),
            't' => new ListCursor(null, place),
            _ => null,
        };
    }

    private static string Print(string list) => Base32.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(list)), 8);
}
