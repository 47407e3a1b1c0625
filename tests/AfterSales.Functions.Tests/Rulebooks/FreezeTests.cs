using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Rulebooks;

/// <summary>A case keeps the version that it was opened with, whatever is published later.</summary>
public sealed class FreezeTests
{
    private static readonly string Shipped = ShippedRulebooks.Find("mall-sanbao")!.Version.Version;

    [Fact]
    public async Task A_published_rate_decides_new_cases_and_open_ones_keep_the_old()
    {
        await using var app = await AppHost.StartAsync();
        var before = await ReplayTests.OpenAsync(app, "R-1");
        await PublishRateAsync(app, "9.1", "0.01");
        var after = await ReplayTests.OpenAsync(app, "R-2");

        // 300.00 x 13 days at 0.5% are 19.50, at 1% 39.00.
        Assert.Equal((Shipped, "280.50"), await DecisionAsync(app, before));
        Assert.Equal(("9.1", "261.00"), await DecisionAsync(app, after));
        Assert.Equal(("9.1", "261.00"), await QuoteAsync(app, ("rulebook", "mall-sanbao")));
        Assert.Equal((Shipped, "280.50"), await QuoteAsync(app, ("case", before)));
    }

    [Fact]
    public async Task An_update_of_an_open_case_is_decided_by_its_own_version_also_after_a_restart()
    {
        await using var app = await AppHost.StartAsync();
        var body = WebhookBodies.ShoeClaim("R-3");
        body["data"]!["facts"]!.AsObject().Remove("defect");
        var @case = (await app.WebhookAsync(body).JsonAsync(HttpStatusCode.Accepted))["caseId"]!.GetValue<string>();
        await PublishRateAsync(app, "9.2", "0.01");
        await app.SettleAsync();
        await app.RestartAsync();

        using var updated = await app.WebhookAsync(new JsonObject
        {
            ["type"] = "case.updated",
            ["timestamp"] = "2026-11-02T09:00:00+08:00",
            ["data"] = new JsonObject { ["externalId"] = "R-3", ["facts"] = new JsonObject { ["defect"] = "broken_sole" } },
        });

        Assert.Equal(HttpStatusCode.Accepted, updated.StatusCode);
        Assert.Equal((Shipped, "280.50"), await DecisionAsync(app, @case));
    }

    [Fact]
    public async Task A_request_sent_again_after_a_new_version_changes_nothing()
    {
        await using var app = await AppHost.StartAsync();
        var @case = await ReplayTests.OpenAsync(app, "R-4");
        await PublishRateAsync(app, "9.3", "0.01");

        Assert.Equal(@case, await ReplayTests.OpenAsync(app, "R-4"));
        Assert.Equal((Shipped, "280.50"), await DecisionAsync(app, @case));
    }

    [Fact]
    public async Task A_closed_case_is_replayed_by_its_own_version_after_another_was_published()
    {
        await using var app = await AppHost.StartAsync();
        await ReplayTests.OpenAsync(app, "R-7");
        await PublishRateAsync(app, "9.5", "0.01");
        await ReplayTests.OpenAsync(app, "R-8");
        await ReplayTests.WithdrawAsync(app, "R-7");
        await ReplayTests.WithdrawAsync(app, "R-8");
        await app.RestartAsync();

        var replayed = await ReplayTests.ReplayAsync(app);

        Assert.Equal(["261.00", "280.50"], replayed.Select(one => $"{one.Payable}").Order());
        Assert.All(replayed, one => Assert.Empty(one.Differences));
    }

    [Fact]
    public async Task After_a_withdrawal_new_cases_go_by_the_version_before_and_its_own_cases_keep_it()
    {
        await using var app = await AppHost.StartAsync();
        await PublishRateAsync(app, "9.4", "0.01");
        var own = await ReplayTests.OpenAsync(app, "R-5");
        await new PolicyDesk(app, "mall-sanbao").WithdrawAsync("9.4", "not agreed").JsonAsync(HttpStatusCode.OK);
        var later = await ReplayTests.OpenAsync(app, "R-6");

        Assert.Equal(("9.4", "261.00"), await DecisionAsync(app, own));
        Assert.Equal((Shipped, "280.50"), await DecisionAsync(app, later));
        Assert.Equal(("9.4", "261.00"), await QuoteAsync(app, ("case", own)));
    }

    internal static async Task PublishRateAsync(AppHost app, string version, string rate)
    {
        var desk = new PolicyDesk(app, "mall-sanbao");
        await desk.PutAsync(version, Policies.Mall(version, rate), "li").JsonAsync(HttpStatusCode.Created);
        await desk.PublishAsync(version, "du").JsonAsync(HttpStatusCode.OK);
    }

    private static async Task<(string Version, string Total)> DecisionAsync(AppHost app, string @case)
    {
        var shown = await app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{@case}", Role.Agent).JsonAsync(HttpStatusCode.OK);
        return (PolicyDesk.Word(shown["rulebook"]!, "version"), PolicyDesk.Word(shown["decision"]!["money"]!, "total"));
    }

    private static async Task<(string Version, string Total)> QuoteAsync(AppHost app, (string Name, string Value) about)
    {
        var data = WebhookBodies.ShoeClaim()["data"]!;
        var question = new JsonObject { [about.Name] = about.Value };
        if (about.Name == "rulebook")
        {
            question["facts"] = data["facts"]!.DeepClone();
            question["order"] = new JsonObject { ["paid"] = "300.00", ["soldAt"] = "2026-10-20T00:00:00+08:00" };
            question["claim"] = new JsonObject { ["kind"] = "return" };
        }

        var quote = await app.SendAsync(HttpMethod.Post, "/api/v1/quotes", Role.Agent, question.ToJsonString()).JsonAsync(HttpStatusCode.OK);
        return (PolicyDesk.Word(quote["rulebook"]!, "version"), PolicyDesk.Word(quote["money"]!, "total"));
    }
}
