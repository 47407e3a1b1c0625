using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;

namespace AfterSales.Domain.Tests.Cases.Shops;

/// <summary>What WeChat Store publishes of its timeouts, row by row, played under wechat-store.yaml.</summary>
public sealed class WeChatStoreTests
{
    [Fact]
    public void Seller_handles_a_refund_in_48_hours_else_the_refund_goes_through() => Plays(
        Shop.Request(ClaimKind.Refund).Until("2026-11-04 09:00:01"),
        "2026-11-02 09:00:00 case-opened",
        "2026-11-04 09:00:00 deadline-missed",
        "2026-11-04 09:00:00 late-response-recorded",
        "2026-11-04 09:00:00 claim-upheld",
        "2026-11-04 09:00:00 refund-instructed");

    [Fact]
    public void Seller_handles_a_return_in_48_hours_else_the_platform_steps_in()
    {
        var shop = Shop.Request(ClaimKind.Return).Until("2026-11-04 09:00:01");

        Assert.Equal("platform", shop.Now.Level.Value);
        Assert.Equal(["platform 2026-11-19 23:59:59"], shop.Waiting());
    }

    [Fact]
    public void Buyer_ships_back_in_7_days_else_the_request_is_closed()
    {
        var shop = Shop.Request(ClaimKind.Return).SupplierAccepts("2026-11-03 10:00:00");
        Assert.Equal(["ship-back 2026-11-10 23:59:59"], shop.Waiting());

        shop.Until("2026-11-11 00:00:00");

        Assert.Equal(CaseOutcome.Lapsed, shop.Now.Outcome);
        Assert.Empty(shop.Now.Payouts);
        Assert.True(shop.Now.Granted.IsZero);
    }

    [Fact]
    public void Seller_confirms_the_receipt_in_10_days_else_it_counts_as_received_and_is_refunded()
    {
        var shop = Shop.Request(ClaimKind.Return).SupplierAccepts("2026-11-03 10:00:00").Ships("2026-11-05 12:00:00");
        Assert.Equal(["receive 2026-11-15 23:59:59"], shop.Waiting());

        shop.Until("2026-11-16 00:00:00");

        Assert.Equal(Money.Yuan("300.00"), Assert.Single(shop.Now.Payouts).Amount);
        Assert.Equal(StepState.DoneBySilence, shop.Now.Fulfilment!.Steps[1].State);
    }

    [Fact]
    public void Buyer_asks_the_platform_in_7_days_after_a_refusal_else_it_is_closed()
    {
        var shop = Shop.Request(ClaimKind.Refund).SupplierRefuses("2026-11-03 10:00:00");
        Assert.Equal(["customer 2026-11-10 23:59:59"], shop.Waiting());

        shop.Until("2026-11-11 00:00:00");

        Assert.Equal((CaseOutcome.Refused, Mall.At("2026-11-10 23:59:59")), (shop.Now.Outcome!.Value, shop.Now.ClosedAt!.Value));
    }

    [Fact]
    public void The_platform_judges_what_the_buyer_contests_and_its_judgement_binds()
    {
        var shop = Shop.Request(ClaimKind.Refund).SupplierRefuses("2026-11-03 10:00:00").CustomerContests("2026-11-04 10:00:00");
        Assert.Equal("platform", shop.Now.Level.Value);

        shop.Decides("2026-11-05 10:00:00", Shop.Platform, Outcome.Uphold);

        Assert.Equal(CustomerAnswer.Bound, shop.Now.Answer);
        Assert.Equal(PayoutState.Instructed, Assert.Single(shop.Now.Payouts).State);
    }

    [Theory]
    [InlineData("""{"counterfeit":true,"appraisal_fee":"80.00"}""", "980.00")] // the fee and three times the price
    [InlineData("""{"damage_percent":33,"freight":"12.00"}""", "111.00")] // in proportion, with the freight
    public void Guarantee_orders_pay_what_their_guarantee_says(string facts, string amount)
    {
        var shop = Shop.Request(ClaimKind.Refund, facts).SupplierAccepts("2026-11-02 12:00:00");

        Assert.Equal(Money.Yuan(amount), Assert.Single(shop.Now.Payouts).Amount);
    }

    [Fact]
    public void An_item_has_five_requests() => Assert.Equal(5, Shop.Process.Limits.AttemptsPerItem);

    private static void Plays(Mall shop, params string[] history) => Assert.Equal(history, shop.History());
}
