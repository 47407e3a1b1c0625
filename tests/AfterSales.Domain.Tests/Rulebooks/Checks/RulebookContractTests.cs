using System.Diagnostics;
using System.Text.Json;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Checks;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Tests.Rulebooks.Checks;

public class RulebookContractTests
{
    private static readonly JsonElement Vocabulary = Data("vocabulary.json");

    public static TheoryData<string> Ids() => [.. ShippedRulebooks.Ids];

    [Fact]
    public void Every_written_policy_is_there() => Assert.Equal(38, ShippedRulebooks.Ids.Count);

    [Theory]
    [MemberData(nameof(Ids))]
    public void It_has_no_findings(string id) =>
        Assert.Equal([], Lint.Of(ShippedRulebooks.Find(id)!).Select(finding => finding.ToString()));

    [Fact]
    public void All_worked_examples_pass()
    {
        IReadOnlyList<Example> examples = Example.ReadAll(Data("worked-examples.json"));
        Assert.Equal(406, examples.Count);
        Assert.Equal([], examples.Select(example => ExampleRunner.Run(ShippedRulebooks.Find(example.System)!, example))
            .Where(result => !result.Passed).Select(result => result.ToString()));
    }

    [Fact]
    public void Every_clause_of_the_vocabulary_knows_its_facts_and_can_conclude_its_conclusions()
    {
        var lacking = new List<string>();
        foreach (JsonProperty system in Vocabulary.EnumerateObject())
        {
            Rulebook rulebook = ShippedRulebooks.Find(system.Name)!;
            foreach (JsonProperty clause in system.Value.EnumerateObject())
            {
                if (rulebook.FindClause(clause.Name) is null) lacking.Add($"{system.Name} has no clause {clause.Name}");
                HashSet<string> reachable = [.. rulebook.ConclusionsOf(clause.Name)];
                lacking.AddRange(Names(clause, "facts")
                    .Where(fact => rulebook.FactCatalogue.Find(fact.Name) is not { } known || !IsCompatible(known.Type, fact.Value))
                    .Select(fact => $"{clause.Name}: fact {fact.Name} is not known as {fact.Value.GetProperty("type")}"));
                lacking.AddRange(Names(clause, "conclusions").Where(conclusion => !reachable.Contains(conclusion.Name))
                    .Select(conclusion => $"{clause.Name} cannot conclude {conclusion.Name}"));
            }
        }
        Assert.Equal([], lacking);
    }

    [Fact]
    public void Loading_and_checking_all_takes_seconds_not_minutes()
    {
        // About two seconds on two free cores; other tests run beside this one.
        var watch = Stopwatch.StartNew();
        var faults = new List<SourceFault>();
        int failures = ShippedRulebooks.Ids.ToArray().AsParallel().Sum(id =>
        {
            Rulebook rulebook = Rulebook.Load($"{id}.yaml", ShippedRulebooks.Text(id), CalendarSet.Shipped, faults)!;
            return Lint.Of(rulebook).Length + ExampleRunner.RunOwn(rulebook).Count(result => !result.Passed);
        });
        Assert.Equal(0, failures);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 15);
    }

    private static IEnumerable<JsonProperty> Names(JsonProperty clause, string part) =>
        clause.Value.TryGetProperty(part, out JsonElement names) ? names.EnumerateObject() : [];

    private static bool IsCompatible(CelType type, JsonElement told) =>
        told.GetProperty("type").GetString()!.Split(" | ").All(one => (one, type) switch
        {
            ("decimal", CelType.Simple { Name: "decimal" or "money" }) => true,
            ("text", CelType.Simple { Name: "text" or "time" }) => true,
            ("date", CelType.Simple { Name: "date" or "date | datetime" }) => true,
            ("datetime", CelType.Simple { Name: "datetime" or "date | datetime" }) => true,
            ("list", CelType.List) => true,
            ("object", CelType.Row or CelType.Map) => true,
            (_, CelType.Simple simple) => simple.Name == one,
            (_, CelType.List { Element: CelType.Simple element }) => one == $"list of {element.Name}",
            _ => false,
        });

    private static JsonElement Data(string name)
    {
        using Stream stream = typeof(RulebookContractTests).Assembly.GetManifestResourceStream("data/" + name)!;
        using var json = JsonDocument.Parse(stream);
        return json.RootElement.Clone();
    }
}
