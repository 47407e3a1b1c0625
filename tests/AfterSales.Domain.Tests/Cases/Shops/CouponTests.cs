using AfterSales.Domain.Cases;

namespace AfterSales.Domain.Tests.Cases.Shops;

/// <summary>A coupon is granted with what it is worth, within the limits of every other grant, and issued with exactly that.</summary>
public sealed class CouponTests
{
    [Fact]
    public void It_is_issued_with_what_was_granted_and_no_money_goes_out()
    {
        var shop = Granted("50.00");
        Assert.Equal("coupon-differs", shop.Refuses(Issue(Money.Yuan("99999999.99"))));

        shop.Do(Issue(null));

        Assert.Equal((Money.Yuan("50.00"), Money.Yuan("50.00")), (shop.Now.Coupon, shop.Now.Fulfilment!.Steps[0].Note!.Amount));
        Assert.Equal((0, Money.Zero), (shop.Now.Payouts.Length, shop.Now.Granted));
        Assert.Contains(shop.Now.Timeline, line => line.What.En == "Upheld by the seller: coupon of 50.00 CNY.");
    }

    [Theory]
    [InlineData(null, "amount-required")]
    [InlineData("300.01", "amount-out-of-range")]
    public void It_has_a_value_and_at_most_that_of_the_goods(string? amount, string code) => Assert.Equal(code, Request().Refuses(Accept(amount)));

    [Theory]
    [InlineData(null, "amount-required")]
    [InlineData("300.01", "offer-out-of-range")]
    public void So_does_one_that_is_offered(string? amount, string code) => Assert.Equal(code, Request().Refuses(Offer(Mall.Supplier, amount)));

    [Fact]
    public void One_that_the_customer_takes_is_worth_what_was_offered()
    {
        var shop = Request().Do(Offer(Mall.Supplier, "30.00"));
        Assert.Equal(Money.Yuan("30.00"), shop.Now.Offer!.Amount);

        shop.Do(new AcceptOffer(Mall.At("2026-11-03 11:00:00"), Mall.Customer));

        Assert.Equal((Money.Yuan("30.00"), Money.Zero), (shop.Now.Coupon, shop.Now.Granted));
    }

    [Fact]
    public void Above_the_limit_it_needs_a_second_person_whichever_way_it_is_given()
    {
        Assert.Equal("offer-above-limit", Request().Refuses(Offer(Mall.Agent, "100.01")));
        var shop = Request().SupplierRefuses("2026-11-03 10:00:00").CustomerContests("2026-11-04 10:00:00").Do(new DecideClaim(
            Mall.At("2026-11-05 10:00:00"), Shop.Platform, Outcome.Uphold, "sealed", Remedy.Coupon, Money.Yuan("100.01")));
        Assert.Equal(Money.Yuan("100.01"), shop.Now.Proposal!.Amount);

        shop.Do(new ApproveDecision(Mall.At("2026-11-05 11:00:00"), Mall.Manager));

        Assert.Equal((Money.Yuan("100.01"), Money.Zero), (shop.Now.Coupon, shop.Now.Granted));
    }

    private static Mall Request() => Shop.Request(ClaimKind.Complaint, "{}");

    private static Mall Granted(string amount) => Request().Do(Accept(amount));

    private static SupplierAccepts Accept(string? amount) =>
        new(Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Remedy.Coupon, amount is null ? null : Money.Yuan(amount));

    private static MakeOffer Offer(Actor by, string? amount) =>
        new(Mall.At("2026-11-03 10:00:00"), by, Remedy.Coupon, amount is null ? null : Money.Yuan(amount));

    private static DoRemedyStep Issue(Money? amount) =>
        new(Mall.At("2026-11-03 12:00:00"), Mall.Agent, RemedyStep.IssueCoupon, new StepNote(Amount: amount));
}
