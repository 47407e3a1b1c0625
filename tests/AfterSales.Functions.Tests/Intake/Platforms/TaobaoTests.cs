using System.Net;
using AfterSales.Domain;
using AfterSales.Domain.Cases;

namespace AfterSales.Functions.Tests.Intake.Platforms;

public sealed class TaobaoTests(PlatformShops shops) : IClassFixture<PlatformShops>
{
    private static int _last;

    private readonly int _number = 100 + Interlocked.Increment(ref _last);

    private Task<Case> TheCase => shops.CaseAsync(PlatformShops.Taobao, PlatformShops.RefundId(_number));

    [Fact]
    public async Task A_refund_message_with_its_details_opens_a_case()
    {
        var answer = await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/1-refund-created.json", _number);

        Assert.Equal("open", answer["status"]!.GetValue<string>());
        var @case = await TheCase;
        Assert.Equal(new Claim(ClaimKind.Refund, "quality"), @case.Claim);
        Assert.Equal(("463843875447855161", "463843875447855162"), (@case.Order.OrderId, @case.Order.Line));
        Assert.Equal((Money.Yuan("300.00"), "S-101"), (@case.Order.Paid, @case.SupplierId));
        Assert.Equal(Money.Yuan("300.00"), @case.Decision.Facts.Amount("price"));
        Assert.Contains("defect", @case.Decision.Missing.Select(missing => missing.Name));
    }

    [Fact]
    public async Task Newer_details_are_held_in_place_of_older_ones()
    {
        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/1-refund-created.json", _number);

        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/2-refund-modified.json", _number);

        Assert.Equal(new Claim(ClaimKind.Return, "not_as_described"), (await TheCase).Claim);
    }

    [Fact]
    public async Task Older_details_that_come_late_change_nothing()
    {
        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/2-refund-modified.json", _number);
        var before = await TheCase;

        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/1-refund-created.json", _number);

        Assert.Equal(before.Sequence, (await TheCase).Sequence);
    }

    [Fact]
    public async Task Newer_details_do_not_touch_what_was_decided_and_are_shown_beside_it()
    {
        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/1-refund-created.json", _number);
        var id = (await TheCase).Id;
        await shops.App.SendAsync(
            HttpMethod.Post, $"/api/v1/cases/{id}/actions", Functions.Http.Role.Supplier, new { action = "accept", remedy = "refund", amount = "300.00" },
            supplier: "S-101", idempotencyKey: $"accept-{_number}").JsonAsync(HttpStatusCode.OK);

        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/2-refund-modified.json", _number);
        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/2-refund-modified.json", _number);

        var @case = await TheCase;
        Assert.Equal(new Claim(ClaimKind.Refund, "quality"), @case.Claim);
        Assert.Single(@case.Contradictions, noted => noted is { About: "claim", Held: "refund: quality", Given: "return: not_as_described" });
    }

    [Fact]
    public async Task What_the_platform_paid_is_the_payout_of_ours_of_that_amount()
    {
        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/1-refund-created.json", _number);
        await shops.App.SendAsync(
            HttpMethod.Post, $"/api/v1/cases/{(await TheCase).Id}/actions", Functions.Http.Role.Supplier,
            new { action = "accept", remedy = "refund", amount = "300.00" }, supplier: "S-101", idempotencyKey: $"accept-{_number}")
            .JsonAsync(HttpStatusCode.OK);

        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/4-refund-success.json", _number);
        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/4-refund-success.json", _number);

        var @case = await TheCase;
        Assert.Equal(Money.Yuan("300.00"), @case.Paid);
        Assert.Empty(@case.Reports);
    }

    [Fact]
    public async Task What_the_platform_paid_before_anybody_decided_is_a_report()
    {
        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/1-refund-created.json", _number);

        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/4-refund-success.json", _number);

        Assert.Equal(MarketplaceReport.RefundedElsewhere, Assert.Single((await TheCase).Reports));
    }

    [Fact]
    public async Task A_message_that_comes_before_its_refund_is_kept_and_applied()
    {
        var kept = await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/3-buyer-returned-goods.json", _number);
        Assert.Equal("kept", kept["status"]!.GetValue<string>());
        Assert.Null(await shops.FindAsync(PlatformShops.Taobao, PlatformShops.RefundId(_number)));

        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/1-refund-created.json", _number);

        Assert.Equal(MarketplaceReport.ReturnShipped, Assert.Single((await TheCase).Reports));
    }

    [Fact]
    public async Task A_refund_closed_by_the_buyer_is_a_withdrawal()
    {
        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/1-refund-created.json", _number);

        await shops.AcceptedAsync(PlatformShops.Taobao, "taobao/5-refund-closed.json", _number);

        Assert.Equal(CaseOutcome.Withdrawn, (await TheCase).Outcome);
    }

    [Fact]
    public async Task An_announcement_alone_needs_the_details()
    {
        var alone = PlatformShops.SampleJson("taobao/1-refund-created.json", _number).Without("/refund_get_response");

        Assert.Equal(
            [("/refund_get_response", "missing")],
            await shops.TaobaoAsync(alone.ToJsonString()).FaultsAsync(HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task Every_fault_is_listed_at_its_place_in_the_payload()
    {
        var body = PlatformShops.SampleJson("taobao/1-refund-created.json", _number);
        var refund = body["refund_get_response"]!["refund"]!.AsObject();
        refund["total_fee"] = "300.005";
        refund["tid"] = "46 38";
        refund["created"] = "2 November";
        refund.Remove("buyer_open_uid");
        refund.Remove("buyer_nick");
        refund.Remove("modified");

        Assert.Equal(
            [
                ("/refund_get_response/refund/buyer_nick", "missing"),
                ("/refund_get_response/refund/created", "bad-date"),
                ("/refund_get_response/refund/tid", "not-a-code"),
                ("/refund_get_response/refund/total_fee", "bad-amount"),
            ],
            (await shops.TaobaoAsync(body.With("/refund_get_response/refund/modified", "2026-11-02 08:30:11").ToJsonString())
                .FaultsAsync(HttpStatusCode.UnprocessableEntity)).OrderBy(fault => fault.Pointer, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Details_without_their_age_are_refused() =>
        Assert.Equal(
            [("/refund_get_response/refund/modified", "missing")],
            await shops.TaobaoAsync(PlatformShops.SampleJson("taobao/1-refund-created.json", _number)
                .Without("/refund_get_response/refund/modified").ToJsonString()).FaultsAsync(HttpStatusCode.UnprocessableEntity));

    [Theory]
    [InlineData("taobao_trade_TradeBuyerPay")]
    [InlineData("taobao_refund_RefundCreateMessage")]
    public async Task A_message_that_means_nothing_here_is_accepted_and_ignored(string topic) =>
        Assert.Equal(
            "ignored",
            (await shops.TaobaoAsync($$$"""{"topic":"{{{topic}}}","content":{"tid":1}}""").JsonAsync(HttpStatusCode.Accepted))["status"]!.GetValue<string>());

    [Fact]
    public async Task A_refund_message_that_nobody_knows_is_refused() =>
        Assert.Equal(
            [("/topic", "unknown-value")],
            await shops.TaobaoAsync("""{"topic":"taobao_refund_RefundDreamt","content":{}}""").FaultsAsync(HttpStatusCode.UnprocessableEntity));

    [Theory]
    [InlineData(-6)]
    [InlineData(6)]
    public async Task A_timestamp_more_than_five_minutes_off_is_unauthorized(int minutes) =>
        Assert.Equal(
            "webhook-timestamp-outside-window",
            await shops.TaobaoAsync("{}", TimeSpan.FromMinutes(minutes)).ProblemAsync(HttpStatusCode.Unauthorized));

    [Fact]
    public async Task A_sign_by_another_secret_or_of_another_body_is_unauthorized()
    {
        Assert.Equal(
            "webhook-signature-invalid", await shops.TaobaoAsync("{}", secret: "somebody-elses-secret").ProblemAsync(HttpStatusCode.Unauthorized));
        using var changed = PlatformShops.TaobaoRequest("{}");
        changed.Content = new StringContent("{\"topic\":\"taobao_refund_RefundClosed\"}");

        Assert.Equal("webhook-signature-invalid", await shops.App.Http.SendAsync(changed).ProblemAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task A_message_without_sign_is_unauthorized() =>
        Assert.Equal(
            "webhook-parameters-missing",
            await shops.App.Http.PostAsync($"/api/v1/marketplaces/{PlatformShops.Taobao}/webhooks", new StringContent("{}"))
                .ProblemAsync(HttpStatusCode.Unauthorized));
}
