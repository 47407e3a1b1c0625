using System.Text.Json;
using AfterSales.Domain.Rulebooks.Engine;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks;

/// <summary>The examples that a rulebook carries, as far as they can be wrong without being decided.</summary>
internal static class OwnExamples
{
    /// <summary>Facts that the rulebook does not know or that are of another type, and names that it never concludes.</summary>
    public static IEnumerable<SourceFault> Faults(Rulebook rulebook) => rulebook.Source.Examples.SelectMany(example =>
        example.Given.Entries.SelectMany(given => OfFact(rulebook, given.Key, given.Value))
            .Concat(example.Expect.Entries.SelectMany(expected => OfConclusion(rulebook, expected.Key))));

    private static IEnumerable<SourceFault> OfFact(Rulebook rulebook, SourceText name, SourceNode value)
    {
        string file = rulebook.Source.File;
        if (rulebook.FactCatalogue.Find(name.Value) is null)
        {
            string question = NearestName.Question(name.Value, [.. rulebook.FactCatalogue.All.Select(fact => fact.Name)]);
            return [new SourceFault(file, name.At, "unknown-fact", $"The rulebook knows no fact '{name}'.{question}")];
        }

        using JsonDocument json = SourceJson.ToJson(new SourceNode.Map([KeyValuePair.Create(name, value)], name.At));
        return [.. rulebook.ReadFacts(json.RootElement).Faults.Select(fault => new SourceFault(file, value.At, fault.Code, fault.Detail))];
    }

    private static IEnumerable<SourceFault> OfConclusion(Rulebook rulebook, SourceText name)
    {
        if (rulebook.Conclusions.Any(conclusion => conclusion.Name == name.Value)) return [];
        string question = NearestName.Question(name.Value, [.. rulebook.Conclusions.Select(conclusion => conclusion.Name)]);
        return [new SourceFault(rulebook.Source.File, name.At, "unknown-conclusion", $"The rulebook concludes no '{name}'.{question}")];
    }
}
