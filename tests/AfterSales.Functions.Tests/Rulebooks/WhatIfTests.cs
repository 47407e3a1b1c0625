using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Rulebooks;

/// <summary>What a draft would have changed in past decisions.</summary>
public sealed class WhatIfTests
{
    [Fact]
    public async Task A_changed_rate_shows_its_money_by_supplier_clause_and_case_before_it_is_published()
    {
        await using var app = await AppHost.StartAsync();
        var first = await ReplayTests.OpenAsync(app, "R-1");
        await app.WebhookAsync(WebhookBodies.ShoeClaim("R-2", supplier: "S-2")).JsonAsync(HttpStatusCode.Accepted);
        var excluded = WebhookBodies.ShoeClaim("R-3");
        excluded["data"]!["facts"]!["man_made_damage"] = true;
        await app.WebhookAsync(excluded).JsonAsync(HttpStatusCode.Accepted);
        await app.SettleAsync();

        var report = await new PolicyDesk(app, "mall-sanbao").WhatIfAsync(Policies.Mall("9.1", "0.01")).JsonAsync(HttpStatusCode.OK);

        Assert.Equal((3, 2, 2), (Count(report, "decisions"), Count(report, "changed"), Count(report, "moneyChanged")));
        Assert.Equal(("561.00", "522.00", "-39.00"), Money(report));
        Assert.Equal(
            [("S-1", ("280.50", "261.00", "-19.50")), ("S-2", ("280.50", "261.00", "-19.50"))],
            report["bySupplier"]!.AsArray().Select(line => (PolicyDesk.Word(line!, "supplier"), Money(line!))));
        Assert.Contains(report["byClause"]!.AsArray(), line => PolicyDesk.Word(line!, "clause") == "MALL-3.1.1-DR" && Money(line!).Difference == "-39.00");
        var changed = report["cases"]!.AsArray().Single(line => PolicyDesk.Word(line!, "case") == first)!;
        Assert.Contains("MALL-3.1.1-DR", changed["clauses"]!.AsArray().Select(clause => clause!.GetValue<string>()));
        Assert.Equal(2, report["cases"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_stored_draft_is_named_and_one_that_does_not_load_is_refused()
    {
        await using var app = await AppHost.StartAsync();
        await ReplayTests.OpenAsync(app, "R-1");
        await app.SettleAsync();
        var desk = new PolicyDesk(app, "mall-sanbao");
        await desk.PutAsync("9.2", Policies.Mall("9.2", "0.01"), "li").JsonAsync(HttpStatusCode.Created);

        var report = await desk.WhatIfAsync("""{"version":"9.2"}""", "application/json").JsonAsync(HttpStatusCode.OK);

        Assert.Equal(("280.50", "261.00", "-19.50"), Money(report));
        Assert.Equal("no-such-version", await desk.WhatIfAsync("""{"version":"none"}""", "application/json").ProblemAsync(HttpStatusCode.NotFound));
        Assert.Equal("rulebook-invalid", await desk.WhatIfAsync("id: [").ProblemAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal("role-not-allowed", await app.SendAsync(
            HttpMethod.Post, "/api/v1/rulebooks/mall-sanbao/what-if", Role.Agent, new { version = "9.2" }).ProblemAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task The_changed_cases_come_page_by_page_each_once_though_others_are_opened_meanwhile()
    {
        await using var app = await AppHost.StartAsync();
        var cases = new List<string> { await ReplayTests.OpenAsync(app, "R-1"), await ReplayTests.OpenAsync(app, "R-2") };
        var dear = WebhookBodies.ShoeClaim("R-3");
        dear["data"]!["order"]!["paid"] = "600.00";
        cases.Insert(0, await OpenAsync(app, dear));
        await app.SettleAsync();
        var desk = new PolicyDesk(app, "mall-sanbao");
        var draft = Policies.Mall("9.3", "0.01");

        var first = await desk.WhatIfAsync(draft, query: "?cases=2").JsonAsync(HttpStatusCode.OK);
        await app.AdvanceAsync(TimeSpan.FromMinutes(1));
        await ReplayTests.OpenAsync(app, "R-4");
        await app.SettleAsync();
        var cursor = PolicyDesk.Word(first, "cursor");
        var second = await desk.WhatIfAsync(draft, query: $"?cases=2&cursor={cursor}").JsonAsync(HttpStatusCode.OK);

        Assert.Equal(cases[0], Listed(first)[0]);
        Assert.Equal(cases.Order(), Listed(first).Concat(Listed(second)).Order());
        Assert.Null(second["cursor"]);
        Assert.Equal((3, 3), (Count(first, "changed"), Count(second, "changed")));
        Assert.Equal(Money(first), Money(second));
    }

    [Fact]
    public async Task A_page_that_is_no_page_of_this_draft_is_refused()
    {
        await using var app = await AppHost.StartAsync();
        await ReplayTests.OpenAsync(app, "R-1");
        await ReplayTests.OpenAsync(app, "R-2");
        await app.SettleAsync();
        var desk = new PolicyDesk(app, "mall-sanbao");
        var draft = Policies.Mall("9.4", "0.01");
        var cursor = PolicyDesk.Word(await desk.WhatIfAsync(draft, query: "?cases=1").JsonAsync(HttpStatusCode.OK), "cursor");

        Assert.Equal("invalid-cursor", await desk.WhatIfAsync(Policies.Mall("9.4", "0.02"), query: $"?cursor={cursor}")
            .ProblemAsync(HttpStatusCode.BadRequest));
        foreach (var wrong in (string[])["x", "!", "YSBiIGMgZA", cursor[1..]])
        {
            Assert.Equal("invalid-cursor", await desk.WhatIfAsync(draft, query: $"?cursor={wrong}").ProblemAsync(HttpStatusCode.BadRequest));
        }

        foreach (var wrong in (string[])["201", "-1", "many"])
        {
            Assert.Equal("invalid-query", await desk.WhatIfAsync(draft, query: $"?cases={wrong}").ProblemAsync(HttpStatusCode.BadRequest));
        }

        var sums = await desk.WhatIfAsync(draft, query: "?cases=0").JsonAsync(HttpStatusCode.OK);
        Assert.Equal((2, 0), (Count(sums, "changed"), Listed(sums).Count));
        Assert.Null(sums["cursor"]);
    }

    [Fact]
    public async Task A_policy_that_has_decided_nothing_changes_nothing()
    {
        await using var app = await AppHost.StartAsync();

        var report = await new PolicyDesk(app, "corner-shop").WhatIfAsync(Policies.CornerShop()).JsonAsync(HttpStatusCode.OK);

        Assert.Equal((0, 0), (Count(report, "decisions"), Count(report, "changed")));
    }

    private static List<string> Listed(JsonNode report) =>
        [.. report["cases"]!.AsArray().Select(line => PolicyDesk.Word(line!, "case"))];

    private static async Task<string> OpenAsync(AppHost app, JsonObject body) =>
        PolicyDesk.Word(await app.WebhookAsync(body).JsonAsync(HttpStatusCode.Accepted), "caseId");

    private static int Count(JsonNode report, string name) => report[name]!.GetValue<int>();

    private static (string Before, string After, string Difference) Money(JsonNode line) => (
        PolicyDesk.Word(line["money"]!, "before"), PolicyDesk.Word(line["money"]!, "after"), PolicyDesk.Word(line["money"]!, "difference"));
}
