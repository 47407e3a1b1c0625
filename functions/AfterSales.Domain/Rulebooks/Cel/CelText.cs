using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>Texts as CEL counts them, in code points.</summary>
internal static class CelText
{
    private static readonly LocalTimePattern ShortTime = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static int Size(string text)
    {
        int pairs = 0;
        for (int i = 1; i < text.Length; i++) pairs += char.IsSurrogatePair(text[i - 1], text[i]) ? 1 : 0;
        return text.Length - pairs;
    }

    /// <summary>Where the nth code point starts; false when there are fewer.</summary>
    public static bool TryOffset(string text, long count, out int offset)
    {
        offset = 0;
        if (count < 0) return false;
        for (; count > 0; count--)
        {
            if (offset >= text.Length) return false;
            offset += offset + 1 < text.Length && char.IsSurrogatePair(text[offset], text[offset + 1]) ? 2 : 1;
        }
        return true;
    }

    /// <summary>Such as 1h30m, 90s, 1.5h, -20ms: what Go and CEL read.</summary>
    public static bool TryDuration(string text, out Duration length)
    {
        length = Duration.Zero;
        ReadOnlySpan<char> rest = text.AsSpan();
        bool negative = rest is ['-', ..];
        if (rest is ['-' or '+', ..]) rest = rest[1..];
        if (rest.SequenceEqual("0")) return true;
        if (rest.IsEmpty || rest.Length > 100) return false;
        decimal nanoseconds = 0;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || digits > 20
                || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                    out decimal amount)) return false;
            rest = rest[digits..];
            (int taken, decimal unit) = rest switch
            {
                ['n', 's', ..] => (2, 1m),
                ['u', 's', ..] or ['µ', 's', ..] => (2, 1_000m),
                ['m', 's', ..] => (2, 1_000_000m),
                ['s', ..] => (1, 1_000_000_000m),
                ['m', ..] => (1, 60_000_000_000m),
                ['h', ..] => (1, 3_600_000_000_000m),
                _ => (0, 0m),
            };
            if (taken == 0 || amount > 400_000_000_000m * 1_000_000_000m / unit) return false;
            nanoseconds += amount * unit;
            rest = rest[taken..];
        }
        if (nanoseconds > 315_576_000_000m * 1_000_000_000m) return false;
        length = Duration.FromNanoseconds((Int128)(negative ? -nanoseconds : nanoseconds));
        return true;
    }

    public static bool TryTime(string text, out LocalTime time) =>
        ShortTime.Parse(text).TryGetValue(default, out time) || LocalTimePattern.ExtendedIso.Parse(text).TryGetValue(default, out time);

    /// <summary>
    /// A pattern of RE2, as CEL has it, for an engine that takes time linear in the text. What the two engines read differently
    /// is translated or refused.
    /// </summary>
    public static bool TryPattern(string pattern, [NotNullWhen(true)] out Regex? regex, out string why)
    {
        (regex, why) = (null, "");
        if (pattern.Length > 500)
        {
            why = "a pattern has at most 500 characters";
            return false;
        }
        var translated = new StringBuilder();
        bool inClass = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                char next = pattern[++i];
                switch (next)
                {
                    case 'd': translated.Append(inClass ? "0-9" : "[0-9]"); break;
                    case 'w': translated.Append(inClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]"); break;
                    case 's': translated.Append(inClass ? @"\t\n\f\r " : @"[\t\n\f\r ]"); break;
                    case 'D' when !inClass: translated.Append("[^0-9]"); break;
                    case 'W' when !inClass: translated.Append("[^0-9A-Za-z_]"); break;
                    case 'S' when !inClass: translated.Append(@"[^\t\n\f\r ]"); break;
                    case 'A' or 'z' or 't' or 'n' or 'f' or 'r' or 'v' or 'a' or 'x' or 'p' or 'P':
                        translated.Append('\\').Append(next); break;
                    default:
                        if (char.IsAsciiLetterOrDigit(next))
                        {
                            why = $"'\\{next}' is not supported";
                            return false;
                        }
                        translated.Append('\\').Append(next);
                        break;
                }
                continue;
            }
            if (inClass) inClass = c != ']' || pattern[i - 1] == '[' || (pattern[i - 1] == '^' && pattern[i - 2] == '[');
            else if (c == '[') inClass = true;
            else if (c == '(' && i + 1 < pattern.Length && pattern[i + 1] == '?'
                && !(i + 2 < pattern.Length && pattern[i + 2] is ':' or 'i'))
            {
                why = "of the groups with '(?' only (?:…) and (?i) are supported";
                return false;
            }
            translated.Append(!inClass && c == '$' ? @"\z" : c);
        }
        try
        {
            regex = new Regex(translated.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant,
                Regex.InfiniteMatchTimeout);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            why = e.Message;
            return false;
        }
    }
}
