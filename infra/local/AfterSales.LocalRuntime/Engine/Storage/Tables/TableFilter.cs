using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AfterSales.LocalRuntime.Engine.Storage.Tables;

/// <summary>How a property is compared with a constant.</summary>
internal enum Comparison
{
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// <summary>A condition of an OData <c>$filter</c>.</summary>
internal abstract record FilterNode
{
    public sealed record And(FilterNode Left, FilterNode Right) : FilterNode;

    public sealed record Or(FilterNode Left, FilterNode Right) : FilterNode;

    public sealed record Not(FilterNode Inner) : FilterNode;

    /// <param name="Slot">The property's place in <see cref="TableFilter"/>'s list.</param>
    public sealed record Compare(int Slot, string Property, Comparison Comparison, EdmValue Constant) : FilterNode;
}

/// <summary>A parsed <c>$filter</c>: which part of the table it can match, and whether it matches a row.</summary>
internal sealed class TableFilter(FilterNode root, IReadOnlyList<string> properties)
{
    private readonly byte[][] _names = [.. properties.Select(Encoding.UTF8.GetBytes)];
    private readonly EdmValue[] _values = new EdmValue[properties.Count];
    private readonly bool _needsBody = properties.Any(p => p is not ("PartitionKey" or "RowKey" or "Timestamp"));

    /// <summary>The parts of the table that hold every match, in key order, not overlapping.</summary>
    public List<KeyBox> Boxes() => KeyBox.Disjoint(Boxes(root));

    /// <summary>Whether a row matches. A comparison with a missing property, or with one of another type, is false. Not
    /// thread-safe.</summary>
    public bool Matches(string partitionKey, string rowKey, long version, ReadOnlySpan<byte> body)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            _values[i] = properties[i] switch
            {
                "PartitionKey" => new(EdmType.String, Text: partitionKey),
                "RowKey" => new(EdmType.String, Text: rowKey),
                "Timestamp" => new(EdmType.DateTime, version),
                _ => default,
            };
        }

        if (_needsBody)
        {
            ReadProperties(body);
        }

        return Matches(root);
    }

    private static List<KeyBox> Boxes(FilterNode node) => node switch
    {
        FilterNode.And and => KeyBox.And(Boxes(and.Left), Boxes(and.Right)),
        FilterNode.Or or => KeyBox.Or(Boxes(or.Left), Boxes(or.Right)),
        FilterNode.Compare { Property: "PartitionKey" } compare when Range(compare) is { } range => [new(range, KeyRange.All)],
        FilterNode.Compare { Property: "RowKey" } compare when Range(compare) is { } range => [new(KeyRange.All, range)],
        _ => [KeyBox.Everything],
    };

    private static KeyRange? Range(FilterNode.Compare compare)
    {
        if (compare.Constant is not { Type: EdmType.String, Text: { } key })
        {
            return null;
        }

        return compare.Comparison switch
        {
            Comparison.Equal => new(key, KeyRange.After(key)),
            Comparison.Greater => new(KeyRange.After(key), null),
            Comparison.GreaterOrEqual => new(key, null),
            Comparison.Less => new("", key),
            Comparison.LessOrEqual => new("", KeyRange.After(key)),
            _ => null,
        };
    }

    private void ReadProperties(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        json.Read();
        var type = EdmType.None;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (EntityBody.IsTypeAnnotation(ref json))
            {
                json.Read();
                type = EdmValue.ParseType(json.ValueSpan);
                continue;
            }

            var slot = SlotOf(ref json);
            json.Read();
            if (slot >= 0)
            {
                _values[slot] = EdmValue.Read(ref json, type);
            }

            type = EdmType.None;
        }
    }

    private int SlotOf(ref Utf8JsonReader json)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            if (json.ValueTextEquals(_names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private bool Matches(FilterNode node) => node switch
    {
        FilterNode.And and => Matches(and.Left) && Matches(and.Right),
        FilterNode.Or or => Matches(or.Left) || Matches(or.Right),
        FilterNode.Not not => !Matches(not.Inner),
        FilterNode.Compare compare => _values[compare.Slot].CompareTo(compare.Constant) is { } order && Holds(compare.Comparison, order),
        _ => throw new InvalidOperationException($"No meaning for {node}."),
    };

    private static bool Holds(Comparison comparison, int order) => comparison switch
    {
        Comparison.Equal => order == 0,
        Comparison.NotEqual => order != 0,
        Comparison.Greater => order > 0,
        Comparison.GreaterOrEqual => order >= 0,
        Comparison.Less => order < 0,
        Comparison.LessOrEqual => order <= 0,
        _ => throw new InvalidOperationException($"No meaning for {comparison}."),
    };
}

/// <summary>Reads the part of OData's <c>$filter</c> language that Azure Tables knows.</summary>
internal sealed class TableFilterParser
{
    private const int MaxDepth = 200;

    private readonly string _text;
    private readonly string _rowKey;
    private readonly List<string> _properties = [];
    private int _at;
    private int _depth;

    private TableFilterParser(string text, string rowKey) => (_text, _rowKey) = (text, rowKey);

    /// <param name="rowKey">The name under which the filter knows the row key: in the list of tables, <c>TableName</c>.</param>
    /// <exception cref="StorageError">400 InvalidInput: the text is no filter. 501: it uses a function.</exception>
    public static TableFilter Parse(string text, string rowKey = "RowKey")
    {
        var parser = new TableFilterParser(text, rowKey);
        var root = parser.ReadOr();
        parser.SkipSpace();
        return parser._at == text.Length ? new TableFilter(root, parser._properties) : throw parser.Invalid();
    }

    private FilterNode ReadOr()
    {
        var left = ReadAnd();
        while (TakeWord("or"))
        {
            left = new FilterNode.Or(left, ReadAnd());
        }

        return left;
    }

    private FilterNode ReadAnd()
    {
        var left = ReadCondition();
        while (TakeWord("and"))
        {
            left = new FilterNode.And(left, ReadCondition());
        }

        return left;
    }

    private FilterNode ReadCondition()
    {
        if (++_depth > MaxDepth)
        {
            throw Invalid();
        }

        var node = TakeWord("not") ? new FilterNode.Not(ReadCondition()) : Take('(') ? ReadGroup() : ReadComparison();
        _depth--;
        return node;
    }

    private FilterNode ReadGroup()
    {
        var inner = ReadOr();
        return Take(')') ? inner : throw Invalid();
    }

    private FilterNode ReadComparison()
    {
        var property = ReadOperand(out var constant);
        if (ReadComparisonWord() is not { } comparison)
        {
            // A bare Boolean property is a condition of its own.
            return property is not null ? Compare(property, Comparison.Equal, new(EdmType.Boolean, 1)) : throw Invalid();
        }

        var other = ReadOperand(out var right);
        return (property, other) switch
        {
            (not null, null) => Compare(property, comparison, right),
            (null, not null) => Compare(other, Mirror(comparison), constant),
            _ => throw Invalid(),
        };
    }

    private FilterNode.Compare Compare(string property, Comparison comparison, EdmValue constant)
    {
        property = property == _rowKey ? "RowKey" : property;
        var slot = _properties.IndexOf(property);
        if (slot < 0)
        {
            slot = _properties.Count;
            _properties.Add(property);
        }

        return new(slot, property, comparison, constant);
    }

    private static Comparison Mirror(Comparison comparison) => comparison switch
    {
        Comparison.Greater => Comparison.Less,
        Comparison.GreaterOrEqual => Comparison.LessOrEqual,
        Comparison.Less => Comparison.Greater,
        Comparison.LessOrEqual => Comparison.GreaterOrEqual,
        _ => comparison,
    };

    private Comparison? ReadComparisonWord() =>
        TakeWord("eq") ? Comparison.Equal
        : TakeWord("ne") ? Comparison.NotEqual
        : TakeWord("gt") ? Comparison.Greater
        : TakeWord("ge") ? Comparison.GreaterOrEqual
        : TakeWord("lt") ? Comparison.Less
        : TakeWord("le") ? Comparison.LessOrEqual
        : null;

    /// <summary>A property's name, or null and a constant.</summary>
    private string? ReadOperand(out EdmValue constant)
    {
        SkipSpace();
        constant = default;
        if (_at == _text.Length)
        {
            throw Invalid();
        }

        var c = _text[_at];
        if (c == '\'')
        {
            constant = new(EdmType.String, Text: ReadQuoted());
            return null;
        }

        if (char.IsAsciiDigit(c) || c is '-' or '+' or '.')
        {
            constant = ReadNumber();
            return null;
        }

        var word = ReadWord();
        if (_at < _text.Length && _text[_at] == '\'')
        {
            constant = ReadTyped(word);
            return null;
        }

        if (_at < _text.Length && _text[_at] == '(')
        {
            throw StorageError.NotSupported($"the filter function {word}");
        }

        constant = word switch
        {
            "true" => new(EdmType.Boolean, 1),
            "false" => new(EdmType.Boolean),
            "NaN" or "INF" => new(EdmType.Double, Number: word == "NaN" ? double.NaN : double.PositiveInfinity),
            _ => default,
        };
        return constant.Type == EdmType.None ? word : null;
    }

    private EdmValue ReadTyped(string prefix)
    {
        var text = ReadQuoted();
        switch (prefix)
        {
            case "guid" when Guid.TryParse(text, out var guid):
                return new(EdmType.Guid, Text: guid.ToString());
            case "datetime" when EdmValue.ParseInstant(text) is { } instant:
                return new(EdmType.DateTime, instant.Ticks);
            case "X" or "binary" when text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit):
                return new(EdmType.Binary, Bytes: Convert.FromHexString(text));
            default:
                throw Invalid();
        }
    }

    private EdmValue ReadNumber()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '-' or '+' or '.'))
        {
            _at++;
        }

        var text = _text.AsSpan(start, _at - start);
        if (text.EndsWith("L", StringComparison.OrdinalIgnoreCase))
        {
            return long.TryParse(text[..^1], CultureInfo.InvariantCulture, out var wide) ? new(EdmType.Int64, wide) : throw Invalid();
        }

        if (long.TryParse(text, CultureInfo.InvariantCulture, out var whole))
        {
            return new(whole is >= int.MinValue and <= int.MaxValue ? EdmType.Int32 : EdmType.Int64, whole);
        }

        if (text is "-INF")
        {
            return new(EdmType.Double, Number: double.NegativeInfinity);
        }

        return double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? new(EdmType.Double, Number: number) : throw Invalid();
    }

    /// <summary>A quoted string; a quote in it is doubled.</summary>
    private string ReadQuoted()
    {
        var result = new StringBuilder();
        for (_at++; _at < _text.Length; _at++)
        {
            if (_text[_at] != '\'')
            {
                result.Append(_text[_at]);
            }
            else if (_at + 1 < _text.Length && _text[_at + 1] == '\'')
            {
                result.Append('\'');
                _at++;
            }
            else
            {
                _at++;
                return result.ToString();
            }
        }

        throw Invalid();
    }

    private string ReadWord()
    {
        var start = _at;
        while (_at < _text.Length && IsWord(_text[_at]))
        {
            _at++;
        }

        return _at > start ? _text[start.._at] : throw Invalid();
    }

    private bool TakeWord(string word)
    {
        SkipSpace();
        var end = _at + word.Length;
        var taken = string.CompareOrdinal(_text, _at, word, 0, word.Length) == 0 && (end == _text.Length || !IsWord(_text[end]));
        _at = taken ? end : _at;
        return taken;
    }

    private bool Take(char c)
    {
        SkipSpace();
        var taken = _at < _text.Length && _text[_at] == c;
        _at += taken ? 1 : 0;
        return taken;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is (' ' or '\t'))
        {
            _at++;
        }
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '.';

    private StorageError Invalid() => new(400, "InvalidInput", $"One of the request inputs is not valid: $filter at character {_at + 1}.");
}
