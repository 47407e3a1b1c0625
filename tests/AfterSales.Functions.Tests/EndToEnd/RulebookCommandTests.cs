using AfterSales.Domain.Rulebooks;

namespace AfterSales.Functions.Tests.EndToEnd;

/// <summary>What a policy owner meets at the command line.</summary>
public sealed class RulebookCommandTests : IDisposable
{
    private const string Id = "repair-centre";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aftersales-rulebooks-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_shipped_rulebooks_have_no_findings()
    {
        var check = await CommandLine.RunAsync("rulebook", "check");
        Assert.Equal(0, check.ExitCode);
        Assert.Contains("Rulebook 规章", check.Output, StringComparison.Ordinal);
        Assert.All(ShippedRulebooks.Ids, id => Assert.Contains(id, check.Output, StringComparison.Ordinal));
        Assert.Matches(@"^\d+ passed, 0 failed$", LastLine(check.Output));
    }

    [Fact]
    public async Task A_file_with_faults_is_told_line_by_line()
    {
        var file = Write(Text().Replace("conclusions:", "conclusoins:", StringComparison.Ordinal));
        var check = await CommandLine.RunAsync("rulebook", "check", file);
        Assert.Equal(1, check.ExitCode);
        Assert.Contains($"{Id}.yaml:", check.Output, StringComparison.Ordinal);
        Assert.Contains("A rulebook has no key 'conclusoins'. Did you mean 'conclusions'?", check.Output, StringComparison.Ordinal);
        Assert.Matches(@"^0 passed, \d+ failed$", LastLine(check.Output));
    }

    [Fact]
    public async Task A_folder_of_rulebooks_is_tested_with_a_file_of_examples_and_each_failure_says_why()
    {
        Write(Text());
        var examples = Path.Combine(_folder.FullName, "examples.json");
        await File.WriteAllTextAsync(examples, """
            [
              {"id": "A", "system": "repair-centre", "rules": ["REP-8"],
               "given": {"units": 21, "batch_received": "2024-05-06T14:00:00"}, "expect": {"days": 3, "due": "2024-05-09T23:59:59"}},
              {"id": "B", "system": "repair-centre", "rules": ["REP-8"],
               "given": {"units": 21, "batch_received": "2024-05-06T14:00:00"}, "expect": {"days": 4}},
              {"id": "C", "system": "repair-centre", "rules": ["REP-8"], "given": {}, "expect": {"days": 1}},
              {"id": "D", "system": "no-such", "rules": ["X"], "given": {}, "expect": {}}
            ]
            """);
        var test = await CommandLine.RunAsync("rulebook", "test", examples, "--rulebooks", _folder.FullName);
        Assert.Equal(1, test.ExitCode);
        Assert.Contains("FAILED B (repair-centre: REP-8)\n  days: expected 4, got 3\n", test.Output, StringComparison.Ordinal);
        Assert.Contains("  days: expected 1, got nothing\n  not given: units (", test.Output, StringComparison.Ordinal);
        Assert.Contains("FAILED D: there is no rulebook 'no-such'", test.Output, StringComparison.Ordinal);
        Assert.Equal("1 passed, 3 failed", LastLine(test.Output));
    }

    [Fact]
    public async Task What_cannot_be_read_is_said()
    {
        var missing = await CommandLine.RunAsync("rulebook", "check", Path.Combine(_folder.FullName, "nothing.yaml"));
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("cannot be read", missing.Errors, StringComparison.Ordinal);
        var noExamples = await CommandLine.RunAsync("rulebook", "test", Write(Text()));
        Assert.Equal(1, noExamples.ExitCode);
        Assert.Contains("holds no examples", noExamples.Errors, StringComparison.Ordinal);
    }

    private static string Text() => System.Text.Encoding.UTF8.GetString(ShippedRulebooks.Text(Id).Span);

    private static string LastLine(string output) => output.TrimEnd().Split('\n')[^1];

    private string Write(string yaml)
    {
        var file = Path.Combine(_folder.FullName, $"{Id}.yaml");
        File.WriteAllText(file, yaml);
        return file;
    }
}
