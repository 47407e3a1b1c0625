using AfterSales.Domain.Cases;

namespace AfterSales.Domain.Tests.Cases;

/// <summary>Settling a claim by agreement. The rulebook grants 280.50 of 300.00.</summary>
public sealed class OfferTests
{
    [Fact]
    public void An_offer_that_the_customer_takes_is_the_decision_and_is_not_asked_about_again()
    {
        var mall = Offered("120.00").Do(new AcceptOffer(Mall.At("2026-11-02 09:07:00"), Mall.Customer));

        Assert.Equal(
            ["offer-made", "offer-accepted", "supplier-accepted", "claim-upheld", "decision-accepted", "refund-instructed"],
            mall.Events.Skip(1).Select(happened => happened.Name));
        Assert.Equal((Money.Yuan("120.00"), CustomerAnswer.Accepted), (mall.Now.Granted, mall.Now.Answer));
        Assert.Equal("MALL-LAD-1", Assert.Single(mall.Now.Ruling!.Clauses));
        Assert.Equal(["payout 2026-11-03 09:07:00"], mall.Waiting());
    }

    [Fact]
    public void What_is_less_than_the_rulebook_grants_says_so_and_no_decision_gives_it()
    {
        Assert.True(Offered("280.49").Now.Offer!.BelowRulebook);
        Assert.False(Offered("280.50").Now.Offer!.BelowRulebook);
        Assert.Equal("amount-out-of-range", Mall.CoveredShoes().Refuses(
            new SupplierAccepts(Mall.At("2026-11-02 09:05:00"), Mall.Supplier, Remedy.Refund, Money.Yuan("280.49"))));
    }

    [Fact]
    public void Silence_ends_the_offer_and_nothing_else()
    {
        var offered = Offered("120.00", "2026-11-02 09:30:00").Until("2026-11-20 00:00:00");
        var without = Mall.CoveredShoes().Until("2026-11-20 00:00:00");

        Assert.Contains("2026-11-02 09:30:00 offer-lapsed", offered.History());
        Assert.Equal(without.History(), offered.History().Where(line => !line.Contains("offer", StringComparison.Ordinal)));
        Assert.Equal(without.Now.Granted, offered.Now.Granted);
        Assert.Equal(without.Now.Breaches.Length, offered.Now.Breaches.Length);
    }

    [Fact]
    public void A_declined_offer_leaves_the_case_where_it_was()
    {
        var mall = Offered("120.00").Do(new DeclineOffer(Mall.At("2026-11-02 09:07:00"), Mall.Customer, "sealed"));

        Assert.Equal((CaseStatus.Open, (Offer?)null, "counter"), (mall.Now.Status, mall.Now.Offer, mall.Now.Level.Value));
        Assert.Equal(Mall.CoveredShoes().Waiting(), mall.Waiting());
    }

    [Fact]
    public void The_customer_may_ask_for_something_else_and_the_supplier_may_take_that()
    {
        var mall = Offered("120.00").Do(new MakeOffer(Mall.At("2026-11-02 09:06:00"), Mall.Customer, Remedy.Refund, Money.Yuan("200.00")));
        Assert.Equal("not-your-step", mall.Refuses(new AcceptOffer(Mall.At("2026-11-02 09:07:00"), Mall.Customer)));
        Assert.Equal("other-offer", mall.Refuses(new AcceptOffer(Mall.At("2026-11-02 09:07:00"), Mall.Supplier, Number: 1)));

        mall.Do(new AcceptOffer(Mall.At("2026-11-02 09:07:00"), Mall.Supplier, Number: 2));

        Assert.Equal((Money.Yuan("200.00"), true), (Assert.Single(mall.Now.Payouts).Amount, mall.Now.SupplierAgreed));
    }

    [Fact]
    public void A_decision_of_the_ladder_ends_the_offer()
    {
        var mall = Offered("120.00").SupplierAccepts("2026-11-02 09:08:00");

        Assert.Null(mall.Now.Offer);
        Assert.Equal("nothing-offered", mall.Refuses(new AcceptOffer(Mall.At("2026-11-02 09:09:00"), Mall.Customer)));
        Assert.Equal(Money.Yuan("280.50"), mall.Now.Granted);
    }

    [Fact]
    public void What_the_customer_is_offered_is_shown_with_its_end_its_money_and_what_follows()
    {
        var mall = Offered("120.00", "2026-11-02 12:00:00");
        var accept = AllowedActions.Of(mall.Now, Mall.At("2026-11-02 09:06:00")).Single(one => one.Action == CaseAction.AcceptOffer);

        Assert.Equal(
            (Party.Customer, Mall.At("2026-11-02 12:00:00"), Money.Yuan("120.00"), CaseStatus.AwaitingPayout, Money.Yuan("120.00")),
            (accept.Actor, accept.Until!.Value, accept.Money!.Value, accept.Effect!.Status, accept.Effect.Pays));
    }

    [Fact]
    public void An_agent_offers_up_to_what_one_person_may_give()
    {
        var claim = Mall.Of(Shops.Shop.Opening(ClaimKind.Refund, "{}"));
        Assert.Equal("offer-above-limit", claim.Refuses(Offer("100.01")));

        claim.Do(Offer("100.00")).Do(new AcceptOffer(Mall.At("2026-11-02 11:00:00"), Mall.Customer));

        Assert.Equal((Money.Yuan("100.00"), false), (claim.Now.Granted, claim.Now.SupplierAgreed));

        static MakeOffer Offer(string amount) => new(Mall.At("2026-11-02 10:00:00"), Mall.Agent, Remedy.Refund, Money.Yuan(amount));
    }

    [Theory]
    [InlineData("0.00")]
    [InlineData("300.01")]
    public void An_offer_of_money_is_more_than_nothing_and_no_more_than_was_paid(string amount) => Assert.Equal(
        "offer-out-of-range",
        Mall.CoveredShoes().Refuses(new MakeOffer(Mall.At("2026-11-02 09:05:00"), Mall.Supplier, Remedy.Refund, Money.Yuan(amount))));

    [Theory]
    [InlineData("2026-11-02 09:05:00")]
    [InlineData("2026-11-16 09:05:01")]
    public void An_offer_stands_until_a_later_instant_at_most_two_weeks_ahead(string due) => Assert.Equal(
        "offer-due-out-of-range",
        Mall.CoveredShoes().Refuses(new MakeOffer(
            Mall.At("2026-11-02 09:05:00"), Mall.Supplier, Remedy.Refund, Money.Yuan("100.00"), Due: Mall.At(due))));

    [Fact]
    public void One_offer_stands_at_a_time_and_the_customer_makes_none_of_his_own_accord()
    {
        Assert.Equal("offer-stands", Offered("120.00").Refuses(new MakeOffer(Mall.At("2026-11-02 09:06:00"), Mall.Agent, Remedy.Coupon)));
        Assert.Equal("nothing-offered", Mall.CoveredShoes().Refuses(new MakeOffer(Mall.At("2026-11-02 09:06:00"), Mall.Customer, Remedy.Coupon)));
    }

    private static Mall Offered(string amount, string due = "2026-11-03 09:00:00") => Mall.CoveredShoes().Do(new MakeOffer(
        Mall.At("2026-11-02 09:05:00"), Mall.Supplier, Remedy.Refund, Money.Yuan(amount), Due: Mall.At(due)));
}
