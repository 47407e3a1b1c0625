using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using AfterSales.Functions.Tests.Architecture;

namespace AfterSales.Functions.Tests.Ledger;

public sealed class StatementTests : IAsyncLifetime
{
    private const string November = "/api/v1/suppliers/S-1/statements/2026-11";
    private AppHost _app = null!;

    public async Task InitializeAsync() => _app = await AppHost.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_closed_month_is_the_same_byte_for_byte_whatever_comes_after_it()
    {
        await FillNovemberAsync();
        await _app.SendAsync(HttpMethod.Put, "/api/v1/suppliers/S-1", Role.Finance, new { name = "金鹿皮鞋专柜" }).JsonAsync(HttpStatusCode.OK);
        Assert.Equal("period-not-over", await _app.CloseAsync("2026-11").ProblemAsync(HttpStatusCode.Conflict));
        Assert.Equal("open", (await _app.ReadAsync(November).JsonAsync(HttpStatusCode.OK))["state"]!.GetValue<string>());
        await _app.AdvanceToAsync("2026-12-01T09:00:00+08:00");
        Assert.Equal("closed", (await _app.CloseAsync("2026-11").JsonAsync(HttpStatusCode.OK))["state"]!.GetValue<string>());
        string closed = await TextAsync(November);
        string page = await TextAsync($"{November}?format=html");

        Assert.Equal("period-closed", await _app.BookAsync("S-1", new { kind = "deposit", amount = "1.00", effectiveOn = "2026-11-30" }).ProblemAsync(HttpStatusCode.UnprocessableEntity));
        await _app.DepositAsync("S-1", "500.00", "2026-12-01");
        await _app.SendAsync(HttpMethod.Put, "/api/v1/suppliers/S-1", Role.Finance, new { name = "别的名字" }).JsonAsync(HttpStatusCode.OK);
        await _app.AdvanceToAsync("2027-01-04T09:00:00+08:00");
        await _app.CloseAsync("2026-12").JsonAsync(HttpStatusCode.OK);
        Assert.Equal("closed", (await _app.CloseAsync("2026-11").JsonAsync(HttpStatusCode.OK))["state"]!.GetValue<string>());

        Assert.Equal(closed, await TextAsync(November));
        Assert.Equal(page, await TextAsync($"{November}?format=html"));
        Assert.Contains("已结账", page, StringComparison.Ordinal);
        Assert.Contains("金鹿皮鞋专柜", page, StringComparison.Ordinal);
        JsonNode december = await _app.ReadAsync("/api/v1/suppliers/S-1/statements/2026-12").JsonAsync(HttpStatusCode.OK);
        Assert.Equal(JsonNode.Parse(closed)!["closing"]!.ToJsonString(), december["opening"]!.ToJsonString());
        Assert.Equal(0, (await _app.VerifyAsync())["failed"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_supplier_checks_a_statement_and_a_proof_with_the_documented_script()
    {
        await FillNovemberAsync();
        JsonNode statement = await _app.ReadAsync(November).JsonAsync(HttpStatusCode.OK);
        string root = statement["tree"]!["root"]!.GetValue<string>();
        Assert.Equal((0, $"ok S-1 2026-11 (open): 6 of 6 entries, root {root}"), await CheckAsync(statement));
        foreach (JsonNode? entry in statement["entries"]!.AsArray())
        {
            JsonNode proof = await _app.ReadAsync($"{November}/proofs/{entry!["entry"]!["id"]}").JsonAsync(HttpStatusCode.OK);
            Assert.Equal((0, $"ok S-1 2026-11 (open): 1 of 6 entries, root {root}"), await CheckAsync(proof, root));
        }
        Assert.Equal("entry-unknown", await _app.ReadAsync($"{November}/proofs/entry_none").ProblemAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task The_script_reads_money_that_meets_a_call_for_it_as_the_page_does()
    {
        await _app.DepositAsync("S-1", "1000.00");
        await _app.SendAsync(HttpMethod.Post, "/api/v1/suppliers/S-1/top-ups", Role.Finance).JsonAsync(HttpStatusCode.Created);
        await _app.DepositAsync("S-1", "250.00");
        JsonNode statement = await _app.ReadAsync(November).JsonAsync(HttpStatusCode.OK);
        JsonNode last = statement["entries"]!.AsArray()[^1]!["entry"]!;
        Assert.Equal(("250.00", 2), (last["amount"]!.GetValue<string>(), last["postings"]!.AsArray().Count));
        Assert.Equal(0, (await CheckAsync(statement)).Code);
    }

    [Fact]
    public async Task The_balances_of_a_closed_month_are_those_of_its_seal()
    {
        await FillNovemberAsync();
        await _app.AdvanceToAsync("2026-12-01T09:00:00+08:00");
        await _app.CloseAsync("2026-11").JsonAsync(HttpStatusCode.OK);
        JsonNode statement = await _app.ReadAsync(November).JsonAsync(HttpStatusCode.OK);
        Assert.Equal((0, $"ok S-1 2026-11: 6 of 6 entries, root {statement["tree"]!["root"]}"), await CheckAsync(statement));

        // Opening and closing shifted alike: the postings still come out.
        foreach (string side in (string[])["opening", "closing"])
        {
            foreach (JsonNode? account in statement[side]!.AsArray())
            {
                decimal shifted = decimal.Parse(account!["balance"]!.GetValue<string>(), CultureInfo.InvariantCulture) + 5000.00m;
                account["balance"] = shifted.ToString(CultureInfo.InvariantCulture);
            }
        }
        (int code, string output) = await CheckAsync(statement);
        Assert.Equal(1, code);
        Assert.Contains("the month was not closed like that", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_says_what_does_not_hold()
    {
        await FillNovemberAsync();
        JsonNode statement = await _app.ReadAsync(November).JsonAsync(HttpStatusCode.OK);

        JsonNode edited = statement.DeepClone();
        edited["entries"]![1]!["content"] = edited["entries"]![1]!["content"]!.GetValue<string>().Replace("20.00 CNY", "2.00 CNY", StringComparison.Ordinal);
        await FailsAsync(edited, "is not what its digest says");

        JsonNode fewer = statement.DeepClone();
        fewer["entries"]!.AsArray().RemoveAt(2);
        await FailsAsync(fewer, "does not come to");

        JsonNode other = statement.DeepClone();
        other["closing"]![0]!["balance"] = "1.00";
        await FailsAsync(other, "does not come to");

        JsonNode without = statement.DeepClone();
        without["closing"]!.AsArray().RemoveAt(1);
        await FailsAsync(without, "is missing among the closing balances");

        JsonNode retold = statement.DeepClone();
        retold["entries"]![1]!["entry"]!["amount"] = "2.00";
        await FailsAsync(retold, "what is shown of");
        retold["entries"]![1]!["entry"]!["amount"] = "20.00";
        retold["entries"]![1]!["entry"]!["note"] = "A gift";
        await FailsAsync(retold, "what is shown of");

        JsonNode another = statement.DeepClone();
        another["month"] = "2026-1";
        await FailsAsync(another, "belongs to another statement");

        JsonNode proof = await _app.ReadAsync($"{November}/proofs/{statement["entries"]![0]!["entry"]!["id"]}").JsonAsync(HttpStatusCode.OK);
        proof["index"] = 1;
        await FailsAsync(proof, "the root is another one");

        async Task FailsAsync(JsonNode file, string why)
        {
            (int code, string output) = await CheckAsync(file);
            Assert.Equal(1, code);
            Assert.Contains(why, output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_month_that_nobody_closes_is_closed_on_the_fifth_working_day()
    {
        await FillNovemberAsync();
        await _app.AdvanceToAsync("2026-12-07T19:59:00+08:00");
        Assert.Equal("open", await StateAsync());
        await _app.AdvanceToAsync("2026-12-07T20:01:00+08:00");
        Assert.Equal("closed", await StateAsync());

        async Task<string> StateAsync() => (await _app.ReadAsync("/api/v1/ledger/periods/2026-11").JsonAsync(HttpStatusCode.OK))["state"]!.GetValue<string>();
    }

    [Fact]
    public async Task Months_are_closed_in_order_from_that_of_the_first_entry_on_each_with_its_seal()
    {
        await _app.DepositAsync("S-1", "1.00", "2026-11-01");
        await _app.DepositAsync("S-1", "1.00", "2026-09-05");
        await _app.AdvanceToAsync("2026-12-02T10:00:00+08:00");

        // Nobody was there to close them in time; November's own day has not come.
        await _app.AdvanceToAsync("2026-12-02T20:01:00+08:00");
        Assert.Equal("closed", await StateAsync("ledger/periods/2026-10"));
        Assert.Equal("open", await StateAsync("ledger/periods/2026-11"));
        await _app.CloseAsync("2026-11").JsonAsync(HttpStatusCode.OK);

        foreach (string month in new[] { "2026-09", "2026-10", "2026-11" })
        {
            Assert.Equal("closed", await StateAsync($"ledger/periods/{month}"));
            Assert.Equal("closed", await StateAsync($"suppliers/S-1/statements/{month}"));
        }
        JsonNode before = (await _app.ReadAsync("/api/v1/ledger/periods/2026-08").JsonAsync(HttpStatusCode.OK))["books"]![0]!;
        Assert.Equal("not-begun", before["state"]!.GetValue<string>());
        Assert.Equal(0, (await _app.VerifyAsync())["failed"]!.GetValue<int>());

        async Task<string> StateAsync(string path) => (await _app.ReadAsync($"/api/v1/{path}").JsonAsync(HttpStatusCode.OK))["state"]!.GetValue<string>();
    }

    [Fact]
    public async Task A_supplier_reads_its_own_statement_and_no_month_that_is_none()
    {
        await _app.DepositAsync("S-1", "1.00");
        await _app.SendAsync(HttpMethod.Get, November, Role.Supplier, supplier: "S-1").JsonAsync(HttpStatusCode.OK);
        Assert.Equal("not-your-supplier", await _app.SendAsync(HttpMethod.Get, November, Role.Supplier, supplier: "S-2").ProblemAsync(HttpStatusCode.Forbidden));
        Assert.Equal("no-such-month", await _app.ReadAsync("/api/v1/suppliers/S-1/statements/2026-13").ProblemAsync(HttpStatusCode.NotFound));
        Assert.Equal("no-such-supplier", await _app.ReadAsync("/api/v1/suppliers/S-9/statements/2026-11").ProblemAsync(HttpStatusCode.NotFound));
        Assert.Equal(HttpStatusCode.Forbidden, (await _app.SendAsync(HttpMethod.Post, "/api/v1/ledger/periods/2026-10/close", Role.Manager)).StatusCode);
    }

    private async Task FillNovemberAsync()
    {
        await _app.AdvanceToAsync("2026-11-07T09:00:00+08:00");
        await _app.DepositAsync("S-1", "1000.00", "2026-10-31");
        for (int i = 1; i <= 6; i++) await _app.DepositAsync("S-1", $"{i}0.00", $"2026-11-{i:D2}");
    }

    private async Task<string> TextAsync(string path)
    {
        using HttpResponseMessage answer = await _app.ReadAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<(int Code, string Output)> CheckAsync(JsonNode file, params string[] root)
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, file.ToJsonString());
            var start = new ProcessStartInfo("node", [Script, path, .. root]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            using Process node = Process.Start(start)!;
            Task<string> errors = node.StandardError.ReadToEndAsync();
            string output = await node.StandardOutput.ReadToEndAsync();
            await node.WaitForExitAsync();
            return (node.ExitCode, (output + await errors).Trim());
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Script => Path.Combine(Repository.Root, "functions", "Ledger", "verify-statement.mjs");
}
