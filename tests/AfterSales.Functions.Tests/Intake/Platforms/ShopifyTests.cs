using System.Net;
using AfterSales.Domain;
using AfterSales.Domain.Cases;

namespace AfterSales.Functions.Tests.Intake.Platforms;

public sealed class ShopifyTests(PlatformShops shops) : IClassFixture<PlatformShops>
{
    private static int _last;

    private readonly int _number = 100 + Interlocked.Increment(ref _last);

    private Task<Case> TheCase => shops.CaseAsync(PlatformShops.Shopify, PlatformShops.ReturnId(_number));

    [Fact]
    public async Task A_return_request_opens_a_case_with_what_its_order_says()
    {
        var order = await shops.AcceptedAsync(PlatformShops.Shopify, "shopify/orders-create.json", _number);
        Assert.Equal("kept", order["status"]!.GetValue<string>());

        var answer = await shops.AcceptedAsync(PlatformShops.Shopify, "shopify/returns-request.json", _number);

        Assert.Equal("open", answer["status"]!.GetValue<string>());
        var @case = await TheCase;
        Assert.Equal((new Claim(ClaimKind.Return, "defective"), "S-101"), (@case.Claim, @case.SupplierId));

        // The shoe, 300.00 less 1.00, and one of three socks, 300.00 less 10.00: 299.00 + 96.67.
        Assert.Equal(Money.Yuan("395.67"), @case.Order.Paid);
    }

    [Fact]
    public async Task A_return_that_comes_before_its_order_waits_for_it()
    {
        var kept = await shops.AcceptedAsync(PlatformShops.Shopify, "shopify/returns-request.json", _number);
        Assert.Equal("kept", kept["status"]!.GetValue<string>());

        await shops.AcceptedAsync(PlatformShops.Shopify, "shopify/orders-create.json", _number);

        Assert.Equal(Money.Yuan("395.67"), (await TheCase).Order.Paid);
    }

    [Fact]
    public async Task A_cancelled_return_is_a_withdrawal_also_when_it_comes_first()
    {
        await shops.AcceptedAsync(PlatformShops.Shopify, "shopify/returns-cancel.json", _number);
        await shops.AcceptedAsync(PlatformShops.Shopify, "shopify/returns-request.json", _number);

        await shops.AcceptedAsync(PlatformShops.Shopify, "shopify/orders-create.json", _number);

        Assert.Equal(CaseOutcome.Withdrawn, (await TheCase).Outcome);
    }

    [Fact]
    public async Task A_return_that_the_merchant_opened_has_no_request_and_opens_a_case_all_the_same()
    {
        await shops.AcceptedAsync(PlatformShops.Shopify, "shopify/orders-create.json", _number);

        await shops.AcceptedAsync(PlatformShops.Shopify, "shopify/returns-approve.json", _number);

        Assert.Equal(ClaimKind.Return, (await TheCase).Claim.Kind);
    }

    [Fact]
    public async Task Of_several_refunds_the_first_is_our_payout_and_every_other_is_on_top()
    {
        await shops.AcceptedAsync(PlatformShops.Shopify, "shopify/orders-create.json", _number);
        await shops.AcceptedAsync(PlatformShops.Shopify, "shopify/returns-request.json", _number);
        await shops.App.SendAsync(
            HttpMethod.Post, $"/api/v1/cases/{(await TheCase).Id}/actions", Functions.Http.Role.Supplier,
            new { action = "accept", remedy = "refund", amount = "300.00" }, supplier: "S-101", idempotencyKey: $"accept-{_number}")
            .JsonAsync(HttpStatusCode.OK);
        foreach (var (id, amount) in new[] { (1, "300.00"), (2, "300.00"), (2, "300.00"), (3, "20.00") })
        {
            var body = PlatformShops.SampleJson("shopify/refunds-create.json", _number);
            (body["id"], body["transactions"]![0]!["amount"]) = (id, amount);
            await shops.ShopifyAsync("refunds/create", body.ToJsonString()).JsonAsync(HttpStatusCode.Accepted);
        }
        await shops.App.SettleAsync();

        var @case = await TheCase;
        Assert.Equal("1", Assert.Single(@case.Payouts).Refund);
        Assert.Equal([("2", "300.00"), ("3", "20.00")], @case.RefundsElsewhere.Select(refund => (refund.Refund!, $"{refund.Amount}")));
        Assert.Equal(Money.Yuan("224.33"), @case.Overpaid);
    }

    [Fact]
    public async Task The_same_body_under_another_delivery_id_is_the_same_message()
    {
        await shops.AcceptedAsync(PlatformShops.Shopify, "shopify/orders-create.json", _number);
        await shops.AcceptedAsync(PlatformShops.Shopify, "shopify/returns-request.json", _number);
        var before = await TheCase;

        using var again = await shops.SendAsync(PlatformShops.Shopify, "shopify/returns-request.json", _number);

        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(before.Sequence, (await TheCase).Sequence);
    }

    [Fact]
    public async Task A_topic_that_the_body_does_not_bear_out_is_refused() =>
        Assert.Equal(
            [("/status", "contradiction")],
            await shops.ShopifyAsync("returns/cancel", PlatformShops.Sample("shopify/returns-request.json", _number))
                .FaultsAsync(HttpStatusCode.UnprocessableEntity));

    [Fact]
    public async Task A_line_that_the_order_does_not_have_and_too_many_units_are_listed()
    {
        await shops.AcceptedAsync(PlatformShops.Shopify, "shopify/orders-create.json", _number);
        var body = PlatformShops.SampleJson("shopify/returns-request.json", _number);
        body["return_line_items"]![0]!["fulfillment_line_item"]!["line_item"]!["id"] = 7;
        body["return_line_items"]![1]!["quantity"] = 4;

        Assert.Equal(
            [
                ("/return_line_items/0/fulfillment_line_item/line_item/id", "unknown-value"),
                ("/return_line_items/1/quantity", "out-of-range"),
            ],
            await shops.ShopifyAsync("returns/request", body.ToJsonString()).FaultsAsync(HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task A_currency_that_the_rulebooks_do_not_know_is_refused_at_the_order()
    {
        var order = PlatformShops.Sample("shopify/orders-create.json", _number).Replace("\"CNY\"", "\"USD\"", StringComparison.Ordinal);
        await shops.ShopifyAsync("orders/create", order).JsonAsync(HttpStatusCode.Accepted);

        Assert.Equal(
            [("/order", "unknown-value")],
            await shops.SendAsync(PlatformShops.Shopify, "shopify/returns-request.json", _number).FaultsAsync(HttpStatusCode.UnprocessableEntity));
    }

    [Theory]
    [InlineData("products/update")]
    [InlineData("returns/close")]
    public async Task A_topic_that_means_nothing_here_is_accepted_and_ignored(string topic) =>
        Assert.Equal("ignored", (await shops.ShopifyAsync(topic, "{}").JsonAsync(HttpStatusCode.Accepted))["status"]!.GetValue<string>());

    [Fact]
    public async Task A_try_of_four_hours_later_is_taken_and_one_of_a_day_later_is_not()
    {
        await shops.ShopifyAsync("products/update", "{\"late\":1}", TimeSpan.FromHours(-4)).JsonAsync(HttpStatusCode.Accepted);

        Assert.Equal(
            "webhook-timestamp-outside-window",
            await shops.ShopifyAsync("products/update", "{}", TimeSpan.FromDays(-1)).ProblemAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task A_signature_by_another_secret_is_unauthorized() =>
        Assert.Equal(
            "webhook-signature-invalid",
            await shops.ShopifyAsync("orders/create", "{}", secret: "somebody-elses-secret").ProblemAsync(HttpStatusCode.Unauthorized));

    [Fact]
    public async Task A_message_without_the_platforms_headers_is_unauthorized() =>
        Assert.Equal(
            "webhook-headers-missing",
            await shops.App.Http.PostAsync($"/api/v1/marketplaces/{PlatformShops.Shopify}/webhooks", new StringContent("{}"))
                .ProblemAsync(HttpStatusCode.Unauthorized));
}
