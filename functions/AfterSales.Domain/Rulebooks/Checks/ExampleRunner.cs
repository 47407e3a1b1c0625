using System.Collections.Immutable;
using System.Text.Json;
using AfterSales.Domain.Rulebooks.Engine;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Checks;

/// <summary>A question with the answer that the policy gives.</summary>
/// <param name="System">The rulebook's id.</param>
/// <param name="Rules">The clauses asked about.</param>
/// <param name="Given">Facts, a JSON object.</param>
/// <param name="Expect">Conclusions, a JSON object.</param>
public sealed record Example(string Id, string System, ImmutableArray<string> Rules, JsonElement Given, JsonElement Expect, string? Explain)
{
    /// <summary>The examples that a rulebook carries itself.</summary>
    public static IEnumerable<Example> Of(RulebookSource source) => source.Examples.Select(example => new Example(
        example.Id.Value, source.Id.Value, [.. example.Clauses.Select(clause => clause.Value)], Json(example.Given), Json(example.Expect), example.Explain));

    /// <summary>Reads an array of objects with id, system, rules, given, expect and perhaps explain; other members are passed over.</summary>
    /// <exception cref="JsonException">It is no such array; the message says which element lacks what.</exception>
    public static IReadOnlyList<Example> ReadAll(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array) throw new JsonException("Examples are a JSON array.");
        return [.. json.EnumerateArray().Select((element, index) => Read(element, index))];
    }

    private static Example Read(JsonElement json, int index)
    {
        string[] lacking = json.ValueKind != JsonValueKind.Object
            ? ["an object"]
            : [
                .. new[] { ("id", JsonValueKind.String), ("system", JsonValueKind.String), ("rules", JsonValueKind.Array), ("given", JsonValueKind.Object), ("expect", JsonValueKind.Object) }
                    .Where(member => !json.TryGetProperty(member.Item1, out JsonElement value) || value.ValueKind != member.Item2)
                    .Select(member => $"'{member.Item1}' ({member.Item2})"),
            ];
        if (lacking.Length > 0) throw new JsonException($"Example {index} lacks {string.Join(", ", lacking)}.");
        return new Example(
            json.GetProperty("id").GetString()!,
            json.GetProperty("system").GetString()!,
            [.. json.GetProperty("rules").EnumerateArray().Select(rule => rule.ToString())],
            json.GetProperty("given").Clone(),
            json.GetProperty("expect").Clone(),
            json.TryGetProperty("explain", out JsonElement explain) ? explain.ToString() : null);
    }

    private static JsonElement Json(SourceNode node)
    {
        using JsonDocument json = SourceJson.ToJson(node);
        return json.RootElement.Clone();
    }
}

/// <summary>One conclusion that is not as expected.</summary>
/// <param name="Actual">JSON; null when it was not concluded.</param>
public sealed record ExampleDifference(string Name, string Expected, string? Actual);

/// <summary>What became of an example. Passed when there are neither faults nor differences.</summary>
/// <param name="Faults">Facts that are unknown or mistyped, clauses that are not in the rulebook.</param>
public sealed record ExampleResult(string Id, ImmutableArray<FactFault> Faults, ImmutableArray<ExampleDifference> Differences)
{
    public bool Passed => Faults.IsEmpty && Differences.IsEmpty;

    /// <summary>One line that says it all.</summary>
    public override string ToString() => Passed
        ? $"{Id}: passed"
        : $"{Id}: " + string.Join("; ", Faults.Select(fault => $"{fault.Pointer} {fault.Code}: {fault.Detail}").Concat(
            Differences.Select(difference => $"{difference.Name}: expected {difference.Expected}, concluded {difference.Actual ?? "nothing"}")));
}

/// <summary>
/// Runs examples. One passes when every key of its expectation equals the conclusion of that name by JSON value (null: present
/// and null, or absent).
/// </summary>
public static class ExampleRunner
{
    public static ExampleResult Run(Rulebook rulebook, Example example)
    {
        FactsReading reading = rulebook.ReadFacts(example.Given, "/given");
        ImmutableArray<FactFault> faults =
        [
            .. reading.Faults,
            .. example.Rules.Select((clause, i) => (clause, i)).Where(rule => rulebook.FindClause(rule.clause) is null)
                .Select(rule => new FactFault($"/rules/{rule.i}", "unknown-clause", $"The rulebook {rulebook.Version.Id} has no clause '{rule.clause}'.")),
        ];
        if (!faults.IsEmpty) return new ExampleResult(example.Id, faults, []);
        Conclusions conclusions = rulebook.Evaluate(rulebook.Bind(reading.Facts), rulebook.Ask(example.Rules)).Conclusions;
        JsonElement actual = JsonSerializer.SerializeToElement(conclusions);
        return new ExampleResult(example.Id, [], [.. example.Expect.EnumerateObject().Where(expected => !Agrees(expected, actual))
            .Select(expected => new ExampleDifference(
                expected.Name,
                expected.Value.GetRawText(),
                actual.TryGetProperty(expected.Name, out JsonElement concluded) ? concluded.GetRawText() : null))]);
    }

    /// <summary>Runs the examples that the rulebook carries itself.</summary>
    public static ImmutableArray<ExampleResult> RunOwn(Rulebook rulebook) => [.. Example.Of(rulebook.Source).Select(example => Run(rulebook, example))];

    private static bool Agrees(JsonProperty expected, JsonElement actual) => actual.TryGetProperty(expected.Name, out JsonElement concluded)
        ? JsonElement.DeepEquals(expected.Value, concluded)
        : expected.Value.ValueKind == JsonValueKind.Null;
}
