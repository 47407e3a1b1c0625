using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace AfterSales.Domain.Rulebooks.Format;

/// <summary>
/// Takes the entries of one map of a rulebook file by key. What is wrong is told to the fault list, and a placeholder stands for it,
/// so that the rest can be read and told of too.
/// </summary>
internal sealed partial class MapReader
{
    private const int LongestName = 60;

    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
        "package", "namespace", "return", "var", "void", "while");

    private readonly Dictionary<string, KeyValuePair<SourceText, SourceNode>> _entries;
    private readonly FaultList _faults;
    private readonly string _what;

    /// <param name="what">What the map is, with its article, such as "a fact".</param>
    /// <param name="keys">Every key that it may have.</param>
    public MapReader(SourceNode node, FaultList faults, string what, params ImmutableArray<string> keys)
    {
        (_faults, _what, At) = (faults, what, node.At);
        SourceNode.Map? map = node as SourceNode.Map;
        if (map is null)
        {
            faults.Add(node.At, "wrong-shape", $"Here {what} is wanted: a map with {Keys(keys)}.");
        }

        IsMap = map is not null;
        _entries = (map?.Entries ?? []).ToDictionary(entry => entry.Key.Value, StringComparer.Ordinal);
        foreach ((SourceText key, SourceNode value) in map?.Entries ?? [])
        {
            if (keys.Contains(key.Value))
            {
                continue;
            }

            if (faults.Full)
            {
                faults.Add(key.At, "unknown-key", "");
            }
            else
            {
                string advice = value is SourceNode.Scalar { Text: { Value: "", Plain: true } }
                    ? " If it belongs to the text before it, quote that text: inside { } a comma ends it."
                    : NearestName.Question(key.Value, keys) is { Length: > 0 } question ? question : $" It may have {Keys(keys)}.";
                faults.Add(key.At, "unknown-key", $"{Capital(what)} has no key '{key.Value}'.{advice}");
            }
        }
    }

    public SourcePosition At { get; }

    /// <summary>Whether there is anything to read; else the fault is already told.</summary>
    public bool IsMap { get; }

    public SourceNode? Node(string key) => _entries.TryGetValue(key, out var entry) && !IsEmpty(entry.Value) ? entry.Value : null;

    public bool Has(string key) => _entries.ContainsKey(key);

    /// <summary>The place of a key, or of the map.</summary>
    public SourcePosition Place(string key) => _entries.TryGetValue(key, out var entry) ? entry.Key.At : At;

    /// <summary>A text that must be there.</summary>
    public SourceText Text(string key) => OptionalText(key) ?? Missing(key);

    public SourceText? OptionalText(string key)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            return null;
        }

        if (IsEmpty(entry.Value))
        {
            _faults.Add(entry.Key.At, "no-value", $"'{key}' has no value; give one or remove the key.");
            return new SourceText("", entry.Key.At);
        }

        return Scalar(entry.Value, $"'{key}'");
    }

    public string? OptionalString(string key) => OptionalText(key)?.Value;

    /// <summary>An expression that must be there.</summary>
    public SourceText Expression(string key) => OptionalExpression(key) ?? Missing(key);

    /// <summary>Unlike a text, an expression may be <c>null</c>.</summary>
    public SourceText? OptionalExpression(string key) =>
        _entries.TryGetValue(key, out var entry) ? ExpressionOf(entry.Value, key) : null;

    /// <summary>A name for expressions to read.</summary>
    public SourceText Name(string key)
    {
        SourceText name = Text(key);
        if (name.Value.Length > 0) CheckName(name, _faults, mayBeReserved: true);
        return name;
    }

    public SourceText OneOf(string key, ImmutableArray<string> allowed, string? absent = null)
    {
        SourceText? text = absent is null ? Text(key) : OptionalText(key);
        if (text is null)
        {
            return new SourceText(absent!, At);
        }

        CheckOneOf(text, $"'{key}'", allowed, _faults);
        return text;
    }

    public bool Flag(string key)
    {
        if (OptionalText(key) is not { } text)
        {
            return false;
        }

        if (text is not { Plain: true, Value: "true" or "false" })
        {
            _faults.Add(text.At, "wrong-shape", $"'{key}' is true or false, without quotes.");
        }

        return text.Value == "true";
    }

    /// <summary>The keys <c>zh</c> and <c>en</c> of this map.</summary>
    public Words Words() => new(Text("zh").Value, Text("en").Value);

    /// <summary>A map of <c>zh</c> and <c>en</c>.</summary>
    public Words? OptionalWords(string key) => Node(key) is { } node ? new MapReader(node, _faults, $"'{key}'", "zh", "en").Words() : null;

    public Words WordsAt(string key)
    {
        if (!Has(key)) Missing(key);
        return OptionalWords(key) ?? new Words("", "");
    }

    /// <summary>A text or a list of texts; empty when absent.</summary>
    public ImmutableArray<SourceText> Texts(string key) => Node(key) switch
    {
        null => [],
        SourceNode.Sequence list => [.. list.Items.Select(item => Scalar(item, $"an item of '{key}'"))],
        var node => [Scalar(node, $"'{key}'")],
    };

    /// <summary>Names with expressions, in the order written.</summary>
    /// <param name="reserved">Whether the names may be reserved words of CEL, since no expression reads them as such.</param>
    public ImmutableArray<NamedExpression> Expressions(string key, bool reserved) =>
        [.. Entries(key, "names with expressions").Select(entry =>
        {
            CheckName(entry.Key, _faults, reserved);
            return new NamedExpression(entry.Key, ExpressionOf(entry.Value, entry.Key.Value));
        })];

    /// <summary>The entries of a map by name; empty when absent.</summary>
    public ImmutableArray<KeyValuePair<SourceText, SourceNode>> Entries(string key, string what)
    {
        switch (Node(key))
        {
            case null:
                return [];
            case SourceNode.Map map:
                return map.Entries;
            case var node:
                _faults.Add(node.At, "wrong-shape", $"'{key}' holds {what}: a map, one 'name: …' a line.");
                return [];
        }
    }

    /// <summary>The items of a list; empty when absent.</summary>
    public ImmutableArray<SourceNode> Items(string key)
    {
        switch (Node(key))
        {
            case null:
                return [];
            case SourceNode.Sequence list:
                return list.Items;
            case var node:
                _faults.Add(node.At, "wrong-shape", $"'{key}' is a list: one '- …' a line.");
                return [];
        }
    }

    public void Fault(string key, string code, string detail) => _faults.Add(Place(key), code, detail);

    public static void CheckName(SourceText name, FaultList faults, bool mayBeReserved)
    {
        if (!NamePattern().IsMatch(name.Value) || name.Value.Length > LongestName)
        {
            faults.Add(
                name.At,
                "wrong-name",
                $"'{name.Value}' is no name: letters, digits and '_', a letter first, at most {LongestName}."
                + " Inside { } a text with a comma must be quoted.");
        }
        else if (!mayBeReserved && Reserved.Contains(name.Value))
        {
            faults.Add(name.At, "wrong-name", $"'{name.Value}' is a reserved word of CEL; choose another name.");
        }
    }

    public static void CheckOneOf(SourceText text, string what, ImmutableArray<string> allowed, FaultList faults)
    {
        if (!allowed.Contains(text.Value))
        {
            faults.Add(
                text.At,
                "unknown-value",
                $"{Capital(what)} is one of {string.Join(", ", allowed)}, not '{text.Value}'.{NearestName.Question(text.Value, allowed)}");
        }
    }

    private static bool IsEmpty(SourceNode node) => node is SourceNode.Scalar { Text: { Plain: true, Value: "" or "~" or "null" } };

    private static string Keys(ImmutableArray<string> keys) => string.Join(", ", keys.Select(key => $"'{key}'"));

    private static string Capital(string what) => char.ToUpperInvariant(what[0]) + what[1..];

    private SourceText Missing(string key)
    {
        if (IsMap) _faults.Add(At, "missing-key", $"{Capital(_what)} needs '{key}'.");
        return new SourceText("", At);
    }

    private SourceText Scalar(SourceNode node, string what)
    {
        switch (node)
        {
            case SourceNode.Scalar { Text: var text } when text.Value.Length > 0 && !IsEmpty(node):
                return text;
            case SourceNode.Scalar:
                _faults.Add(node.At, "no-value", $"{Capital(what)} has no value.");
                break;
            default:
                _faults.Add(
                    node.At, "wrong-shape", $"{Capital(what)} is a text, not a {Shape(node)}; quote a text that begins with [ or {{.");
                break;
        }

        return new SourceText("", node.At);
    }

    private SourceText ExpressionOf(SourceNode node, string key)
    {
        switch (node)
        {
            case SourceNode.Scalar { Text: { Value.Length: > 0 } text }:
                return text;
            case SourceNode.Scalar:
                _faults.Add(node.At, "no-value", $"'{key}' has no expression.");
                break;
            default:
                _faults.Add(
                    node.At, "wrong-shape", $"'{key}' is an expression, not a YAML {Shape(node)}; quote it: '[\"a\", \"b\"]'.");
                break;
        }

        return new SourceText("null", node.At);
    }

    private static string Shape(SourceNode node) => node is SourceNode.Map ? "map" : "list";

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]*$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();
}
