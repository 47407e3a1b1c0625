using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Checks;
using AfterSales.Domain.Rulebooks.Format;
using Spectre.Console;

namespace AfterSales.Local.Commands;

/// <summary>A rulebook file's content.</summary>
internal sealed record RulebookText(string Name, ReadOnlyMemory<byte> Utf8)
{
    public static RulebookText Of(FileInfo file)
    {
        try
        {
            return new RulebookText(file.Name, File.ReadAllBytes(file.FullName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file.FullName} cannot be read: {e.Message}");
        }
    }

    public static IReadOnlyList<RulebookText> In(DirectoryInfo folder) => folder.Exists
        ? [.. folder.EnumerateFiles("*.yaml").OrderBy(file => file.Name, StringComparer.Ordinal).Select(Of)]
        : throw new CommandException($"There is no folder {folder.FullName}.");

    public static IReadOnlyList<RulebookText> Shipped() =>
        [.. ShippedRulebooks.Ids.Select(id => new RulebookText($"{id}.yaml", ShippedRulebooks.Text(id)))];
}

/// <summary>What the check of one rulebook found.</summary>
internal sealed record RulebookReport(
    string Name,
    string Version,
    int Clauses,
    int Rules,
    int Clocks,
    int Examples,
    int ExamplesPassed,
    int Findings,
    IReadOnlyList<string> Lines)
{
    /// <summary>The rulebook itself, when there is nothing to say about it, and its examples.</summary>
    public int Passed => ExamplesPassed + (Findings == 0 ? 1 : 0);

    public int Failed => Examples - ExamplesPassed + Findings;

    /// <summary>Checks them side by side; a progress bar shows on a terminal.</summary>
    public static IReadOnlyList<RulebookReport> All(IReadOnlyList<RulebookText> texts, FileSystemInfo? against, IAnsiConsole console)
    {
        if (Console.IsOutputRedirected) return Check(texts, against, static () => { });
        return console.Progress().AutoClear(true).Start(progress =>
        {
            var task = progress.AddTask("Checking rulebooks 检查规章", maxValue: texts.Count);
            return Check(texts, against, () => task.Increment(1));
        });
    }

    private static IReadOnlyList<RulebookReport> Check(IReadOnlyList<RulebookText> texts, FileSystemInfo? against, Action done) =>
    [
        .. texts.AsParallel().AsOrdered().Select(text =>
        {
            var report = Of(text, Published(text.Name, against));
            done();
            return report;
        }),
    ];

    private static RulebookReport Of(RulebookText text, Rulebook? published)
    {
        var faults = new List<SourceFault>();
        if (Rulebook.Load(text.Name, text.Utf8, CalendarSet.Shipped, faults) is not { } rulebook)
        {
            string name = Path.GetFileNameWithoutExtension(text.Name);
            return new RulebookReport(name, "", 0, 0, 0, 0, 0, faults.Count, [.. faults.Select(fault => $"{fault}")]);
        }

        var source = rulebook.Source;
        var findings = Lint.Of(rulebook, published);
        Example[] examples = [.. Example.Of(source)];
        ExampleResult[] results = [.. examples.Select(example => ExampleRunner.Run(rulebook, example))];
        return new RulebookReport(
            rulebook.Version.Id,
            rulebook.Version.Version,
            source.Clauses.Length,
            source.Decisions.Sum(decision => decision.Rules.Length),
            source.Clocks.Length,
            examples.Length,
            results.Count(result => result.Passed),
            findings.Length,
            [
                .. findings.Select(finding => $"{finding}"),
                .. examples.Zip(results, source.Examples).Where(own => !own.Second.Passed)
                    .SelectMany(own => Failures.Of(rulebook, own.First, own.Second, $"{source.File}:{own.Third.Id.At}")),
            ]);
    }

    private static Rulebook? Published(string name, FileSystemInfo? against)
    {
        if (against is null) return null;
        var file = new FileInfo(Directory.Exists(against.FullName) ? Path.Combine(against.FullName, name) : against.FullName);
        if (!file.Exists) return null;
        var faults = new List<SourceFault>();
        return Rulebook.Load(name, RulebookText.Of(file).Utf8, CalendarSet.Shipped, faults)
            ?? throw new CommandException($"The published version {file.FullName} has faults: {faults[0]}");
    }
}

/// <summary>Says why an example failed.</summary>
internal static class Failures
{
    /// <param name="place">Where the example is: a place in the rulebook's file, or the rulebook of an example that is elsewhere.</param>
    public static IEnumerable<string> Of(Rulebook rulebook, Example example, ExampleResult result, string place)
    {
        yield return $"FAILED {example.Id} ({place}: {string.Join(", ", example.Rules)})";
        foreach (var fault in result.Faults) yield return $"  {fault.Pointer} {fault.Code}: {fault.Detail}";
        foreach (var difference in result.Differences)
        {
            yield return $"  {difference.Name}: expected {difference.Expected}, got {difference.Actual ?? "nothing"}";
        }

        // Where everything was concluded, and otherwise than expected, no fact was lacking.
        if (!result.Faults.IsEmpty || result.Differences.All(difference => difference.Actual is not null)) yield break;
        var decision = rulebook.Evaluate(rulebook.ReadFacts(example.Given).Facts, example.Rules);
        foreach (var missing in decision.Missing)
        {
            string clauses = string.Join(", ", missing.Clauses);
            yield return $"  not given: {missing.Name} ({missing.English} {missing.Chinese}), wanted by {clauses}";
        }

        foreach (var note in decision.Notes) yield return $"  {note}";
    }
}
