using System.Globalization;
using System.Text;

namespace AfterSales.Functions.Evidence;

/// <summary>How much of one file is read in all: places in it may overlap, and a small file may say very much.</summary>
internal sealed class PdfBudget
{
    private const int MostValues = 1_000_000;
    private const long MostBytes = 100 * 1024 * 1024;
    private int _values;
    private long _bytes;

    /// <summary>A value was read; of those that are in no other, so many bytes.</summary>
    /// <exception cref="PdfDamagedException">That was too much.</exception>
    public void Spend(int bytes)
    {
        _bytes += bytes;
        if (++_values > MostValues || _bytes > MostBytes) throw new PdfDamagedException("There is too much in it.");
    }
}

/// <summary>Reads PDF values (ISO 32000-2, 7.2 and 7.3) from a place on. Nesting is bounded.</summary>
/// <exception cref="PdfDamagedException">From every method, when the bytes are none of what is wanted.</exception>
internal sealed class PdfParser(ReadOnlyMemory<byte> bytes, PdfBudget budget)
{
    private const int DeepestNesting = 64;
    private int _at;

    public int At
    {
        get => _at;
        set => _at = value >= 0 && value <= bytes.Length ? value : throw new PdfDamagedException("A place outside the file.");
    }

    public PdfObject Value(int depth = 0)
    {
        if (depth > DeepestNesting) throw new PdfDamagedException("Nested too deeply.");
        SkipSpace();
        var start = _at;
        PdfObject value = Peek() switch
        {
            (byte)'/' => Name(),
            (byte)'(' => Literal(),
            (byte)'[' => Array(depth),
            (byte)'<' when Peek(1) == '<' => Dictionary(depth),
            (byte)'<' => Hexadecimal(),
            >= (byte)'0' and <= (byte)'9' or (byte)'+' or (byte)'-' or (byte)'.' => NumberOrReference(),
            _ => Word(),
        };
        budget.Spend(depth == 0 ? _at - start : 0);
        return value;
    }

    /// <summary>A whole number.</summary>
    public int Integer()
    {
        SkipSpace();
        var start = _at;
        while (char.IsAsciiDigit((char)Peek())) _at++;
        return int.TryParse(bytes.Span[start.._at], CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new PdfDamagedException("A number is wanted.");
    }

    /// <summary>Steps over the word if it is there.</summary>
    public bool Take(ReadOnlySpan<byte> word)
    {
        SkipSpace();
        if (!bytes.Span[_at..].StartsWith(word)) return false;
        _at += word.Length;
        return true;
    }

    public void Expect(ReadOnlySpan<byte> word)
    {
        if (!Take(word)) throw new PdfDamagedException($"'{Encoding.ASCII.GetString(word)}' is wanted at {_at}.");
    }

    public void SkipSpace()
    {
        while (_at < bytes.Length)
        {
            if (IsSpace(bytes.Span[_at]))
            {
                _at++;
            }
            else if (bytes.Span[_at] == '%')
            {
                while (_at < bytes.Length && bytes.Span[_at] is not ((byte)'\r' or (byte)'\n')) _at++;
            }
            else
            {
                return;
            }
        }
    }

    private byte Peek(int ahead = 0) => _at + ahead < bytes.Length ? bytes.Span[_at + ahead] : (byte)0;

    private PdfObject.Name Name()
    {
        var start = _at++;
        while (_at < bytes.Length && IsRegular(bytes.Span[_at])) _at++;
        var text = new StringBuilder();
        for (var i = start + 1; i < _at; i++)
        {
            if (bytes.Span[i] == '#' && i + 2 < _at
                && byte.TryParse(bytes.Span.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                text.Append((char)code);
                i += 2;
            }
            else
            {
                text.Append((char)bytes.Span[i]);
            }
        }

        return new PdfObject.Name(text.ToString(), bytes[start.._at]);
    }

    private PdfObject.Token Literal()
    {
        var start = _at;
        for (var open = 0; _at < bytes.Length;)
        {
            var c = bytes.Span[_at++];
            if (c == '\\') _at++;
            else if (c == '(') open++;
            else if (c == ')' && --open == 0) return new PdfObject.Token(bytes[start.._at]);
        }

        throw new PdfDamagedException("A text without end.");
    }

    private PdfObject.Token Hexadecimal()
    {
        var length = bytes.Span[_at..].IndexOf((byte)'>');
        if (length < 0) throw new PdfDamagedException("A text without end.");
        _at += length + 1;
        return new PdfObject.Token(bytes.Slice(_at - length - 1, length + 1));
    }

    private PdfObject.Array Array(int depth)
    {
        _at++;
        var items = new List<PdfObject>();
        while (!Take("]"u8)) items.Add(Value(depth + 1));
        return new PdfObject.Array(items);
    }

    private PdfObject.Dictionary Dictionary(int depth)
    {
        _at += 2;
        var entries = new Dictionary<string, PdfObject>(StringComparer.Ordinal);
        while (!Take(">>"u8))
        {
            if (Peek() != '/') throw new PdfDamagedException("A name is wanted.");
            entries[Name().Text] = Value(depth + 1);
        }

        return new PdfObject.Dictionary(entries);
    }

    private PdfObject NumberOrReference()
    {
        var written = Regular();
        if (written.Span.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return new PdfObject.Token(written);
        var back = _at;
        SkipSpace();
        var second = _at;
        while (char.IsAsciiDigit((char)Peek())) _at++;
        if (_at > second && Take("R"u8) && !IsRegular(Peek()) && int.TryParse(written.Span, CultureInfo.InvariantCulture, out var number))
        {
            return new PdfObject.Reference(number);
        }

        _at = back;
        return new PdfObject.Token(written);
    }

    private PdfObject.Token Word()
    {
        var written = Regular();
        return written.Span.SequenceEqual("true"u8) || written.Span.SequenceEqual("false"u8) || written.Span.SequenceEqual("null"u8)
            ? new PdfObject.Token(written)
            : throw new PdfDamagedException($"No value at {_at}.");
    }

    private ReadOnlyMemory<byte> Regular()
    {
        var start = _at;
        while (_at < bytes.Length && IsRegular(bytes.Span[_at])) _at++;
        return bytes[start.._at];
    }

    private static bool IsSpace(byte c) => c is 0 or 9 or 10 or 12 or 13 or 32;

    private static bool IsRegular(byte c) =>
        !IsSpace(c) && c is not ((byte)'(' or (byte)')' or (byte)'<' or (byte)'>' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}'
            or (byte)'/' or (byte)'%');
}
