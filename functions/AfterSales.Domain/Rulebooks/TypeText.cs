using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks;

/// <summary>
/// Reads a type as a rulebook writes it: <c>money</c>, <c>list of {case: integer, note: text?}</c>, <c>map of date</c>,
/// <c>text | list of text</c>.
/// </summary>
internal ref struct TypeText
{
    public const string Known =
        "boolean, integer, decimal, money, text, date, datetime, date | datetime, time, month, list of …, map of …, {name: …, name: …?}";

    private const int MaxDepth = 8;

    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private int _depth;

    private TypeText(ReadOnlySpan<char> text) => _text = text;

    /// <summary>False when it is no type.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CelType? type)
    {
        var reader = new TypeText(text);
        type = reader.Union();
        reader.SkipSpaces();
        if (reader._at < text.Length) type = null;
        return type is not null;
    }

    private CelType? Union()
    {
        if (++_depth > MaxDepth) return null;
        var of = ImmutableArray.CreateBuilder<CelType>();
        do
        {
            if (Single() is not { } single) return null;
            of.Add(single);
        }
        while (Take('|'));
        _depth--;
        if (of.Count == 1) return of[0];
        return of is [var first, var second] && first == CelType.Date && second == CelType.DateTime ? CelType.DateOrDateTime : new CelType.Union(of.ToImmutable());
    }

    private CelType? Single()
    {
        if (Take('{')) return Row();
        ReadOnlySpan<char> word = Word();
        switch (word)
        {
            case "list" or "map":
                bool list = word[0] == 'l';
                if (!Word().SequenceEqual("of") || ++_depth > MaxDepth || Single() is not { } element) return null;
                _depth--;
                return list ? new CelType.List(element) : new CelType.Map(element);
            case "boolean": return CelType.Bool;
            case "integer": return CelType.Int;
            case "decimal": return CelType.Decimal;
            case "money": return CelType.Money;
            case "text": return CelType.Text;
            case "date": return CelType.Date;
            case "datetime": return CelType.DateTime;
            case "time": return CelType.Time;
            case "month": return CelType.Month;
            default: return null;
        }
    }

    private CelType.Row? Row()
    {
        var fields = ImmutableArray.CreateBuilder<CelType.Field>();
        do
        {
            string name = Word().ToString();
            if (name.Length == 0 || fields.Any(field => field.Name == name) || !Take(':') || Union() is not { } type) return null;
            fields.Add(new CelType.Field(name, type, Take('?')));
        }
        while (Take(','));
        return Take('}') ? new CelType.Row(fields.ToImmutable()) : null;
    }

    private ReadOnlySpan<char> Word()
    {
        SkipSpaces();
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_')) _at++;
        return _text[start.._at];
    }

    private bool Take(char wanted)
    {
        SkipSpaces();
        if (_at >= _text.Length || _text[_at] != wanted) return false;
        _at++;
        return true;
    }

    private void SkipSpaces()
    {
        while (_at < _text.Length && _text[_at] == ' ') _at++;
    }
}
