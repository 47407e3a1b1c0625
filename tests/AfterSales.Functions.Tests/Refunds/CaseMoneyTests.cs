using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using AfterSales.Functions.Tests.Outbound;

namespace AfterSales.Functions.Tests.Refunds;

/// <summary>The money of exchanges, freight and offers, over HTTP. The item cost 300.00; the rulebook grants 280.50 for a return.</summary>
public sealed class CaseMoneyTests : IAsyncLifetime
{
    private OutboundApp _app = null!;

    public async Task InitializeAsync() => _app = await OutboundApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task For_dearer_goods_the_marketplace_is_told_what_is_due_and_its_word_that_it_was_paid_ends_the_step()
    {
        var @case = await OpenAsync(Exchange());
        await ActAsync(@case, Role.Supplier, new { action = "accept", replacementPrice = "350.00" });

        var due = Told("difference.due");
        Assert.Equal(("50.00", "2026-11-09T23:59:59+08:00"), (Text(due, "amount"), Text(due, "due")));
        Assert.Equal("50.00", Text((await ShowAsync(@case))["refund"]!, "differenceDue"));
        var problem = await PaidAsync("49.00", HttpStatusCode.UnprocessableEntity);
        Assert.Equal("difference-differs", Text(problem, "code"));

        await PaidAsync("50.00", HttpStatusCode.Accepted);

        var refund = (await ShowAsync(@case))["refund"]!;
        Assert.Equal(("50.00", null), (Text(refund, "differencePaid"), refund["differenceDue"]));
    }

    [Fact]
    public async Task What_was_paid_as_a_difference_can_be_refunded_later()
    {
        var @case = await OpenAsync(Exchange());
        await ActAsync(@case, Role.Supplier, new { action = "accept", replacementPrice = "350.00" });
        await PaidAsync("50.00", HttpStatusCode.Accepted);

        // Two others about the same item: 300.00 and then the 50.00 go back, and not a fen more.
        Assert.Equal("instructed", await RefundedAsync("R-2", "300.00"));
        Assert.Equal("instructed", await RefundedAsync("R-3", "50.00"));
        Assert.Equal("queued-for-finance", await RefundedAsync("R-4", "0.01"));
    }

    [Fact]
    public async Task For_cheaper_goods_the_customer_is_paid_the_difference()
    {
        await ActAsync(await OpenAsync(Exchange()), Role.Supplier, new { action = "accept", replacementPrice = "260.00" });

        var told = Told("refund.instructed");
        Assert.Equal(
            ("40.00", """[{"name":"exchange_difference","amount":"40.00","clause":"MALL-LAD-1"}]"""),
            (Text(told, "amount"), told["components"]!.ToJsonString()));
    }

    [Fact]
    public async Task Freight_is_shown_part_by_part_to_those_who_decide_and_those_who_pay()
    {
        var @case = await OpenAsync(WebhookBodies.ShoeClaim().With("/data/order/freight", "12.00"));
        await ActAsync(@case, Role.Supplier, new { action = "accept", outboundFreight = "6.00", returnFreight = "8.00" });

        Assert.Equal(
            ["price 280.50", "outbound_freight 6.00", "return_freight 8.00"],
            Told("refund.instructed")["components"]!.AsArray().Select(part => $"{part!["name"]} {part["amount"]}"));
        var refund = (await ShowAsync(@case))["refund"]!;
        Assert.Equal("294.50", Text(refund, "amount"));
        Assert.Equal(refund["components"]!.ToJsonString(), refund["payouts"]![0]!["components"]!.ToJsonString());
    }

    [Fact]
    public async Task An_offer_that_the_customer_takes_by_his_link_is_the_decision()
    {
        var @case = await OpenAsync(WebhookBodies.ShoeClaim());
        await ActAsync(@case, Role.Supplier, new { action = "offer", remedy = "refund", amount = "120.00", until = "2026-11-02T12:00:00+08:00" });

        var offer = (await ShowAsync(@case))["offer"]!;
        Assert.Equal(
            ("supplier S-1", "customer", "120.00", true),
            (Text(offer, "by"), Text(offer, "to"), Text(offer, "amount"), offer["belowRulebook"]!.GetValue<bool>()));
        Assert.Equal("120.00", Text(Told("offer.made"), "amount"));
        Assert.Contains(
            (await _app.GetAsync($"/api/v1/cases/{@case}/letters", Role.Agent))["items"]!.AsArray(), letter => letter!["kind"]!.GetValue<string>() == "offered");

        var link = new Uri(Text(Told("offer.made"), "customerLink")).Query;
        using var taken = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/cases/{@case}/actions{link}")
        {
            Content = new StringContent("""{"action":"accept-offer","number":1}""", null, "application/json"),
        };
        taken.Headers.Add("Idempotency-Key", "take-1");
        await _app.Host.Http.SendAsync(taken).JsonAsync(HttpStatusCode.OK);
        await _app.Host.SettleAsync();

        Assert.Equal("120.00", Text(Told("refund.instructed"), "amount"));
        var ruling = (await ShowAsync(@case))["ruling"]!;
        Assert.Equal("""["MALL-LAD-1"]""", ruling["clauses"]!.ToJsonString());
    }

    [Fact]
    public async Task An_offer_that_nobody_answers_is_over_and_the_case_goes_on()
    {
        var @case = await OpenAsync(WebhookBodies.ShoeClaim());
        await ActAsync(@case, Role.Supplier, new { action = "offer", remedy = "coupon", amount = "30.00", until = "2026-11-02T09:30:00+08:00" });
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(1));

        var shown = await ShowAsync(@case);
        Assert.Null(shown["offer"]);
        Assert.Equal(("open", "gm_in_charge"), (Text(shown, "status"), Text(shown, "level")));
    }

    [Fact]
    public async Task What_was_paid_too_much_is_shown_to_staff_and_waits_for_finance_until_it_is_dealt_with()
    {
        var @case = await OpenAsync(WebhookBodies.ShoeClaim());
        await ActAsync(@case, Role.Supplier, new { action = "accept" });
        var payout = new JsonObject { ["payoutId"] = Text(Told("refund.instructed"), "payoutId") };
        await _app.Host.WebhookAsync(WebhookBodies.About("refund.confirmed", "R-1001", payout)).JsonAsync(HttpStatusCode.Accepted);
        await _app.Host.WebhookAsync(WebhookBodies.About("item.refunded-elsewhere", "R-1001", new JsonObject { ["amount"] = "100.00" }))
            .JsonAsync(HttpStatusCode.Accepted);
        await _app.Host.AdvanceAsync(TimeSpan.FromDays(8));

        var shown = await ShowAsync(@case);
        var found = Assert.Single(shown["refund"]!["overpayments"]!.AsArray())!;
        Assert.Equal(("80.50", "closed", "finance"), (Text(found, "amount"), Text(shown, "status"), Text(shown, "owner")));
        Assert.Contains(
            (await _app.GetAsync("/api/v1/cases?owner=finance", Role.Finance))["cases"]!.AsArray(), row => row!["id"]!.GetValue<string>() == @case);
        Assert.Null((await _app.GetAsync($"/api/v1/cases/{@case}", Role.Supplier))["refund"]!["overpayments"]);

        await ActAsync(@case, Role.Finance, new { action = "resolve-overpayment", outcome = "recovered" });

        shown = await ShowAsync(@case);
        Assert.Equal("recovered", Text(shown["refund"]!["overpayments"]![0]!, "end"));
        Assert.Null(shown["owner"]);
        Assert.Empty((await _app.GetAsync("/api/v1/cases?owner=finance", Role.Finance))["cases"]!.AsArray());
    }

    private static JsonObject Exchange(string externalId = "R-1001") => WebhookBodies.ShoeClaim(externalId)
        .With("/data/claim/kind", "exchange").With("/data/facts/wants", "exchange");

    private async Task<string> OpenAsync(JsonObject body)
    {
        var opened = await _app.Host.WebhookAsync(body).JsonAsync(HttpStatusCode.Accepted);
        await _app.Host.SettleAsync();
        return opened["caseId"]!.GetValue<string>();
    }

    private async Task ActAsync(string @case, Role role, object action)
    {
        await _app.Host.SendAsync(HttpMethod.Post, $"/api/v1/cases/{@case}/actions", role, action, supplier: "S-1").JsonAsync(HttpStatusCode.OK);
        await _app.Host.SettleAsync();
    }

    private async Task<JsonNode> PaidAsync(string amount, HttpStatusCode status)
    {
        var answer = await _app.Host.WebhookAsync(WebhookBodies.About("difference.paid", "R-1001", new JsonObject { ["amount"] = amount })).JsonAsync(status);
        await _app.Host.SettleAsync();
        return answer;
    }

    /// <summary>The state of the payout of another case about the item, in which so much is given.</summary>
    private async Task<string> RefundedAsync(string externalId, string amount)
    {
        var @case = await OpenAsync(Exchange(externalId).With("/data/facts/defect", "none"));
        await ActAsync(@case, Role.Supplier, new { action = "accept", remedy = "refund", amount });
        return Text((await ShowAsync(@case))["refund"]!["payouts"]![0]!, "state");
    }

    private Task<JsonNode> ShowAsync(string @case) => _app.GetAsync($"/api/v1/cases/{@case}", Role.Finance);

    private JsonNode Told(string type) => Assert.Single(_app.Marketplace.Received, told => told.Type == type).Data;

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
