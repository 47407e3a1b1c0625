using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Checks;
using AfterSales.Domain.Rulebooks.Format;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Rulebooks;

/// <summary>A rulebook from its text: whole, or with everything that is wrong with it. Nothing is half-loaded.</summary>
public static class PolicyText
{
    /// <summary>The largest text, in bytes.</summary>
    public const int Largest = 1024 * 1024;

    public static (Rulebook? Rulebook, IReadOnlyList<SourceFault> Faults) Load(string id, ReadOnlyMemory<byte> text)
    {
        var faults = new List<SourceFault>();
        return (Rulebook.Load($"{id}.yaml", text, CalendarSet.Shipped, faults), faults);
    }

    /// <summary>As <see cref="Load"/>, and it has to be what the address says; a fault's pointer is its line:column.</summary>
    /// <param name="version">Null = whichever it calls itself.</param>
    public static (Rulebook? Rulebook, IReadOnlyList<Fault> Faults) LoadAs(string id, string? version, ReadOnlyMemory<byte> text)
    {
        var (rulebook, broken) = Load(id, text);
        var faults = broken.Select(fault => At(fault.At, fault.Code, fault.Detail)).ToList();
        if (rulebook is not null && rulebook.Version.Id != id)
        {
            faults.Add(At(rulebook.Source.Id.At, "wrong-id", $"The address says '{id}'."));
        }

        if (rulebook is not null && version is not null && rulebook.Version.Version != version)
        {
            faults.Add(At(rulebook.Source.Version.At, "wrong-version", $"The address says '{version}'."));
        }

        return (faults.Count > 0 ? null : rulebook, faults);
    }

    /// <summary>Runs the rulebook's own examples, and the lint.</summary>
    /// <param name="published">The version in force, against which periods and caps may widen; null = there is none.</param>
    public static CheckReport Check(Rulebook rulebook, Rulebook? published)
    {
        var results = ExampleRunner.RunOwn(rulebook);
        return new CheckReport(
            results.Count(result => result.Passed),
            [.. results.Where(result => !result.Passed).Select(result => new FailedExample(result.Id, [.. Differences(result)]))],
            [.. Lint.Of(rulebook, published).Select(f => new VersionFinding(f.At.Line, f.At.Column, f.Code, f.Detail))]);
    }

    private static Fault At(SourcePosition at, string code, string detail) => new($"{at}", code, detail);

    private static IEnumerable<string> Differences(ExampleResult result) => result.Faults
        .Select(fault => $"{fault.Pointer}: {fault.Detail}")
        .Concat(result.Differences.Select(d => $"{d.Name}: expected {d.Expected}, concluded {d.Actual ?? "nothing"}"));
}
