using System.Diagnostics;
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
