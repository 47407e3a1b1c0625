using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using AfterSales.Functions.Tests.Ledger;

namespace AfterSales.Functions.Tests.Penalties;

public class SupplierApiTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private AppHost App => shared.App;

    [Fact]
    public async Task A_deposit_is_booked_once_a_key_and_read_back()
    {
        await App.KnowAsync("S-10");
        JsonNode entry = await Post("S-10", new { kind = "deposit", amount = "10000.00" }, "key-1").JsonAsync(HttpStatusCode.Created);
        Assert.Equal("10000.00", entry["amount"]!.GetValue<string>());
        Assert.Equal("supplier:S-10:deposit", entry["postings"]![0]!["to"]!.GetValue<string>());

        using HttpResponseMessage again = await Post("S-10", new { kind = "deposit", amount = "10000.00" }, "key-1");
        Assert.Equal("true", again.Headers.GetValues(Idempotency.ReplayedHeader).Single());
        Assert.Equal("idempotency-key-reused", await Post("S-10", new { kind = "deposit", amount = "9.00" }, "key-1").ProblemAsync(HttpStatusCode.UnprocessableEntity));

        JsonNode supplier = await Get("S-10").JsonAsync(HttpStatusCode.OK);
        Assert.Equal("10000.00", supplier["depositBalance"]!.GetValue<string>());
        Assert.Single((await Get("S-10/entries").JsonAsync(HttpStatusCode.OK))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_correction_reverses_the_entry_it_names_once()
    {
        await App.KnowAsync("S-11");
        JsonNode entry = await Post("S-11", new { kind = "deposit", amount = "500.00" }).JsonAsync(HttpStatusCode.Created);
        string id = entry["id"]!.GetValue<string>();
        JsonNode reversal = await Post("S-11", new { kind = "correction", entry = id, note = "booked twice" }).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(id, reversal["target"]!.GetValue<string>());
        Assert.Equal("0.00", (await Get("S-11").JsonAsync(HttpStatusCode.OK))["depositBalance"]!.GetValue<string>());
        Assert.Equal("entry-already-reversed", await Post("S-11", new { kind = "correction", entry = id, note = "again" }).ProblemAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal("entry-unknown", await Post("S-11", new { kind = "correction", entry = "entry_none", note = "x" }).ProblemAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task Every_fault_of_an_entry_is_named()
    {
        IReadOnlyList<(string Pointer, string Code)> faults = await Post(
            "S-12", new { kind = "deposit", amount = "-1.00", currency = "USD", colour = "red", effectiveOn = "2026-02-30" })
            .FaultsAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(["/effectiveOn", "/colour", "/currency", "/amount"], faults.Select(fault => fault.Pointer));
        Assert.Equal("no-such-supplier", await Get("S-12").ProblemAsync(HttpStatusCode.NotFound));
    }

    [Theory]
    [InlineData("""{"kind":"gift","amount":"1.00"}""")]
    [InlineData("""{"kind":"deposit"}""")]
    [InlineData("""{"kind":"deposit","amount":"1.005"}""")]
    [InlineData("""{"kind":"deposit","amount":1}""")]
    [InlineData("""{"kind":"deposit","amount":"0.00"}""")]
    [InlineData("""{"kind":"correction","note":"no entry"}""")]
    public async Task What_is_no_entry_is_refused(string body) =>
        Assert.Equal("invalid-request", await Post("S-12", body).ProblemAsync(HttpStatusCode.UnprocessableEntity));

    [Theory]
    [InlineData("""{"kind":"deposit","amount":"1.00"}""")]
    [InlineData("""{"kind":"top-up","amount":"1.00"}""")]
    [InlineData("""{"kind":"payables","amount":"1.00"}""")]
    [InlineData("""{"kind":"release","entry":"entry_none"}""")]
    [InlineData("""{"kind":"correction","entry":"entry_none","note":"x"}""")]
    public async Task No_entry_makes_a_supplier_known(string body)
    {
        Assert.Equal("no-such-supplier", await Post("S-999", body).ProblemAsync(HttpStatusCode.NotFound));
        Assert.Equal("no-such-supplier", await Get("S-999").ProblemAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task A_supplier_reads_its_own_book_and_no_other()
    {
        await App.DepositAsync("S-13", "1.00");
        foreach (string path in new[] { "S-13", "S-13/entries" })
        {
            await App.SendAsync(HttpMethod.Get, $"/api/v1/suppliers/{path}", Role.Supplier, supplier: "S-13").JsonAsync(HttpStatusCode.OK);
            Assert.Equal("not-your-supplier", await App.SendAsync(HttpMethod.Get, $"/api/v1/suppliers/{path}", Role.Supplier, supplier: "S-14")
                .ProblemAsync(HttpStatusCode.Forbidden));
        }
        JsonNode list = await App.SendAsync(HttpMethod.Get, "/api/v1/suppliers", Role.Supplier, supplier: "S-13").JsonAsync(HttpStatusCode.OK);
        Assert.Equal("S-13", Assert.Single(list["items"]!.AsArray())!["id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(Role.Supplier)]
    [InlineData(Role.Agent)]
    [InlineData(Role.Auditor)]
    public async Task Only_finance_writes(Role role)
    {
        using HttpResponseMessage answer = await App.SendAsync(
            HttpMethod.Post, "/api/v1/suppliers/S-15/entries", role, new { kind = "deposit", amount = "1.00" }, supplier: "S-15");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task The_responsible_person_is_registered_and_the_name_is_for_finance_and_the_supplier_only()
    {
        JsonNode supplier = await App.SendAsync(
            HttpMethod.Put, "/api/v1/suppliers/S-16", Role.Finance, new { name = "金履专柜", depositRequired = "8000.00", responsiblePerson = "赵六" })
            .JsonAsync(HttpStatusCode.OK);
        Assert.Equal("赵六", supplier["responsiblePerson"]!.GetValue<string>());
        Assert.Equal("8000.00", supplier["shortfall"]!.GetValue<string>());
        JsonNode audited = await App.SendAsync(HttpMethod.Get, "/api/v1/suppliers/S-16", Role.Auditor).JsonAsync(HttpStatusCode.OK);
        Assert.Null(audited["responsiblePerson"]);
        Assert.True(audited["responsiblePersonRegistered"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Writers_at_once_lose_nothing()
    {
        await App.KnowAsync("S-17");
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Post("S-17", new { kind = "deposit", amount = "1.00" }, $"at-once-{i}").JsonAsync(HttpStatusCode.Created)));
        JsonNode supplier = await Get("S-17").JsonAsync(HttpStatusCode.OK);
        Assert.Equal("16.00", supplier["depositBalance"]!.GetValue<string>());
        Assert.Equal(16, supplier["entries"]!.GetValue<int>());
        JsonNode report = await App.SendAsync(HttpMethod.Get, "/api/v1/ledger/verify", Role.Auditor).JsonAsync(HttpStatusCode.OK);
        Assert.Equal(0, report["failed"]!.GetValue<int>());
        Assert.Empty(report["faults"]!.AsArray());
    }

    private Task<HttpResponseMessage> Post(string supplier, object body, string? key = null) =>
        App.SendAsync(HttpMethod.Post, $"/api/v1/suppliers/{supplier}/entries", Role.Finance, body, idempotencyKey: key);

    private Task<HttpResponseMessage> Get(string path) => App.SendAsync(HttpMethod.Get, $"/api/v1/suppliers/{path}", Role.Finance);
}
