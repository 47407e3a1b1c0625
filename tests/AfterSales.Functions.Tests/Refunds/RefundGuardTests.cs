using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using AfterSales.Functions.Tests.Outbound;
using AfterSales.Functions.Tests.Rulebooks;

namespace AfterSales.Functions.Tests.Refunds;

/// <summary>An item is not refunded twice, whichever case or marketplace pays. The claim is 280.50 of 300.00.</summary>
public sealed class RefundGuardTests : IAsyncLifetime
{
    private const string OtherMall = "other-mall";

    private OutboundApp _app = null!;

    public async Task InitializeAsync() => _app = await OutboundApp.StartAsync(new Dictionary<string, string?>
    {
        ["Marketplaces:1:Id"] = OtherMall,
        ["Marketplaces:1:Rulebook"] = "mall-sanbao",
        ["Marketplaces:1:Adapter"] = "canonical",
        ["Marketplaces:1:Secrets:0"] = $"whsec_{AppHost.Secret}",
        ["Marketplaces:1:Zone"] = "Asia/Shanghai",
    });

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_second_case_about_an_item_waits_for_finance_instead_of_paying_again()
    {
        var first = await AcceptedAsync(WebhookBodies.ShoeClaim("R-1"));
        var second = await AcceptedAsync(WebhookBodies.ShoeClaim("R-2"));

        Assert.Equal(("instructed", null), await PayoutAsync(first));
        Assert.Equal(("queued-for-finance", "item-refunded-already"), await PayoutAsync(second));
        Assert.Equal(["R-1"], Instructed().Select(data => data["externalId"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_item_is_known_by_its_own_id_in_every_marketplace()
    {
        await AcceptedAsync(WebhookBodies.ShoeClaim("R-1").With("/data/order/itemId", "SKU-7-0001"));
        var elsewhere = await AcceptedAsync(
            WebhookBodies.ShoeClaim("X-1").With("/data/order/itemId", "SKU-7-0001").With("/data/order/id", "X-99"), OtherMall);
        var unrelated = await AcceptedAsync(WebhookBodies.ShoeClaim("X-2").With("/data/order/itemId", "SKU-7-0002"), OtherMall);

        Assert.Equal(("queued-for-finance", "item-refunded-already"), await PayoutAsync(elsewhere));
        Assert.Equal(("instructed", null), await PayoutAsync(unrelated));
    }

    [Theory]
    [InlineData(null, "queued-for-finance")]
    [InlineData("19.51", "queued-for-finance")]
    [InlineData("19.50", "instructed")]
    public async Task What_was_refunded_elsewhere_is_not_paid_again(string? amount, string state)
    {
        var @case = await OpenAsync(WebhookBodies.ShoeClaim("R-1"));
        var report = new JsonObject();
        if (amount is not null) report["amount"] = amount;
        await _app.Host.WebhookAsync(WebhookBodies.About("item.refunded-elsewhere", "R-1", report)).JsonAsync(HttpStatusCode.Accepted);
        await ActAsync(@case, Role.Supplier, new { action = "accept" });

        Assert.Equal(state, (await PayoutAsync(@case)).State);
    }

    [Fact]
    public async Task Refunds_elsewhere_add_up_and_a_repetition_of_one_does_not()
    {
        var @case = await OpenAsync(WebhookBodies.ShoeClaim("R-1"));
        await ElsewhereAsync("5.00", "re-1");
        await ElsewhereAsync("5.00", "re-1");
        await ElsewhereAsync("14.50", null);
        await ElsewhereAsync("14.50", null);
        await ActAsync(@case, Role.Supplier, new { action = "accept" });
        Assert.Equal(("instructed", null), await PayoutAsync(@case));

        var other = await OpenAsync(WebhookBodies.ShoeClaim("R-1b").With("/data/order/line", "2"));
        await ElsewhereAsync("10.00", "re-1", "R-1b");
        await ElsewhereAsync("10.00", "re-2", "R-1b");
        await ActAsync(other, Role.Supplier, new { action = "accept" });
        Assert.Equal(("queued-for-finance", "item-refunded-already"), await PayoutAsync(other));
    }

    [Fact]
    public async Task What_was_refunded_elsewhere_since_the_first_instruction_is_not_paid_again_and_is_no_overpayment()
    {
        var @case = await AcceptedAsync(WebhookBodies.ShoeClaim("R-1"));
        await ElsewhereAsync("300.00", "re-1");
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(25));

        var refund = (await _app.GetAsync($"/api/v1/cases/{@case}", Role.Finance))["refund"]!;
        Assert.Equal((("queued-for-finance", "item-refunded-already"), null), (await PayoutAsync(@case), refund["overpayments"]));
        Assert.Single(Instructed());

        // The first instruction was on its way and was paid after all.
        var payout = new JsonObject { ["payoutId"] = Instructed().First()["payoutId"]!.GetValue<string>() };
        await _app.Host.WebhookAsync(WebhookBodies.About("refund.confirmed", "R-1", payout)).JsonAsync(HttpStatusCode.Accepted);
        await _app.Host.SettleAsync();
        refund = (await _app.GetAsync($"/api/v1/cases/{@case}", Role.Finance))["refund"]!;
        Assert.Equal("280.50", Assert.Single(refund["overpayments"]!.AsArray())!["amount"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_marketplace_that_was_down_is_not_told_to_pay_what_was_refunded_elsewhere_meanwhile()
    {
        await OpenAsync(WebhookBodies.ShoeClaim("R-1"));
        _app.Marketplace.Status = 500;
        await AcceptedAsync(WebhookBodies.ShoeClaim("R-1"));
        await ElsewhereAsync("300.00", "re-1");
        _app.Marketplace.Status = 200;
        _app.Marketplace.Received.Clear();
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(20));

        Assert.Empty(Instructed());
        Assert.Contains(await _app.DeliveriesAsync(), one => one["lastFault"]?.GetValue<string>() == "item-refunded-already");
    }

    [Fact]
    public async Task A_payout_that_finance_cancels_leaves_the_item_to_another_case()
    {
        var first = await AcceptedAsync(WebhookBodies.ShoeClaim("R-1"));
        await _app.Host.AdvanceAsync(TimeSpan.FromDays(4));
        await ActAsync(first, Role.Finance, new { action = "cancel-payout" });

        Assert.Equal(("instructed", null), await PayoutAsync(await AcceptedAsync(WebhookBodies.ShoeClaim("R-2"))));
    }

    [Fact]
    public async Task Finance_may_have_a_held_payout_go_out_after_all()
    {
        await AcceptedAsync(WebhookBodies.ShoeClaim("R-1"));
        var second = await AcceptedAsync(WebhookBodies.ShoeClaim("R-2"));

        var bare = _app.Host.SendAsync(HttpMethod.Post, $"/api/v1/cases/{second}/actions", Role.Finance, new { action = "retry-payout" });
        Assert.Equal("reason-required", await bare.ProblemAsync(HttpStatusCode.UnprocessableEntity));
        await ActAsync(second, Role.Finance, new { action = "retry-payout", reason = "The first one was for another pair." });

        Assert.Equal(("instructed", null), await PayoutAsync(second));
        Assert.Equal(["R-1", "R-2"], Instructed().Select(data => data["externalId"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_instruction_says_over_which_tenders_it_goes_the_first_one_first()
    {
        await AcceptedAsync(WebhookBodies.ShoeClaim("R-1").With("/data/order/tenders", JsonNode.Parse("""
            [{"id":"t-1","kind":"gift-card","amount":"100.00"},{"id":"t-2","kind":"card","amount":"200.00"}]
            """)));

        var told = Assert.Single(Instructed());
        Assert.Equal("""[{"id":"t-1","amount":"100.00"},{"id":"t-2","amount":"180.50"}]""", told["tenders"]!.ToJsonString());
    }

    [Fact]
    public async Task A_payout_is_confirmed_tender_by_tender_and_is_paid_when_all_have_been()
    {
        var @case = await AcceptedAsync(WebhookBodies.ShoeClaim("R-1").With("/data/order/tenders", JsonNode.Parse("""
            [{"id":"t-1","kind":"gift-card","amount":"100.00"},{"id":"t-2","kind":"card","amount":"200.00"}]
            """)));
        var payout = Assert.Single(Instructed())["payoutId"]!.GetValue<string>();

        await ConfirmAsync(payout, """[{"id":"t-2","amount":"180.50"}]""");
        Assert.Equal("instructed", (await PayoutAsync(@case)).State);
        await ConfirmAsync(payout, """[{"id":"t-1","amount":"100.00"}]""");

        Assert.Equal("confirmed", (await PayoutAsync(@case)).State);
    }

    [Fact]
    public async Task Finance_settles_what_it_reconciled_with_day_and_reference()
    {
        await AcceptedAsync(WebhookBodies.ShoeClaim("R-1"));
        var second = await AcceptedAsync(WebhookBodies.ShoeClaim("R-2"));

        await ActAsync(second, Role.Finance, new { action = "settle", paidOn = "2026-11-01", reference = "ICBC-7/2" });

        var payout = (await _app.GetAsync($"/api/v1/cases/{second}", Role.Finance))["refund"]!["payouts"]![0]!;
        Assert.Equal(("settled", "2026-11-01", "ICBC-7/2"),
            (payout["state"]!.GetValue<string>(), payout["paidOn"]!.GetValue<string>(), payout["reference"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Without_tenders_an_instruction_is_as_it_was()
    {
        await AcceptedAsync(WebhookBodies.ShoeClaim("R-1"));

        Assert.False(Assert.Single(Instructed()).AsObject().ContainsKey("tenders"));
    }

    [Theory]
    [InlineData("""[{"id":"t-1","kind":"card","amount":"299.99"}]""", "tenders-differ")]
    [InlineData("""[{"id":"t-1","kind":"card","amount":"100.00"},{"id":"t-1","kind":"card","amount":"200.00"}]""", "tender-twice")]
    [InlineData("[]", "out-of-range")]
    public async Task Tenders_that_do_not_make_up_what_was_paid_are_refused(string tenders, string code)
    {
        var problem = await _app.Host.WebhookAsync(WebhookBodies.ShoeClaim("R-1").With("/data/order/tenders", JsonNode.Parse(tenders)))
            .JsonAsync(HttpStatusCode.UnprocessableEntity);

        var fault = Assert.Single(problem["errors"]!.AsArray())!;
        Assert.Equal(("/data/order/tenders", code), (fault["pointer"]!.GetValue<string>(), fault["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_request_after_the_last_that_the_rulebook_lets_an_item_have_is_refused_at_the_door()
    {
        await PublishLimitAsync();
        for (var number = 1; number <= 2; number++) await OpenAsync(WebhookBodies.ShoeClaim($"R-{number}"));

        var problem = await _app.Host.WebhookAsync(WebhookBodies.ShoeClaim("R-3")).JsonAsync(HttpStatusCode.Conflict);

        Assert.Equal("requests-per-item-exhausted", problem["code"]!.GetValue<string>());
        await OpenAsync(WebhookBodies.ShoeClaim("R-2"));
        await OpenAsync(WebhookBodies.ShoeClaim("R-4").With("/data/order/line", "2"));
    }

    private async Task<string> AcceptedAsync(JsonObject body, string marketplace = AppHost.Marketplace)
    {
        var @case = await OpenAsync(body, marketplace);
        await ActAsync(@case, Role.Supplier, new { action = "accept" });
        return @case;
    }

    private async Task<string> OpenAsync(JsonObject body, string marketplace = AppHost.Marketplace)
    {
        var opened = await _app.Host.WebhookAsync(body, marketplace: marketplace).JsonAsync(HttpStatusCode.Accepted);
        await _app.Host.SettleAsync();
        return opened["caseId"]!.GetValue<string>();
    }

    private async Task ElsewhereAsync(string amount, string? refund, string externalId = "R-1")
    {
        var report = new JsonObject { ["amount"] = amount };
        if (refund is not null) report["refundId"] = refund;
        await _app.Host.WebhookAsync(WebhookBodies.About("item.refunded-elsewhere", externalId, report)).JsonAsync(HttpStatusCode.Accepted);
        await _app.Host.SettleAsync();
    }

    private async Task ActAsync(string @case, Role role, object action)
    {
        await _app.Host.SendAsync(HttpMethod.Post, $"/api/v1/cases/{@case}/actions", role, action, supplier: "S-1").JsonAsync(HttpStatusCode.OK);
        await _app.Host.SettleAsync();
    }

    private async Task<(string State, string? Held)> PayoutAsync(string @case)
    {
        var shown = await _app.GetAsync($"/api/v1/cases/{@case}", Role.Finance);
        var payout = shown["refund"]!["payouts"]![0]!;
        return (payout["state"]!.GetValue<string>(), payout["held"]?.GetValue<string>());
    }

    private async Task ConfirmAsync(string payout, string tenders)
    {
        var data = new JsonObject { ["payoutId"] = payout, ["tenders"] = JsonNode.Parse(tenders) };
        await _app.Host.WebhookAsync(WebhookBodies.About("refund.confirmed", "R-1", data)).JsonAsync(HttpStatusCode.Accepted);
        await _app.Host.SettleAsync();
    }

    private IEnumerable<JsonNode> Instructed() => _app.Marketplace.Received.Where(told => told.Type == "refund.instructed").Select(told => told.Data);

    /// <summary>The mall's rules, with two requests an item.</summary>
    private async Task PublishLimitAsync()
    {
        var text = Policies.Mall("9.8", "0.01");
        var changed = text.Replace("\n  limits:\n", "\n  limits:\n    requestsPerItem: 2\n", StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        var desk = new PolicyDesk(_app.Host, "mall-sanbao");
        await desk.PutAsync("9.8", changed, "li").JsonAsync(HttpStatusCode.Created);
        await desk.PublishAsync("9.8", "du").JsonAsync(HttpStatusCode.OK);
    }
}
