using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Tests.Rulebooks.Cel;

/// <summary>
/// The public conformance cases of CEL: each is answered right, or is refused when it is loaded. conformance/import.mjs says where
/// they come from.
/// </summary>
public partial class CelConformanceTests
{
    private static readonly JsonElement Data = Read();

    [Fact]
    public void Every_case_is_answered_right_or_refused_at_load()
    {
        string[] wrong = [.. Cases().Select(Run).Where(result => result.Wrong is not null)
            .Select(result => $"{result.Name}: {result.Wrong}")];
        Assert.True(wrong.Length == 0, $"{wrong.Length} wrong:\n{string.Join("\n", wrong)}");
    }

    [Fact]
    public void The_page_about_the_language_lists_what_was_refused_and_how_often()
    {
        Result[] results = [.. Cases().Select(Run)];
        string[] refused =
        [
            .. results.Where(result => result.Refused is not null).CountBy(result => result.Refused!)
                .OrderBy(count => count.Key, StringComparer.Ordinal)
                .Select(count => $"{count.Key} {count.Value}"),
        ];
        using var reader = new StreamReader(typeof(CelConformanceTests).Assembly.GetManifestResourceStream("CEL.md")!);
        string page = reader.ReadToEnd();
        Assert.Equal(refused, ListedRefusal().Matches(page).Select(match => $"{match.Groups["code"].Value} {match.Groups["count"].Value}"));
        int right = results.Count(result => result.Refused is null);
        Assert.Contains($"Of the {results.Length} cases {right} are answered", page, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\| `(?<code>[a-z-]+)` \| (?<count>\d+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ListedRefusal();

    private static IEnumerable<JsonElement> Cases() => Data.GetProperty("cases").EnumerateArray();

    private static Result Run(JsonElement one)
    {
        string name = one.GetProperty("name").GetString()!;
        bool fails = one.TryGetProperty("error", out _) || one.TryGetProperty("unknown", out _);
        var scope = new CelScope();
        var facts = new List<RuleValue?>();
        if (!Bind(one, scope, facts)) return new Result(name, null, "unsupported-binding");
        var faults = new List<SourceFault>();
        var source = new SourceText(one.GetProperty("expr").GetString()!, new SourcePosition(1, 1));
        CelExpression? expression = CelExpression.Compile("case", source, scope, null, faults);
        if (expression is null)
        {
            if (faults.Count == 0) return new Result(name, "refused without a fault", null);
            string code = (faults.Find(fault => fault.Code.StartsWith("unsupported-", StringComparison.Ordinal)) ?? faults[0]).Code;
            // An error that CEL finds when it evaluates may be found earlier, but not where something unsupported hides it.
            return fails && !code.StartsWith("unsupported-", StringComparison.Ordinal) ? new Result(name, null, null)
                : new Result(name, null, code);
        }
        if (one.TryGetProperty("checkOnly", out _)) return new Result(name, null, null);
        Outcome outcome = expression.Evaluate(new Frame(0) { Facts = [.. facts] }, out RuleValue? value);
        bool told = one.TryGetProperty("value", out JsonElement wanted);
        bool right = fails ? outcome is Outcome.Fault or Outcome.NotGiven
            : told ? IsRight(wanted, outcome, value)
            : value is RuleValue.Truth { Value: true };
        return new Result(name, right ? null : $"{source} gives {outcome} {value}, wanted {(fails ? "an error" : told ? wanted : "true")}",
            null);
    }

    private static bool IsRight(JsonElement wanted, Outcome outcome, RuleValue? value)
    {
        JsonProperty of = wanted.EnumerateObject().Single();
        if (outcome == Outcome.Null) return of.Name == "nullValue";
        return outcome == Outcome.Value && Matches(of, value!);
    }

    private static bool Matches(JsonProperty wanted, RuleValue value) => (wanted.Name, value) switch
    {
        ("boolValue", RuleValue.Truth truth) => truth.Value == wanted.Value.GetBoolean(),
        ("int64Value", RuleValue.Whole whole) => whole.ToString() == wanted.Value.ToString(),
        ("doubleValue", RuleValue.Real real) => real.Value.Equals(Number(wanted.Value)),
        ("stringValue", RuleValue.Text text) => text.Value == wanted.Value.GetString(),
        ("nullValue", RuleValue.Nothing) => true,
        ("listValue", RuleValue.Items items) => Elements(wanted.Value, "values") is var elements && elements.Length == items.Values.Length
            && elements.Zip(items.Values).All(pair => Matches(pair.First.EnumerateObject().Single(), pair.Second)),
        ("mapValue", RuleValue.Row row) => Elements(wanted.Value, "entries") is var entries && entries.Length == row.Fields.Length
            && entries.All(entry => row.Fields.Any(field => field.Key == entry.GetProperty("key").GetProperty("stringValue").GetString()
                && Matches(entry.GetProperty("value").EnumerateObject().Single(), field.Value))),
        ("objectValue", RuleValue.Span span) => span.ToString() == wanted.Value.GetProperty("value").GetString(),
        _ => false,
    };

    private static JsonElement[] Elements(JsonElement value, string name) =>
        value.TryGetProperty(name, out JsonElement elements) ? [.. elements.EnumerateArray()] : [];

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            { } text => double.Parse(text, CultureInfo.InvariantCulture),
            null => throw new JsonException("A double is a number or a string."),
        }
        : value.GetDouble();

    /// <summary>Puts the case's variables into facts; false when one is of a type that facts never have.</summary>
    private static bool Bind(JsonElement one, CelScope scope, List<RuleValue?> facts)
    {
        if (one.TryGetProperty("bindings", out JsonElement bindings))
        {
            foreach (JsonProperty binding in bindings.EnumerateObject().OrderByDescending(binding => binding.Name.Length))
            {
                if (ValueOf(binding.Value.GetProperty("value")) is not (CelType type, var value)) return false;
                // In a container, its own names go before others of the same short name.
                string container = one.TryGetProperty("container", out JsonElement named) ? named.GetString() + "." : ".";
                if (binding.Name.StartsWith(container, StringComparison.Ordinal))
                    scope.TryAdd(new CelName(binding.Name[container.Length..], type, NameKind.Fact, facts.Count));
                scope.TryAdd(new CelName(binding.Name, type, NameKind.Fact, facts.Count));
                facts.Add(value);
            }
        }
        if (!one.TryGetProperty("typeEnv", out JsonElement declared)) return true;
        foreach (JsonElement variable in declared.EnumerateArray())
        {
            if (!variable.TryGetProperty("ident", out JsonElement ident)) return false;
            if (scope.Find(variable.GetProperty("name").GetString()!) is not null) continue;
            if (TypeOf(ident.GetProperty("type")) is not { } type) return false;
            scope.TryAdd(new CelName(variable.GetProperty("name").GetString()!, type, NameKind.Fact, facts.Count));
            facts.Add(null);
        }
        return true;
    }

    private static (CelType Type, RuleValue? Value)? ValueOf(JsonElement json)
    {
        JsonProperty of = json.EnumerateObject().Single();
        switch (of.Name)
        {
            case "boolValue": return (CelType.Bool, of.Value.GetBoolean());
            case "int64Value": return (CelType.Int, long.Parse(of.Value.GetString()!, CultureInfo.InvariantCulture));
            case "doubleValue": return (CelType.Double, new RuleValue.Real(Number(of.Value)));
            case "stringValue": return (CelType.Text, of.Value.GetString()!);
            case "nullValue": return (new CelType.Optional(CelType.Text), null);
            case "listValue":
                (CelType Type, RuleValue? Value)?[] items = [.. Elements(of.Value, "values").Select(ValueOf)];
                if (items.Length == 0) return (new CelType.List(null), new RuleValue.Items([]));
                return items.Contains(null) || items.Any(item => item!.Value.Type != items[0]!.Value.Type)
                    ? null
                    : (new CelType.List(items[0]!.Value.Type), new RuleValue.Items([.. items.Select(item => item!.Value.Value!)]));
            case "mapValue":
                var fields = new List<KeyValuePair<string, RuleValue>>();
                CelType? element = null;
                foreach (JsonElement entry in Elements(of.Value, "entries"))
                {
                    if (!entry.GetProperty("key").TryGetProperty("stringValue", out JsonElement key)) return null;
                    if (ValueOf(entry.GetProperty("value")) is not (CelType type, { } value) || (element is not null && element != type))
                        return null;
                    element = type;
                    fields.Add(KeyValuePair.Create(key.GetString()!, value));
                }
                return (new CelType.Map(element), new RuleValue.Row([.. fields]));
            default: return null;
        }
    }

    private static CelType? TypeOf(JsonElement json)
    {
        JsonProperty of = json.EnumerateObject().Single();
        switch (of.Name)
        {
            case "primitive":
                return of.Value.GetString() switch
                {
                    "INT64" => CelType.Int,
                    "BOOL" => CelType.Bool,
                    "STRING" => CelType.Text,
                    "DOUBLE" =>
                    CelType.Double,
                    _ => null
                };
            case "listType": return TypeOf(of.Value.GetProperty("elemType")) is { } element ? new CelType.List(element) : null;
            case "mapType":
                return TypeOf(of.Value.GetProperty("keyType")) == CelType.Text && TypeOf(of.Value.GetProperty("valueType")) is { } held
                    ? new CelType.Map(held) : null;
            default: return null;
        }
    }

    private static JsonElement Read()
    {
        using Stream stream = typeof(CelConformanceTests).Assembly.GetManifestResourceStream("cel-conformance.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }

    /// <param name="Wrong">What is wrong; null when the case passed or was refused.</param>
    /// <param name="Refused">The code of what is not supported.</param>
    private sealed record Result(string Name, string? Wrong, string? Refused);
}
