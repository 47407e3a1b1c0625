using System.Net;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Ledger.Exports;

public sealed class LedgerExportApiTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private AppHost App => shared.App;

    [Theory]
    [InlineData("csv", "text/csv", "ledger-S-80.csv")]
    [InlineData("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "ledger-S-80.xlsx")]
    [InlineData("hledger", "text/plain", "ledger-S-80.journal")]
    [InlineData("jsonl", "application/jsonl", "ledger-S-80.jsonl")]
    public async Task Finance_takes_the_ledger_as_a_file(string format, string type, string file)
    {
        await App.DepositAsync("S-80", "1.00");
        using HttpResponseMessage answer = await Get($"format={format}&supplier=S-80", Role.Finance);

        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal($"attachment; filename=\"{file}\"", answer.Content.Headers.ContentDisposition?.ToString());
        Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_supplier_takes_its_own_book_and_no_other()
    {
        await App.DepositAsync("S-81", "1.00");
        await App.DepositAsync("S-82", "1.00");
        string[] own = await LinesAsync(await Get("format=csv", Role.Supplier, "S-81"));
        Assert.NotEmpty(own);
        Assert.All(own, line => Assert.StartsWith("S-81,", line, StringComparison.Ordinal));
        Assert.Equal(own, await LinesAsync(await Get("format=csv&supplier=S-81", Role.Supplier, "S-81")));
        Assert.Equal("not-your-supplier", await Get("format=csv&supplier=S-82", Role.Supplier, "S-81").ProblemAsync(HttpStatusCode.Forbidden));
        string[] all = await LinesAsync(await Get("format=csv", Role.Auditor));
        Assert.Contains(all, line => line.StartsWith("S-82,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_month_without_entries_is_a_file_without_lines()
    {
        await App.DepositAsync("S-83", "1.00");
        Assert.Empty(await LinesAsync(await Get("format=csv&supplier=S-83&month=2019-01", Role.Finance)));
    }

    [Fact]
    public async Task Every_fault_of_a_query_is_named()
    {
        Assert.Equal(
            [("/format", "invalid-choice"), ("/supplier", "invalid-supplier"), ("/from", "invalid-date"), ("/month", "invalid-choice"), ("/month", "invalid-month")],
            await Get("format=pdf&supplier=%20&from=2026-02-30&month=2026-13", Role.Finance).FaultsAsync(HttpStatusCode.BadRequest));
        Assert.Equal([("/moth", "unknown-parameter")], await Get("format=csv&moth=2026-11", Role.Finance).FaultsAsync(HttpStatusCode.BadRequest));
        Assert.Equal([("/format", "invalid-choice"), ("/through", "invalid-date")],
            await Get("from=2026-02-02&through=2026-02-01", Role.Finance).FaultsAsync(HttpStatusCode.BadRequest));
        Assert.Equal("no-such-supplier", await Get("format=csv&supplier=S-none", Role.Finance).ProblemAsync(HttpStatusCode.NotFound));
    }

    [Theory]
    [InlineData(Role.Agent)]
    [InlineData(Role.Manager)]
    public async Task Nobody_else_takes_it(Role role) =>
        Assert.Equal("role-not-allowed", await Get("format=csv", role).ProblemAsync(HttpStatusCode.Forbidden));

    private Task<HttpResponseMessage> Get(string query, Role role, string? supplier = null) =>
        App.SendAsync(HttpMethod.Get, $"/api/v1/ledger/export?{query}", role, supplier: supplier);

    private static async Task<string[]> LinesAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return [.. (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1)];
        }
    }
}
