using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace AfterSales.Domain.Rulebooks.Cel;

internal enum CelTokenKind
{
    End,
    Identifier,
    Int,
    Point,
    Text,

    /// <summary>An operator or a bracket; also <c>in</c>.</summary>
    Symbol,

    /// <summary>Was refused; the fault is reported.</summary>
    Refused,
}

/// <param name="Text">Of a text its value, of everything else as written.</param>
/// <param name="Quoted">An identifier in backticks, which may only be a field.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CelToken(CelTokenKind Kind, string Text, int Start, int End, bool Quoted = false)
{
    public override string ToString() => Kind switch
    {
        CelTokenKind.End => "the end of the expression",
        CelTokenKind.Text => "a text",
        _ => $"'{Text}'",
    };
}

/// <summary>Cuts the text of an expression into tokens, as the CEL language definition says.</summary>
internal static class CelLexer
{
    private static readonly string[] Symbols =
        ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}"];

    /// <summary>Null when the text cannot be cut; the fault says where and why.</summary>
    public static List<CelToken>? Read(string text, CelFaults faults)
    {
        var tokens = new List<CelToken>();
        int at = 0;
        while (true)
        {
            at = SkipSpace(text, at);
            if (at == text.Length)
            {
                tokens.Add(new CelToken(CelTokenKind.End, "", at, at));
                return tokens;
            }
            if (Next(text, at, faults) is not { } token) return null;
            tokens.Add(token);
            at = token.End;
        }
    }

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' or '\n' or '\r' or '\f') at++;
            else if (text.AsSpan(at).StartsWith("//", StringComparison.Ordinal))
            {
                int line = text.IndexOf('\n', at);
                at = line < 0 ? text.Length : line;
            }
            else break;
        }
        return at;
    }

    private static CelToken? Next(string text, int at, CelFaults faults)
    {
        char c = text[at];
        if (IsQuote(c)) return ReadText(text, at, at, raw: false, bytes: false, faults);
        if (IsNameStart(c))
        {
            int end = at + 1;
            while (end < text.Length && (IsNameStart(text[end]) || char.IsAsciiDigit(text[end]))) end++;
            if (end < text.Length && IsQuote(text[end]) && end - at <= 2
                && IsPrefix(text.AsSpan(at, end - at), out bool raw, out bool bytes))
                return ReadText(text, at, end, raw, bytes, faults);
            string name = text[at..end];
            return new CelToken(name == "in" ? CelTokenKind.Symbol : CelTokenKind.Identifier, name, at, end);
        }
        if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            return ReadNumber(text, at, faults);
        if (c == '`')
        {
            int end = text.IndexOf('`', at + 1);
            if (end > at + 1) return new CelToken(CelTokenKind.Identifier, text[(at + 1)..end], at, end + 1, Quoted: true);
            faults.Report(at, "cel-syntax", "A quoted field needs a closing backtick: a.`b-c`.");
            return null;
        }
        foreach (string symbol in Symbols)
        {
            if (text.AsSpan(at).StartsWith(symbol, StringComparison.Ordinal))
                return new CelToken(CelTokenKind.Symbol, symbol, at, at + symbol.Length);
        }
        faults.Report(at, "cel-syntax", c switch
        {
            '=' => "'=' is no operator; write '==' to compare.",
            '&' => "'&' is no operator; write '&&'.",
            '|' => "'|' is no operator; write '||'.",
            '“' or '”' or '‘' or '’' => $"{c} is no quotation mark of the language; write \" or '.",
            ',' or '(' or ')' or ':' or '?' => $"'{c}' is a full-width sign; write the plain one.",
            _ => $"The character '{Rune(text, at)}' has no meaning here; texts stand in quotes.",
        });
        return null;
    }

    private static string Rune(string text, int at) =>
        System.Text.Rune.TryGetRuneAt(text, at, out Rune rune) ? rune.ToString() : $"U+{(int)text[at]:X4}";

    private static CelToken? ReadNumber(string text, int at, CelFaults faults)
    {
        int end = at;
        bool point = false;
        if (text.AsSpan(at).StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            end += 2;
            while (end < text.Length && char.IsAsciiHexDigit(text[end])) end++;
        }
        else
        {
            while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
            if (end + 1 < text.Length && text[end] == '.' && char.IsAsciiDigit(text[end + 1]))
            {
                point = true;
                end++;
                while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
            }
            if (end < text.Length && text[end] is 'e' or 'E')
            {
                int exponent = end + 1;
                if (exponent < text.Length && text[exponent] is '+' or '-') exponent++;
                if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
                {
                    point = true;
                    end = exponent;
                    while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
                }
            }
        }
        if (!point && end < text.Length && text[end] is 'u' or 'U')
        {
            faults.Report(at, "unsupported-uint", $"Unsigned integers are not supported; write {text[at..end]} without 'u'.");
            return new CelToken(CelTokenKind.Refused, text[at..(end + 1)], at, end + 1);
        }
        if (end < text.Length && IsNameStart(text[end]))
        {
            faults.Report(at, "cel-syntax", $"'{text[at..(end + 1)]}' is neither a number nor a name.");
            return null;
        }
        return new CelToken(point ? CelTokenKind.Point : CelTokenKind.Int, text[at..end], at, end);
    }

    /// <param name="start">Of the prefix.</param>
    /// <param name="at">Of the first quote.</param>
    private static CelToken? ReadText(string text, int start, int at, bool raw, bool bytes, CelFaults faults)
    {
        char quote = text[at];
        bool triple = text.AsSpan(at).StartsWith([quote, quote, quote], StringComparison.Ordinal);
        var value = new StringBuilder();
        int i = at + (triple ? 3 : 1);
        while (true)
        {
            if (i >= text.Length || (!triple && text[i] is '\n' or '\r'))
            {
                faults.Report(start, "cel-syntax", $"The text has no closing {(triple ? new string(quote, 3) : quote)}.");
                return null;
            }
            if (triple ? text.AsSpan(i).StartsWith([quote, quote, quote], StringComparison.Ordinal) : text[i] == quote) break;
            if (text[i] == '\\' && !raw)
            {
                int length = ReadEscape(text, i, value, bytes);
                if (length == 0)
                {
                    faults.Report(i, "cel-syntax",
                        $"'{text.AsSpan(i, Math.Min(2, text.Length - i))}' is no escape; "
                        + "a backslash is written '\\\\', or write the text as r\"…\".");
                    return null;
                }
                i += length;
            }
            else
            {
                value.Append(text[i++]);
            }
        }
        int end = i + (triple ? 3 : 1);
        if (!bytes) return new CelToken(CelTokenKind.Text, value.ToString(), start, end);
        faults.Report(start, "unsupported-bytes", "Bytes are not supported; write a text without 'b'.");
        return new CelToken(CelTokenKind.Refused, text[start..end], start, end);
    }

    /// <summary>The length of the escape, or 0 when it is none.</summary>
    private static int ReadEscape(string text, int at, StringBuilder value, bool bytes)
    {
        if (at + 1 >= text.Length) return 0;
        char c = text[at + 1];
        const string Names = "abfnrtv\\?\"'`";
        const string Values = "\a\b\f\n\r\t\v\\?\"'`";
        int plain = Names.IndexOf(c, StringComparison.Ordinal);
        if (plain >= 0)
        {
            value.Append(Values[plain]);
            return 2;
        }
        int digits = c switch { 'x' or 'X' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (bytes && digits > 2) return 0;
        if (digits > 0)
        {
            if (at + 2 + digits > text.Length
                || !int.TryParse(text.AsSpan(at + 2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code)
                || !System.Text.Rune.IsValid(code)) return 0;
            value.Append(new Rune(code).ToString());
            return 2 + digits;
        }
        if (c is >= '0' and <= '3' && at + 4 <= text.Length && text[at + 2] is >= '0' and <= '7' && text[at + 3] is >= '0' and <= '7')
        {
            value.Append((char)(((c - '0') * 64) + ((text[at + 2] - '0') * 8) + (text[at + 3] - '0')));
            return 4;
        }
        return 0;
    }

    private static bool IsPrefix(ReadOnlySpan<char> letters, out bool raw, out bool bytes)
    {
        raw = letters.ContainsAny('r', 'R');
        bytes = letters.ContainsAny('b', 'B');
        return (raw ? 1 : 0) + (bytes ? 1 : 0) == letters.Length;
    }

    private static bool IsQuote(char c) => c is '"' or '\'';

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';
}
