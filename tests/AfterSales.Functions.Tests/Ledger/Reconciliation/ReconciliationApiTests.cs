using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Ledger.Reconciliation;

public sealed class ReconciliationApiTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private const string Headings = "交易流水号,交易日,发生额,摘要,对方户名\n";

    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!;

    private AppHost App => shared.App;

    [Fact]
    public async Task A_banks_file_is_compared_once_and_kept_and_nothing_is_posted()
    {
        await App.DepositAsync("S-90", "1000.00", "2026-10-03", "汇款-1");
        await App.DepositAsync("S-90", "20.00", "2026-10-04", "汇款-2");
        await App.DepositAsync("S-90", "5.00", "2026-10-05", null);
        string file = Headings
            + "T1,20261003,\"1,000.00\",汇款-1,张三\n"
            + "T2,20261004,21.00,汇款-2,李四\n"
            + "T1,20261003,1000.00,汇款-1,张三\n"
            + "T3,20261005,77.00,,王五\n";

        JsonNode first = await Post("demo-bank", "S-90", file).JsonAsync(HttpStatusCode.Created);

        Assert.Equal(["matched", "unmatched", "duplicate", "unmatched"], first["lines"]!.AsArray().Select(line => line!["outcome"]!.GetValue<string>()));
        Assert.Equal("reference-and-amount", first["lines"]![0]!["rule"]!.GetValue<string>());
        Assert.Equal(2, first["lines"]![2]!["duplicateOf"]!.GetValue<int>());
        Assert.Equal(["20.00", "5.00"], first["ledgerOnly"]!.AsArray().Select(moved => moved!["amount"]!.GetValue<string>()));
        string id = first["summary"]!["id"]!.GetValue<string>();
        using HttpResponseMessage again = await Post("demo-bank", "S-90", file);
        Assert.Equal((HttpStatusCode.OK, "true"), (again.StatusCode, again.Headers.GetValues(Idempotency.ReplayedHeader).Single()));
        Assert.True(JsonNode.DeepEquals(first, await again.JsonAsync()));
        Assert.True(JsonNode.DeepEquals(first, await Get($"/{id}").JsonAsync(HttpStatusCode.OK)));
        JsonNode list = await Get("").JsonAsync(HttpStatusCode.OK);
        Assert.Single(list["items"]!.AsArray(), one => one!["id"]!.GetValue<string>() == id);
        JsonNode supplier = await App.SendAsync(HttpMethod.Get, "/api/v1/suppliers/S-90", Role.Finance).JsonAsync(HttpStatusCode.OK);
        Assert.Equal(3, supplier["entries"]!.GetValue<int>());
    }

    [Fact]
    public async Task Every_line_that_cannot_be_read_is_named_and_nothing_is_kept()
    {
        await App.DepositAsync("S-91", "5.00", "2026-10-03");
        string file = Headings + "T1,2026-10-03,5.00,,\nT2,20261003,\"12,3\",,\nT3,20261003,1.00,,\nT4,20261399,x,,\nT5,99991231,1.00,,\n";

        Assert.Equal(
            [("/lines/2/date", "invalid-date"), ("/lines/3/amount", "invalid-amount"), ("/lines/5/date", "invalid-date"), ("/lines/5/amount", "invalid-amount"), ("/lines/6/date", "invalid-date")],
            await Post("demo-bank", "S-91", file).FaultsAsync(HttpStatusCode.UnprocessableEntity));
        JsonNode list = await Get("").JsonAsync(HttpStatusCode.OK);
        Assert.DoesNotContain(list["items"]!.AsArray(), one => one!["supplier"]?.GetValue<string>() == "S-91");
    }

    [Theory]
    [InlineData("", "missing-column")]
    [InlineData("date,amount\n", "missing-column")]
    public async Task A_file_without_its_headings_is_refused(string file, string code) => Assert.All(
        await Post("demo-bank", null, file).FaultsAsync(HttpStatusCode.UnprocessableEntity), fault => Assert.Equal(("/lines/1", code), fault));

    [Fact]
    public async Task A_file_in_another_encoding_is_refused() => Assert.Equal(
        [("", "not-text")], await Post("demo-payouts", null, "流水号,打款日期", encoding: Gb18030).FaultsAsync(HttpStatusCode.UnprocessableEntity));

    [Fact]
    public async Task A_source_that_there_is_not_is_refused_and_so_is_whoever_is_not_finance()
    {
        Assert.Equal([("/source", "invalid-choice"), ("/supplier", "invalid-supplier")], await Post("other", "%20", "x").FaultsAsync(HttpStatusCode.BadRequest));
        Assert.Equal("no-such-supplier", await Post("demo-bank", "S-777", "x").ProblemAsync(HttpStatusCode.NotFound));
        Assert.Equal("role-not-allowed", await Post("demo-bank", null, "x", Role.Auditor).ProblemAsync(HttpStatusCode.Forbidden));
        Assert.Equal("no-such-reconciliation", await Get("/recon_none").ProblemAsync(HttpStatusCode.NotFound));
    }

    private Task<HttpResponseMessage> Get(string path) =>
        App.SendAsync(HttpMethod.Get, $"/api/v1/ledger/reconciliations{path}", Role.Finance);

    private Task<HttpResponseMessage> Post(string source, string? supplier, string file, Role role = Role.Finance, Encoding? encoding = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/ledger/reconciliations?source={source}&supplier={supplier}")
        {
            Content = new ByteArrayContent((encoding ?? Gb18030).GetBytes(file)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", App.Token(role));
        return App.Http.SendAsync(request);
    }
}
