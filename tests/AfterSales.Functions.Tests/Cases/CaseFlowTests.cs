using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Cases;

/// <summary>Cases through the whole app: webhooks and actions in, deadlines on the virtual clock, the case as HTTP shows it.</summary>
public sealed class CaseFlowTests : IAsyncLifetime
{
    private AppHost _app = null!;

    public async Task InitializeAsync() => _app = await AppHost.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task The_silent_case_goes_through_its_steps_to_the_second()
    {
        var id = await OpenAsync();
        await _app.AdvanceToAsync("2026-11-04T09:01:00+08:00");
        await PaidAsync(id);
        await _app.AdvanceToAsync("2026-11-12T00:00:00+08:00");

        var @case = await CaseAsync(id);

        Assert.Equal(
            [
                "2026-11-02T09:00:00+08:00 case-opened",
                "2026-11-02T09:10:00+08:00 deadline-missed",
                "2026-11-02T09:10:00+08:00 late-response-recorded",
                "2026-11-02T09:10:00+08:00 escalated",
                "2026-11-02T09:40:00+08:00 deadline-missed",
                "2026-11-02T09:40:00+08:00 escalated",
                "2026-11-02T13:00:00+08:00 deadline-missed",
                "2026-11-04T09:00:00+08:00 deadline-missed",
                "2026-11-04T09:00:00+08:00 claim-upheld",
                "2026-11-04T09:00:00+08:00 refund-instructed",
                "2026-11-04T09:01:00+08:00 refund-confirmed",
                "2026-11-11T23:59:59+08:00 decision-accepted",
                "2026-11-11T23:59:59+08:00 case-closed",
            ],
            @case["timeline"]!.AsArray().Select(line => $"{line!["at"]} {line["event"]}"));
        Assert.Equal("closed", Text(@case["status"]));
        Assert.Equal("upheld", Text(@case["outcome"]));
        Assert.Equal("280.50", Text(@case["refund"]!["paid"]));
        Assert.Empty(@case["deadlines"]!.AsArray());
    }

    [Fact]
    public async Task A_deadline_at_its_due_instant_has_not_elapsed()
    {
        var id = await OpenAsync();

        await _app.AdvanceToAsync("2026-11-02T09:10:00+08:00");
        Assert.Equal("counter", Text((await CaseAsync(id))["level"]));

        await _app.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("inspection_department", Text((await CaseAsync(id))["level"]));
    }

    [Fact]
    public async Task A_case_says_what_was_decided_what_is_waited_for_and_who_may_do_what()
    {
        var @case = await CaseAsync(await OpenAsync());

        Assert.Equal("open", Text(@case["status"]));
        Assert.Equal("mall-sanbao", Text(@case["rulebook"]!["id"]));
        Assert.Equal("280.50", Text(@case["decision"]!["money"]!["total"]));
        Assert.Equal("CNY", Text(@case["decision"]!["money"]!["currency"]));
        Assert.Contains("MALL-3.1.1-DR", @case["decision"]!["citations"]!.AsArray().Select(citation => Text(citation!["clause"])));
        var counter = @case["deadlines"]![0]!;
        Assert.Equal("counter", Text(counter["name"]));
        Assert.Equal("supplier", Text(counter["owner"]));
        Assert.Equal("2026-11-02T09:10:00+08:00", Text(counter["due"]));
        Assert.NotEmpty(Text(counter["onMiss"]!["en"]));
        Assert.NotEmpty(Text(counter["onMiss"]!["zh"]));
        Assert.Contains("10 minutes", Text(counter["arithmetic"]!["en"]), StringComparison.Ordinal);
        var accept = Assert.Single(@case["allowedActions"]!.AsArray(), action => Text(action!["action"]) == "accept")!;
        Assert.Equal(("supplier", "2026-11-02T09:10:00+08:00", "280.50"),
            (Text(accept["actor"]), Text(accept["until"]), Text(accept["money"])));
    }

    [Fact]
    public async Task A_supplier_who_accepts_grants_the_remedy_and_the_customer_closes_the_case_by_link()
    {
        var id = await OpenAsync();

        var accepted = await ActAsync(id, Role.Supplier, new { action = "accept" }).JsonAsync(HttpStatusCode.OK);
        Assert.Equal("awaiting-payout", Text(accepted["status"]));
        Assert.Equal("counter", Text(accepted["ruling"]!["level"]));
        await _app.SettleAsync();
        await PaidAsync(id);
        var closed = await _app.ByLinkAsync(id, new { action = "accept-decision" }).JsonAsync(HttpStatusCode.OK);

        Assert.Equal("closed", Text(closed["status"]));
        await _app.AdvanceToAsync("2026-12-01T00:00:00+08:00");
        Assert.Equal("2026-11-02T09:00:00+08:00", Text((await CaseAsync(id))["closedAt"]));
    }

    [Fact]
    public async Task A_payout_that_failed_is_instructed_again_a_day_later_and_finance_ends_the_third()
    {
        var id = await OpenAsync();
        await ActAsync(id, Role.Supplier, new { action = "accept" }).JsonAsync(HttpStatusCode.OK);
        await PayoutAsync(id, "refund.failed");
        Assert.Equal("failed", Text((await CaseAsync(id))["refund"]!["state"]));

        await _app.AdvanceToAsync("2026-11-05T10:00:00+08:00");
        var waiting = await CaseAsync(id);
        Assert.Equal("awaiting-finance", Text(waiting["status"]));
        Assert.Equal(3, waiting["refund"]!["payouts"]![0]!["attempt"]!.GetValue<int>());

        var settled = await ActAsync(id, Role.Finance, new { action = "settle", reason = "paid in cash" }).JsonAsync(HttpStatusCode.OK);
        Assert.Equal("settled", Text(settled["refund"]!["state"]));
        Assert.Equal("awaiting-customer", Text(settled["status"]));
    }

    [Fact]
    public async Task A_case_that_was_contested_up_to_arbitration_stays_open_until_an_award()
    {
        var id = await OpenAsync(body => body.With("/data/facts/clearance_goods", true));
        await _app.AdvanceToAsync("2026-11-04T10:00:00+08:00");
        await _app.ByLinkAsync(id, new { action = "contest", reason = "Nobody told me it was a clearance sale" }).JsonAsync(HttpStatusCode.OK);
        await _app.AdvanceToAsync("2027-03-01T09:00:00+08:00");

        var @case = await CaseAsync(id);
        Assert.Equal("in-arbitration", Text(@case["status"]));
        Assert.Equal("legal_arbitration", Text(@case["level"]));

        var award = await ActAsync(id, Role.Agent, new { action = "record-outcome", outcome = "for-supplier", note = "Award of 1 March" })
            .JsonAsync(HttpStatusCode.OK);
        Assert.Equal("refused", Text(award["outcome"]));
    }

    [Fact]
    public async Task What_people_wrote_is_shown_to_those_who_may_read_it_only()
    {
        var id = await OpenAsync(body => body.With("/data/facts/clearance_goods", true));
        await ActAsync(id, Role.Supplier, new { action = "refuse", statement = "The buyer knew" }).JsonAsync(HttpStatusCode.OK);
        await ActAsync(id, Role.FloorManager, new { action = "decide", outcome = "refuse", reason = "Clearance goods" })
            .JsonAsync(HttpStatusCode.OK);
        await _app.ByLinkAsync(id, new { action = "contest", reason = "Call me, Li Qingzhao" }).JsonAsync(HttpStatusCode.OK);

        Assert.Equal(["The buyer knew", "Clearance goods", "Call me, Li Qingzhao"], Written(await CaseAsync(id)));
        Assert.Equal(["The buyer knew", "Clearance goods"], Written(await CaseAsync(id, Role.Supplier)));
        Assert.Empty(Written(await CaseAsync(id, Role.Auditor)));
    }

    [Fact]
    public async Task The_customers_name_and_words_are_for_those_who_deal_with_the_customer()
    {
        var id = await OpenAsync();

        foreach (var role in new[] { Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager })
        {
            var @case = await CaseAsync(id, role);
            Assert.Equal("Li Qingzhao", Text(@case["customer"]!["name"]));
            Assert.Equal("The sole came off on Zhongshan Road", Text(@case["claim"]!["description"]));
        }
        foreach (var role in new[] { Role.Supplier, Role.Finance, Role.Auditor })
        {
            var text = (await CaseAsync(id, role)).ToJsonString();
            Assert.DoesNotContain("Qingzhao", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Zhongshan Road", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Facts_given_later_complete_the_decision_and_a_contradiction_is_shown_and_not_taken()
    {
        var id = await OpenAsync(body => body.Without("/data/facts/defect"));
        Assert.Contains("defect", (await CaseAsync(id))["missing"]!.AsArray().Select(missing => Text(missing!["name"])));

        var facts = new JsonObject { ["defect"] = "broken_sole", ["has_card"] = false };
        await _app.WebhookAsync(WebhookBodies.About("case.updated", data: new JsonObject { ["facts"] = facts }))
            .JsonAsync(HttpStatusCode.Accepted);

        var @case = await CaseAsync(id);
        Assert.Equal("280.50", Text(@case["decision"]!["money"]!["total"]));
        var contradiction = Assert.Single(@case["contradictions"]!.AsArray())!;
        Assert.Equal(("fact:has_card", "true", "false"),
            (Text(contradiction["about"]), Text(contradiction["held"]), Text(contradiction["given"])));
    }

    [Fact]
    public async Task A_restart_in_the_middle_loses_no_deadline()
    {
        var id = await OpenAsync();
        await _app.AdvanceToAsync("2026-11-02T09:20:00+08:00");
        await _app.RestartAsync();
        await _app.AdvanceToAsync("2026-11-02T14:00:00+08:00");

        var @case = await CaseAsync(id);
        Assert.Equal("gm_in_charge", Text(@case["level"]));
        Assert.Equal("2026-11-04T09:00:00+08:00", Text(Assert.Single(@case["deadlines"]!.AsArray())!["due"]));
    }

    [Fact]
    public async Task Of_two_who_act_at_once_one_wins_and_the_other_is_told_how_the_case_stands_now()
    {
        var id = await OpenAsync();

        var answers = await Task.WhenAll(
            ActAsync(id, Role.Supplier, new { action = "accept" }), ActAsync(id, Role.Supplier, new { action = "refuse", statement = "It was worn." }));

        var lost = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Conflict);
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        var problem = await Task.FromResult(lost).JsonAsync(HttpStatusCode.Conflict);
        var now = await CaseAsync(id);
        Assert.Equal(Text(now["status"]), Text(problem["case"]!["status"]));
        Assert.Equal(now["version"]!.GetValue<long>(), problem["case"]!["version"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_closed_case_that_the_customer_opens_again_has_clocks_that_run()
    {
        var id = await OpenAsync(body => body.With("/data/facts/clearance_goods", true));
        await ActAsync(id, Role.Supplier, new { action = "refuse", statement = "Clearance goods." }).JsonAsync(HttpStatusCode.OK);
        await ActAsync(id, Role.FloorManager, new { action = "decide", outcome = "refuse", reason = "Clearance goods." }).JsonAsync(HttpStatusCode.OK);
        await _app.AdvanceToAsync("2026-11-12T10:00:00+08:00");
        Assert.Equal("closed", Text((await CaseAsync(id))["status"]));

        var reopened = await _app.ByLinkAsync(id, new { action = "reopen", reason = "It was not marked as clearance." }).JsonAsync(HttpStatusCode.OK);
        Assert.Equal(("open", "inspection_department"), (Text(reopened["status"]), Text(reopened["level"])));
        await _app.SettleAsync();
        await _app.AdvanceToAsync("2026-11-14T10:00:01+08:00");

        var decided = await CaseAsync(id);
        Assert.Equal(("awaiting-customer", "gm_in_charge"), (Text(decided["status"]), Text(decided["level"])));
        Assert.Equal("2026-11-14T10:00:00+08:00", Text(decided["ruling"]!["at"]));
    }

    [Fact]
    public async Task What_may_be_done_says_what_it_would_come_to()
    {
        var @case = await CaseAsync(await OpenAsync());

        var refuse = Assert.Single(@case["allowedActions"]!.AsArray(), action => Text(action!["action"]) == "refuse")!;

        Assert.Equal(("open", "floor_head"), (Text(refuse["effect"]!["status"]), Text(refuse["effect"]!["level"])));
        Assert.Equal(["counter-1"], refuse["effect"]!["stops"]!.AsArray().Select(Text));
    }

    private async Task<string> OpenAsync(Action<JsonObject>? change = null)
    {
        var body = WebhookBodies.ShoeClaim();
        change?.Invoke(body);
        var accepted = await _app.WebhookAsync(body).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
        return Text(accepted["caseId"]);
    }

    private Task<HttpResponseMessage> ActAsync(string id, Role role, object action) => _app.SendAsync(
        HttpMethod.Post, $"/api/v1/cases/{id}/actions", role, action, supplier: role == Role.Supplier ? "S-1" : null);

    private Task PaidAsync(string id) => PayoutAsync(id, "refund.confirmed");

    private async Task PayoutAsync(string id, string type)
    {
        var payout = Text((await CaseAsync(id))["refund"]!["payouts"]!.AsArray()[^1]!["id"]);
        await _app.WebhookAsync(WebhookBodies.About(type, data: new JsonObject { ["payoutId"] = payout }))
            .JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
    }

    private Task<JsonNode> CaseAsync(string id, Role role = Role.Agent) =>
        _app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}", role, supplier: role == Role.Supplier ? "S-1" : null)
            .JsonAsync(HttpStatusCode.OK);

    private static IEnumerable<string> Written(JsonNode @case) =>
        @case["timeline"]!.AsArray().Select(line => line!["text"]).OfType<JsonNode>().Select(text => text.GetValue<string>());

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
