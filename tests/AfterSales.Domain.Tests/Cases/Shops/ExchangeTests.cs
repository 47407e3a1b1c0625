using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;

namespace AfterSales.Domain.Tests.Cases.Shops;

/// <summary>Goods given in exchange that cost less or more than the 300.00 that were paid.</summary>
public sealed class ExchangeTests
{
    [Fact]
    public void For_goods_that_cost_less_the_customer_gets_the_difference_when_they_are_sent()
    {
        var shop = Granted("260.00");
        Assert.DoesNotContain(shop.Now.Fulfilment!.Steps, step => step is { Step: RemedyStep.PayDifference, State: StepState.Waiting });
        Assert.Empty(shop.Now.Payouts);

        Sent(Inspected(shop));

        var payout = Assert.Single(shop.Now.Payouts);
        Assert.Equal((Money.Yuan("40.00"), "exchange_difference"), (payout.Amount, Assert.Single(payout.Components!).Name));
        Assert.Equal(
            new RefundRequest.ExchangedForLess($"{payout.Id}", $"{shop.Now.Id}", Money.Yuan("40.00")) { Pending = true }, ItemRefund.Wished(shop.Now, payout));
    }

    [Fact]
    public void For_goods_that_cost_more_the_customer_has_a_week_to_pay_the_difference_before_they_are_sent()
    {
        var shop = Shop.DearerExchange();

        Assert.Equal(Money.Yuan("50.00"), shop.Now.DifferenceDue);
        Assert.Equal((RemedyStep.PayDifference, Party.Customer), (shop.Now.Fulfilment!.Current!.Step, shop.Now.Owner!.Value));
        Assert.Equal(["pay-difference 2026-11-13 23:59:59"], shop.Waiting());
    }

    [Fact]
    public void That_the_difference_was_paid_is_for_those_to_say_who_saw_it_come() => Assert.Equal(
        "not-your-step",
        Shop.DearerExchange().Refuses(new DoRemedyStep(Mall.At("2026-11-07 10:00:00"), Mall.Customer, RemedyStep.PayDifference, StepNote.None)));

    [Fact]
    public void The_marketplace_confirms_the_difference_and_the_goods_are_sent()
    {
        var shop = Shop.DearerExchange();
        Assert.Equal("difference-differs", shop.Refuses(Paid("49.99")));

        shop.Do(Paid("50.00"));

        Assert.Equal((RemedyStep.ShipReplacement, (Money?)null), (shop.Now.Fulfilment!.Current!.Step, shop.Now.DifferenceDue));
        Assert.Equal(Money.Yuan("50.00"), Assert.Single(shop.Now.DifferencesPaid));
        Assert.Equal(CaseOutcome.Upheld, Sent(shop).Now.Outcome);
    }

    [Fact]
    public void The_same_difference_is_taken_once()
    {
        var shop = Shop.DearerExchange().Do(Paid("50.00")).Do(Paid("50.00"));

        Assert.Single(shop.Now.DifferencesPaid);
    }

    [Fact]
    public void When_the_customer_does_not_pay_the_case_goes_to_the_platform_and_nothing_of_his_claim_is_lost()
    {
        var shop = Shop.DearerExchange().Until("2026-11-14 00:00:00");
        Assert.Equal(("platform", false), (shop.Now.Level.Value, shop.Now.Decided));

        shop.Do(new DecideClaim(Mall.At("2026-11-15 10:00:00"), Shop.Platform, Outcome.Uphold, "sealed", Remedy.Refund, Money.Yuan("100.00")));

        Assert.Equal(Money.Yuan("100.00"), Assert.Single(shop.Now.Payouts).Amount);
    }

    [Fact]
    public void Money_in_the_place_of_goods_that_were_not_sent_gives_back_the_difference_too()
    {
        // The seller does not send what was paid for; the platform is silent too.
        var shop = Shop.DearerExchange().Do(Paid("50.00")).Until("2027-01-01 00:00:00");

        Assert.Equal(Money.Yuan("350.00"), Assert.Single(shop.Now.Payouts).Amount);
    }

    [Fact]
    public void Nobody_refunds_less_than_the_difference_that_was_paid() => Assert.Equal(
        "amount-out-of-range",
        Shop.DearerExchange().Do(Paid("50.00")).Until("2026-11-10 00:00:00").Refuses(new DecideClaim(
            Mall.At("2026-11-11 10:00:00"), Shop.Platform, Outcome.Uphold, "sealed", Remedy.Refund, Money.Yuan("49.99"))));

    [Fact]
    public void For_goods_at_the_same_price_nothing_is_owed_either_way()
    {
        var shop = Sent(Inspected(Granted("300.00")));

        Assert.Equal((CaseOutcome.Upheld, true), (shop.Now.Outcome!.Value, shop.Now.Payouts.IsEmpty));
    }

    [Fact]
    public void An_exchange_granted_anew_for_other_goods_waits_for_their_difference()
    {
        var mall = Mall.ShoesForExchange().Do(new SupplierAccepts(Mall.At("2026-11-02 09:05:00"), Mall.Supplier, Terms: Replaced("320.00")));
        Assert.Equal(Money.Yuan("20.00"), mall.Now.DifferenceDue);

        mall.CustomerContests("2026-11-02 10:00:00").Do(new DecideClaim(
            Mall.At("2026-11-02 11:00:00"), Mall.FloorManager, Outcome.Uphold, "sealed", Terms: Replaced("310.00")));

        Assert.Equal(Money.Yuan("10.00"), mall.Now.DifferenceDue);
        Assert.Equal(StepState.Waiting, Assert.Single(mall.Now.Fulfilment!.Steps).State);
    }

    [Fact]
    public void A_second_difference_is_asked_for_on_top_of_the_first()
    {
        var mall = Mall.ShoesForExchange().Do(new SupplierAccepts(Mall.At("2026-11-02 09:05:00"), Mall.Supplier, Terms: Replaced("320.00")))
            .Do(new NoteReport(Mall.At("2026-11-02 09:30:00"), Mall.Marketplace, MarketplaceReport.DifferencePaid));
        Assert.Equal(StepState.Done, Assert.Single(mall.Now.Fulfilment!.Steps).State);

        Assert.Equal("step-done", mall.CustomerContests("2026-11-02 10:00:00").Refuses(new DecideClaim(
            Mall.At("2026-11-02 11:00:00"), Mall.FloorManager, Outcome.Uphold, "sealed", Terms: Replaced("350.00"))));

        var shop = Shop.DearerExchange().Do(Paid("50.00")).Until("2026-11-10 00:00:00").Do(new DecideClaim(
            Mall.At("2026-11-11 10:00:00"), Shop.Platform, Outcome.Uphold, "sealed", Remedy.Exchange, Terms: Replaced("380.00")));

        Assert.Equal((Money.Yuan("30.00"), RemedyStep.PayDifference), (shop.Now.DifferenceDue!.Value, shop.Now.Fulfilment!.Current!.Step));
    }

    [Fact]
    public void At_a_counter_an_exchange_without_a_difference_takes_no_step() =>
        Assert.Null(Mall.ShoesForExchange().SupplierAccepts("2026-11-02 09:05:00").Now.Fulfilment);

    [Fact]
    public void A_replacement_has_a_price_in_an_exchange_only() => Assert.Equal(
        "no-replacement",
        Shop.Request(ClaimKind.Return).Refuses(new SupplierAccepts(Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Terms: Replaced("260.00"))));

    private static Mall Granted(string price) => Shop.Request(ClaimKind.Exchange)
        .Do(new SupplierAccepts(Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Terms: Replaced(price)));

    private static Mall Inspected(Mall shop) => shop.Ships("2026-11-05 12:00:00").Does("2026-11-06 12:00:00", Mall.Supplier, RemedyStep.Receive)
        .Does("2026-11-06 14:00:00", Mall.Supplier, RemedyStep.Inspect, new StepNote(Condition: GoodsCondition.Resaleable));

    private static Mall Sent(Mall shop) => shop.Does("2026-11-08 10:00:00", Mall.Supplier, RemedyStep.ShipReplacement);

    private static NoteReport Paid(string amount) =>
        new(Mall.At("2026-11-07 10:00:00"), Mall.Marketplace, MarketplaceReport.DifferencePaid, Money.Yuan(amount));

    private static GrantTerms Replaced(string price) => new(ReplacementPrice: Money.Yuan(price));
}
