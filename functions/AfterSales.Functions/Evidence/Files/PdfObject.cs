using System.Diagnostics.CodeAnalysis;

namespace AfterSales.Functions.Evidence;

/// <summary>A value in a PDF, as far as it matters here: what refers to what, what is called what, and the rest as written.</summary>
internal abstract record PdfObject
{
    /// <summary>Numbers, strings, true, false, null: the bytes as written.</summary>
    public sealed record Token(ReadOnlyMemory<byte> Written) : PdfObject
    {
        public int? Number => int.TryParse(Written.Span, out var number) ? number : null;
    }

    /// <param name="Text">Without the slash, escapes resolved.</param>
    public sealed record Name(string Text, ReadOnlyMemory<byte> Written) : PdfObject;

    public sealed record Reference(int Number) : PdfObject;

    public sealed record Array(IReadOnlyList<PdfObject> Items) : PdfObject;

    public sealed record Dictionary(IReadOnlyDictionary<string, PdfObject> Entries) : PdfObject
    {
        public PdfObject? this[string key] => Entries.GetValueOrDefault(key);

        public bool Is(string key, [NotNullWhen(true)] string? name) => Entries.GetValueOrDefault(key) is Name named && named.Text == name;
    }

    /// <param name="Data">As stored, before any filter.</param>
    public sealed record Stream(Dictionary Head, ReadOnlyMemory<byte> Data) : PdfObject;
}

/// <summary>The bytes are not those of a PDF that can be read whole.</summary>
internal sealed class PdfDamagedException(string message) : Exception(message);
