using System.Text.Json;
using AfterSales.Domain.Rulebooks;

namespace AfterSales.Domain.Tests.Rulebooks;

public class MallExamplesTests
{
    public static TheoryData<string> Ids()
    {
        var ids = new TheoryData<string>();
        foreach (JsonElement example in Examples()) ids.Add(example.GetProperty("id").GetString()!);
        return ids;
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_worked_example_is_decided_as_expected(string id)
    {
        JsonElement example = Examples().Single(e => e.GetProperty("id").GetString() == id);
        string[] clauses = [.. example.GetProperty("rules").EnumerateArray().Select(rule => rule.GetString()!)];
        FactsReading reading = MallSanbao.Shipped.ReadFacts(example.GetProperty("given"));
        Assert.Empty(reading.Faults);

        DecisionDocument decision = MallSanbao.Shipped.Evaluate(reading.Facts, clauses);

        using JsonDocument conclusions = JsonDocument.Parse(JsonSerializer.Serialize(decision.Conclusions));
        foreach (JsonProperty expected in example.GetProperty("expect").EnumerateObject())
        {
            if (!conclusions.RootElement.TryGetProperty(expected.Name, out JsonElement actual))
                Assert.True(expected.Value.ValueKind == JsonValueKind.Null, $"{expected.Name} was not concluded: {conclusions.RootElement}");
            else
                Assert.True(JsonElement.DeepEquals(expected.Value, actual), $"{expected.Name}: expected {expected.Value}, concluded {actual}");
        }
        Assert.NotEmpty(decision.Citations);
    }

    private static JsonElement[] Examples()
    {
        using Stream stream = typeof(MallExamplesTests).Assembly.GetManifestResourceStream("mall-sanbao.examples.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }
}
