using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace AfterSales.Functions.Tests.EndToEnd;

/// <summary>What a user meets at the command line.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aftersales-commands-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_second_app_on_a_folder_in_use_is_told_who_holds_it()
    {
        using var app = await ChildApp.StartAsync(_folder.FullName, callback: null);

        var second = await CommandLine.RunAsync("up", "--port", "0", "--data", _folder.FullName);

        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"{_folder.FullName} is in use by process", second.Errors, StringComparison.Ordinal);
        Assert.Contains(app.Url.ToString().TrimEnd('/'), second.Errors, StringComparison.Ordinal);
        Assert.Single(second.Errors.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var result = await CommandLine.RunAsync("up", "--port", $"{port}", "--data", _folder.FullName);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"Port {port} is taken by another program. Choose another with --port.", result.Errors.Trim());
    }

    [Fact]
    public async Task A_token_of_the_command_line_opens_the_api_and_an_unknown_role_gets_none()
    {
        using var app = await ChildApp.StartAsync(_folder.FullName, callback: null);
        var token = (await CommandLine.RunAsync("token", "--role", "auditor")).Output.Trim();

        using var http = new HttpClient { BaseAddress = app.Url };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri("/api/v1/ledger/verify", UriKind.Relative))).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/api/v1/ledger/verify", UriKind.Relative))).StatusCode);

        var unknown = await CommandLine.RunAsync("token", "--role", "emperor");
        Assert.Equal(1, unknown.ExitCode);
        Assert.StartsWith("There is no role 'emperor'. Roles: agent, ", unknown.Errors, StringComparison.Ordinal);
        var nobody = await CommandLine.RunAsync("token", "--role", "supplier");
        Assert.Equal((1, "The role supplier needs --supplier with its id."), (nobody.ExitCode, nobody.Errors.Trim()));
    }

    [Fact]
    public async Task A_virtual_clock_is_shown_and_advanced_and_a_real_one_is_not()
    {
        using (await ChildApp.StartAsync(_folder.FullName, null, "--clock", "virtual", "--start", "2026-11-02T08:59:00+08:00"))
        {
            Assert.Contains("now   2026-11-02T00:59:00", (await CommandLine.RunAsync("clock", "--data", _folder.FullName)).Output,
                StringComparison.Ordinal);
            var advanced = await CommandLine.RunAsync("clock", "--advance", "PT11M", "--data", _folder.FullName);
            Assert.Contains("now   2026-11-02T01:10:00", advanced.Output, StringComparison.Ordinal);
            var back = await CommandLine.RunAsync("clock", "--to", "2026-11-01T00:00:00Z", "--data", _folder.FullName);
            Assert.Equal(1, back.ExitCode);
            Assert.Contains("never goes back", back.Errors, StringComparison.Ordinal);
        }

        var real = await CommandLine.RunAsync("up", "--port", "0", "--data", _folder.FullName);
        Assert.Equal(1, real.ExitCode);
        Assert.StartsWith("This data folder lives on a virtual clock", real.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_clock_of_no_app_and_the_ledger_of_no_folder_are_said_to_be_missing()
    {
        var clock = await CommandLine.RunAsync("clock", "--data", _folder.FullName);
        Assert.Equal((1, $"No app runs on {_folder.FullName}. Start one with 'up', or name its folder with --data."),
            (clock.ExitCode, clock.Errors.Trim()));
        var ledger = await CommandLine.RunAsync("ledger", "verify", "--data", _folder.FullName);
        Assert.Equal((1, $"There is no data in {_folder.FullName}. Name a data folder with --data."),
            (ledger.ExitCode, ledger.Errors.Trim()));
    }

    [Fact]
    public async Task The_ledger_is_verified_beside_a_running_app_and_after_it_was_killed()
    {
        using (var app = await ChildApp.StartAsync(_folder.FullName, callback: null))
        {
            using var http = new HttpClient { BaseAddress = app.Url };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Bearer", (await CommandLine.RunAsync("token", "--role", "finance")).Output.Trim());
            using var deposit = new StringContent(
                """{"kind":"deposit","amount":"500.00"}""", MediaTypeHeaderValue.Parse("application/json"));
            await RegisterAsync(http);
            var booked = await http.PostAsync(new Uri("/api/v1/suppliers/S-1/entries", UriKind.Relative), deposit);
            Assert.Equal(HttpStatusCode.Created, booked.StatusCode);
            Assert.Equal("1 passed, 0 failed", (await CommandLine.RunAsync("ledger", "verify", "--data", _folder.FullName)).LastLine);
            app.Kill();
        }

        var verified = await CommandLine.RunAsync("ledger", "verify", "--data", _folder.FullName);
        Assert.Equal((0, "1 passed, 0 failed"), (verified.ExitCode, verified.LastLine));
    }

    [Fact]
    public async Task The_ledger_is_exported_beside_a_running_app_and_compared_with_a_file()
    {
        var file = Path.Combine(_folder.FullName, "ledger.journal");
        using var app = await ChildApp.StartAsync(_folder.FullName, callback: null);
        using var http = new HttpClient { BaseAddress = app.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (await CommandLine.RunAsync("token", "--role", "finance")).Output.Trim());
        using var deposit = new StringContent("{\"kind\":\"deposit\",\"amount\":\"500.00\"}", MediaTypeHeaderValue.Parse("application/json"));
        await RegisterAsync(http);
        (await http.PostAsync(new Uri("/api/v1/suppliers/S-1/entries", UriKind.Relative), deposit)).EnsureSuccessStatusCode();

        var exported = await CommandLine.RunAsync("ledger", "export", "--format", "hledger", "--out", file, "--data", _folder.FullName);

        Assert.Equal((0, ""), (exported.ExitCode, exported.Output));
        Assert.EndsWith("1 entries read. Done.", exported.Errors.Trim(), StringComparison.Ordinal);
        Assert.Contains("    liabilities:supplier:S-1:deposit  -500.00 CNY\n", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.False(File.Exists(file + ".part"));
        var balances = await CommandLine.RunAsync("ledger", "balances", "--data", _folder.FullName);
        Assert.Matches("supplier:S-1:deposit +500\\.00 CNY  质量保证金 Quality deposit", balances.LastLine);

        // The day of the deposit is today's, which the file names from the export.
        var day = File.ReadLines(file).First(line => line.EndsWith(" deposit S-1", StringComparison.Ordinal))[..10].Replace("-", "", StringComparison.Ordinal);
        var bank = Path.Combine(_folder.FullName, "bank.csv");
        await File.WriteAllTextAsync(bank, $"交易流水号,交易日,发生额,摘要,对方户名\nT1,{day},500.00,,\nT2,{day},1.00,,\n", CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!);
        var compared = await CommandLine.RunAsync("ledger", "reconcile", bank, "--source", "demo-bank", "--data", _folder.FullName);
        Assert.Equal(1, compared.ExitCode);
        Assert.Contains("相符 matched", compared.Output, StringComparison.Ordinal);
        Assert.EndsWith(": 1 of 2 lines agree.", compared.LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_of_no_format_or_month_is_refused_with_every_reason()
    {
        var refused = await CommandLine.RunAsync("ledger", "export", "--format", "pdf", "--month", "2026-13", "--data", _folder.FullName);

        Assert.Equal(1, refused.ExitCode);
        Assert.Equal(
            ["--format: One of csv, xlsx, hledger, jsonl is wanted.", "--month: A month such as 2026-11 is wanted."],
            refused.Errors.Trim().Split('\n').Select(line => line.TrimEnd()));
    }

    [Fact]
    public async Task A_start_instant_needs_a_virtual_clock_and_an_offset()
    {
        var real = await CommandLine.RunAsync("up", "--start", "2026-11-02T08:59:00+08:00", "--data", _folder.FullName);
        Assert.Equal((1, "--start is for a virtual clock: add --clock virtual."), (real.ExitCode, real.Errors.Trim()));
        var floating = await CommandLine.RunAsync("up", "--clock", "virtual", "--start", "2026-11-02T08:59:00", "--data", _folder.FullName);
        Assert.Equal(1, floating.ExitCode);
        Assert.StartsWith("--start 2026-11-02T08:59:00 is no instant.", floating.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_the_demos_own_is_not_cleared_by_the_demo()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "letters.txt"), "mine");

        var result = await CommandLine.RunAsync("demo", "--exit", "--port", "0", "--data", _folder.FullName);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is not a data folder of this program", result.Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "letters.txt")));
    }

    private static async Task RegisterAsync(HttpClient http)
    {
        using var terms = new StringContent("{}", MediaTypeHeaderValue.Parse("application/json"));
        (await http.PutAsync(new Uri("/api/v1/suppliers/S-1", UriKind.Relative), terms)).EnsureSuccessStatusCode();
    }
}
