using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Cases;

/// <summary>
/// Three requests, a minute apart from 09:00:00, and the clock at 09:11:30: nobody has acted, the first two are with the
/// Inspection Department, the third has half a minute left.
/// </summary>
public sealed class ThreeCases : IAsyncLifetime
{
    public AppHost App { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        App = await AppHost.StartAsync();
        foreach (var (number, supplier) in new[] { (1, "S-1"), (2, "S-2"), (3, "S-1") })
        {
            await App.WebhookAsync(WebhookBodies.ShoeClaim($"R-{number}", supplier)).JsonAsync(HttpStatusCode.Accepted);
            await App.AdvanceAsync(TimeSpan.FromMinutes(1));
        }
        await App.AdvanceToAsync("2026-11-02T09:11:30+08:00");
    }

    public async Task DisposeAsync() => await App.DisposeAsync();
}

public sealed class CaseListTests(ThreeCases three) : IClassFixture<ThreeCases>
{
    private readonly AppHost _app = three.App;

    [Fact]
    public async Task Cases_are_listed_newest_first_with_what_they_wait_for()
    {
        var list = await ListAsync("");

        Assert.Equal(["R-3", "R-2", "R-1"], Ids(list));
        Assert.Equal("2026-11-02T09:12:00+08:00", list["cases"]![0]!["due"]!.GetValue<string>());
        Assert.Equal("supplier", list["cases"]![0]!["owner"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_list_is_narrowed_by_status_supplier_owner_due_and_id()
    {
        Assert.Equal(["R-1", "R-2"], Ids(await ListAsync("?owner=inspection")));
        Assert.Equal(["R-2"], Ids(await ListAsync("?owner=inspection&supplier=S-2")));
        Assert.Equal(["R-3"], Ids(await ListAsync("?due=2026-11-02T09:12:00%2B08:00")));
        Assert.Equal(["R-1"], Ids(await ListAsync("?q=R-1")));
        Assert.Empty(Ids(await ListAsync("?status=closed")));
        Assert.Equal(3, Ids(await ListAsync("?status=open")).Count());
    }

    [Fact]
    public async Task A_supplier_and_a_marketplace_list_their_own_cases_only()
    {
        Assert.Equal(["R-3", "R-1"], Ids(await ListAsync("?supplier=S-2", Role.Supplier, supplier: "S-1")));
        Assert.Empty(Ids(await ListAsync("", Role.Marketplace, marketplace: "another")));
    }

    [Fact]
    public async Task Every_fault_of_a_query_is_in_one_answer()
    {
        Assert.Equal(
            [("/due", "invalid-instant"), ("/status", "invalid-choice"), ("/owner", "invalid-choice")],
            await _app.SendAsync(HttpMethod.Get, "/api/v1/cases?status=lost&owner=nobody&due=today", Role.Agent)
                .FaultsAsync(HttpStatusCode.BadRequest));
        Assert.Equal("invalid-cursor",
            await _app.SendAsync(HttpMethod.Get, "/api/v1/cases?cursor=!!", Role.Agent).ProblemAsync(HttpStatusCode.BadRequest));
    }

    private Task<JsonNode> ListAsync(string query, Role role = Role.Agent, string? supplier = null, string? marketplace = null) =>
        _app.SendAsync(HttpMethod.Get, $"/api/v1/cases{query}", role, supplier: supplier, marketplace: marketplace)
            .JsonAsync(HttpStatusCode.OK);

    private static IEnumerable<string> Ids(JsonNode list) =>
        list["cases"]!.AsArray().Select(@case => @case!["externalId"]!.GetValue<string>());
}
