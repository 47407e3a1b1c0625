using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Tests.Refunds;

namespace AfterSales.Domain.Tests.Cases.Shops;

/// <summary>Who bears the freight of 10.00 and of the way back, and goods that come back in parts.</summary>
public sealed class FreightAndPiecesTests
{
    [Fact]
    public void Freight_comes_on_top_and_is_named_with_the_clause_of_who_gave_it()
    {
        var shop = Granted(new GrantTerms(OutboundFreight: Money.Yuan("10.00"), ReturnFreight: Money.Yuan("8.50")));

        Assert.Equal(Money.Yuan("318.50"), shop.Now.Granted);
        Assert.Equal(
            ["price 300.00 WX-SELLER", "outbound_freight 10.00 WX-SELLER", "return_freight 8.50 WX-SELLER"],
            shop.Now.Components.Select(part => $"{part.Name} {part.Amount} {part.Clause}"));
    }

    [Fact]
    public void The_account_takes_the_first_trip_as_freight_and_the_way_back_as_no_part_of_the_item()
    {
        var shop = Received(Granted(new GrantTerms(OutboundFreight: Money.Yuan("5.00"), ReturnFreight: Money.Yuan("8.50"))), 3);
        var payout = Assert.Single(shop.Now.Payouts);

        var account = AccountOf(shop.Now).Took(ItemRefund.Wished(shop.Now, payout));

        Assert.Equal(
            (Money.Yuan("313.50"), Money.Yuan("305.00"), Money.Yuan("8.50"), Money.Yuan("5.00")),
            (payout.Amount, account.Refunded, account.Compensated, account.Left));
    }

    [Theory]
    [InlineData("10.01", "0.00")]
    [InlineData("0.00", "310.01")]
    public void Of_the_first_trip_at_most_what_was_paid_and_for_the_way_back_at_most_what_the_order_cost(string outbound, string back) => Assert.Equal(
        "freight-out-of-range",
        Request().Refuses(new SupplierAccepts(
            Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Terms: new GrantTerms(OutboundFreight: Money.Yuan(outbound), ReturnFreight: Money.Yuan(back)))));

    [Fact]
    public void What_the_rulebook_concludes_of_freight_is_granted_with_its_clause_and_is_the_least()
    {
        var document = Request().Now.Decision;
        var clause = new MoneyComponent(MoneyParts.ReturnFreight, Money.Yuan("6.00"), "WX-SHIP");
        var shop = Mall.Of(Opening() with { Decision = document with { Money = MoneyStatement.Of([.. document.Money.Components, clause]) } });
        Assert.Equal("freight-out-of-range", shop.Refuses(new SupplierAccepts(
            Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Terms: new GrantTerms(ReturnFreight: Money.Yuan("5.99")))));

        shop.SupplierAccepts("2026-11-03 10:00:00");

        Assert.Equal((Money.Yuan("306.00"), clause), (shop.Now.Granted, shop.Now.Components[^1]));
        Assert.DoesNotContain("WX-SELLER", shop.Now.Ruling!.Clauses);
    }

    [Fact]
    public void Fewer_pieces_back_take_their_share_of_price_and_first_freight_and_all_of_the_way_back()
    {
        var shop = Received(Granted(new GrantTerms(OutboundFreight: Money.Yuan("10.00"), ReturnFreight: Money.Yuan("8.50"))), 2);

        Assert.Equal(
            ["price 200.00", "outbound_freight 6.67", "return_freight 8.50"],
            Assert.Single(shop.Now.Payouts).Components!.Select(part => $"{part.Name} {part.Amount}"));
    }

    [Fact]
    public void Pieces_that_come_back_in_three_cases_are_the_price_to_the_fen()
    {
        var account = RefundAccount.Open(Money.Yuan("100.00"), Money.Zero, 3, null);
        foreach (var (before, share) in new[] { (0, "33.33"), (1, "33.34"), (2, "33.33") })
        {
            var opening = Shop.Opening(ClaimKind.Return, """{"quality_problem":true}""");
            var shop = Mall.Of(opening with
            {
                Id = CaseId.For("demo-mall", $"R-{before}"),
                Order = opening.Order with { Paid = Money.Yuan("100.00") },
                Decision = opening.Decision with { Money = MoneyStatement.Of([new MoneyComponent("payable", Money.Yuan("100.00"), "WX-REFUND")]) },
            });
            Received(shop.SupplierAccepts("2026-11-03 10:00:00"), 1, before);
            var payout = Assert.Single(shop.Now.Payouts);
            Assert.Equal(Money.Yuan(share), payout.Amount);
            account = account.Took(ItemRefund.Wished(shop.Now, payout));
        }

        Assert.Equal((account.Paid, 3), (account.Refunded, account.PiecesBack));
    }

    [Theory]
    [InlineData(1, null, "16.67")]
    [InlineData(1, 1, "16.66")]
    [InlineData(2, null, "33.33")]
    [InlineData(3, null, "50.00")]
    public void For_fewer_pieces_back_fewer_are_exchanged_and_their_share_of_the_difference_is_due(int pieces, int? before, string due)
    {
        var shop = Received(Dearer(), pieces, before).Does(
            "2026-11-06 14:00:00", Mall.Supplier, RemedyStep.Inspect, new StepNote(Condition: GoodsCondition.Resaleable));

        Assert.Equal((Money.Yuan(due), RemedyStep.PayDifference), (shop.Now.DifferenceDue, shop.Now.Fulfilment!.Current!.Step));
    }

    [Fact]
    public void Where_nothing_of_the_difference_is_left_it_is_not_waited_for()
    {
        var shop = Received(Dearer(), 0);

        Assert.Null(shop.Now.DifferenceDue);
        Assert.Contains(shop.Now.Fulfilment!.Steps, step => step is { Step: RemedyStep.PayDifference, State: StepState.Skipped });
    }

    [Fact]
    public void What_is_granted_anew_after_one_piece_came_back_is_reckoned_for_that_piece()
    {
        var shop = Received(Dearer(), 1).Does("2026-11-06 14:00:00", Mall.Supplier, RemedyStep.Inspect).Until("2026-11-15 00:00:00").Do(new DecideClaim(
            Mall.At("2026-11-15 00:00:00"), Shop.Platform, Outcome.Uphold, "sealed", Remedy.Exchange, Terms: new GrantTerms(Money.Yuan("360.00"))));

        Assert.Equal(Money.Yuan("20.00"), shop.Now.DifferenceDue);
    }

    [Fact]
    public void More_pieces_than_are_left_do_not_come_back() => Assert.Equal(
        "quantity-out-of-range",
        Granted(null).Ships("2026-11-05 12:00:00").Refuses(new DoRemedyStep(
            Mall.At("2026-11-06 12:00:00"), Mall.Supplier, RemedyStep.Receive, new StepNote(Quantity: 2) { Before = 2 })));

    [Fact]
    public void Freight_that_was_granted_stays_when_a_higher_step_gives_more_for_the_goods()
    {
        var opening = Opening() with { Decision = Shop.Opening(ClaimKind.Refund, "{}").Decision };
        var shop = Mall.Of(opening).SupplierRefuses("2026-11-03 10:00:00").CustomerContests("2026-11-04 10:00:00").Do(new DecideClaim(
            Mall.At("2026-11-05 10:00:00"), Shop.Platform, Outcome.Uphold, "sealed", Remedy.Refund, Money.Yuan("50.00"),
            Terms: new GrantTerms(ReturnFreight: Money.Yuan("8.00"))));

        Assert.Equal(["price 50.00", "return_freight 8.00"], Assert.Single(shop.Now.Payouts).Components!.Select(part => $"{part.Name} {part.Amount}"));
    }

    /// <summary>Three pieces for 300.00 are exchanged for goods of 350.00.</summary>
    private static Mall Dearer() => Shop.Request(ClaimKind.Exchange).Do(
        new SupplierAccepts(Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Terms: new GrantTerms(Money.Yuan("350.00"))));

    private static OpenCase Opening()
    {
        var opening = Shop.Opening(ClaimKind.Return, """{"quality_problem":true}""");
        return opening with { Order = opening.Order with { Freight = Money.Yuan("10.00") } };
    }

    private static Mall Request() => Mall.Of(Opening());

    private static Mall Granted(GrantTerms? terms) => Request().Do(new SupplierAccepts(Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Terms: terms));

    private static Mall Received(Mall shop, int pieces, int? before = null) => shop.Ships("2026-11-05 12:00:00").Does(
        "2026-11-06 12:00:00", Mall.Supplier, RemedyStep.Receive, new StepNote(Quantity: pieces) { Before = before });

    private static RefundAccount AccountOf(Case now) => RefundAccount.Open(now.Order.Paid, now.Order.Freight, now.Order.Pieces, now.Order.Tenders);
}
