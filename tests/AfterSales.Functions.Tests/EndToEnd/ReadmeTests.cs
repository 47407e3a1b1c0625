using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AfterSales.Functions.Tests.Architecture;

namespace AfterSales.Functions.Tests.EndToEnd;

/// <summary>The lines that the README gives to copy do what it says. They need bash, curl and openssl, as it says too.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aftersales-readme-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_signed_request_opens_a_case_and_the_supplier_accepts_it()
    {
        using var app = await ChildApp.StartAsync(_folder.FullName, callback: null);
        var script = $"{Block("webhook-by-hand")}\necho; echo ---\n{Block("supplier-accepts")}"
            .Replace("http://127.0.0.1:7071", app.Url.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("dotnet run --project infra/local/AfterSales.Local -- ",
                $"dotnet {Path.Combine(AppContext.BaseDirectory, "AfterSales.Local.dll")} ", StringComparison.Ordinal);

        var printed = (await BashAsync(script)).Split("---");

        var opened = JsonNode.Parse(printed[0].Trim().Split('\n')[^1])!;
        Assert.Equal("open", opened["status"]!.GetValue<string>());
        Assert.NotEmpty(opened["decision"]!["citations"]!.AsArray());
        Assert.Contains(opened["deadlines"]!.AsArray(), d => d!["owner"]!.GetValue<string>() == "supplier");
        var accepted = JsonNode.Parse(printed[1].Trim())!;
        Assert.Equal("uphold", accepted["ruling"]!["outcome"]!.GetValue<string>());
        Assert.Equal("255.00", accepted["refund"]!["amount"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_policy_owner_changes_a_rate_and_sees_the_checks_the_what_if_and_the_new_decision()
    {
        using var app = await ChildApp.StartAsync(_folder.FullName, callback: null, "--clock", "virtual", "--start", "2026-11-02T09:00:00+08:00");
        using (var http = new HttpClient { BaseAddress = app.Url })
        {
            foreach (var id in (string[])["R-1", "R-2"])
            {
                var body = Encoding.UTF8.GetBytes(WebhookBodies.ShoeClaim(id).ToJsonString());
                using var sent = await http.SendAsync(AppHost.SignedWebhook(body, $"msg_{id}", TimeProvider.System.GetUtcNow()));
                Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
            }

            // What they were decided is kept behind the message bus: an advance waits for it.
            await CommandLine.RunAsync("clock", "--advance", "PT1S", "--data", _folder.FullName);
        }

        var script = string.Join("\necho; echo ---\n", ((string[])["draft", "what-if", "publish", "decision"]).Select(part => Block($"policy-{part}")))
            .Replace("http://127.0.0.1:7071", app.Url.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace(".aftersales/draft", Path.Combine(_folder.FullName, "draft"), StringComparison.Ordinal)
            .Replace(".aftersales/demo", _folder.FullName, StringComparison.Ordinal)
            .Replace("functions/Rulebooks/", Path.Combine(Repository.Root, "functions/Rulebooks/"), StringComparison.Ordinal)
            .Replace("dotnet run --project infra/local/AfterSales.Local -- ",
                $"dotnet {Path.Combine(AppContext.BaseDirectory, "AfterSales.Local.dll")} ", StringComparison.Ordinal);
        var printed = (await BashAsync(script)).Split("---");

        Assert.Contains("EX-MALL-002", printed[0], StringComparison.Ordinal);
        Assert.EndsWith(" 0 failed", printed[0].Trim(), StringComparison.Ordinal);
        Assert.Contains("561.00", printed[1], StringComparison.Ordinal);
        Assert.Contains("-23.40", printed[1], StringComparison.Ordinal);
        Assert.Contains("\"state\":\"published\"", printed[2], StringComparison.Ordinal);
        Assert.Contains("\"findings\":[]", printed[2], StringComparison.Ordinal);
        Assert.Contains("\"252.00\"", printed[3], StringComparison.Ordinal);
        Assert.Contains("退鞋按每日0.8%折旧率", printed[3], StringComparison.Ordinal);
        Assert.EndsWith("0 passed, 0 failed", printed[3].Trim(), StringComparison.Ordinal);
        await EveryChangedCaseIsExportedAsync(Path.Combine(_folder.FullName, "draft", "mall-sanbao.yaml"));
    }

    private async Task EveryChangedCaseIsExportedAsync(string draft)
    {
        var file = Path.Combine(_folder.FullName, "changes.csv");
        var whatIf = await CommandLine.RunAsync("rulebook", "what-if", draft, "--data", _folder.FullName, "--cases", "1", "--out", file);
        Assert.Equal(0, whatIf.ExitCode);
        Assert.Contains("案件 Cases (1 / 2)", whatIf.Output, StringComparison.Ordinal);
        Assert.Contains("--all", whatIf.Output, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(file);
        Assert.Equal("case,supplier,version,before,after,difference,clauses,conclusions", lines[0]);
        Assert.Equal(2, lines.Count(line => line.Contains(",280.50,268.80,-11.70,", StringComparison.Ordinal)));
        Assert.Equal(3, lines.Length);
        Assert.Empty(Directory.EnumerateFiles(_folder.FullName, "*.unfinished"));
        var all = await CommandLine.RunAsync("rulebook", "what-if", draft, "--data", _folder.FullName, "--all");
        Assert.Contains("案件 Cases (2 / 2)", all.Output, StringComparison.Ordinal);
    }

    private static string Block(string name)
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var match = MarkedBlock().Matches(readme).Single(m => m.Groups["name"].Value == name);
        return match.Groups["code"].Value;
    }

    private static async Task<string> BashAsync(string script)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var bash = Process.Start(start)!;
        var errors = bash.StandardError.ReadToEndAsync();
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.True(bash.ExitCode == 0, $"{output}{await errors}");
        return output;
    }

    [GeneratedRegex(@"<!-- (?<name>[a-z-]+) -->\n```bash\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex MarkedBlock();
}
