using AfterSales.Domain.Refunds;

namespace AfterSales.Domain.Tests.Refunds;

/// <summary>What of one item may go back, and over which tenders.</summary>
public sealed class RefundAccountTests
{
    private static readonly Tender GiftCard = new("t-1", "gift-card", Money.Yuan("40.00"));
    private static readonly Tender Card = new("t-2", "card", Money.Yuan("72.00"));

    [Fact]
    public void The_first_tender_is_refunded_first_and_the_next_takes_over()
    {
        var account = Item().Took(new RefundRequest.OfAll("p1", "case", Money.Yuan("50.00")));

        Assert.Equal<TenderShare>([new TenderShare("t-1", Money.Yuan("40.00")), new TenderShare("t-2", Money.Yuan("10.00"))], account.Entries[0].Shares);
        Assert.Equal(Money.Yuan("62.00"), account.Left);
    }

    [Fact]
    public void A_refund_beyond_what_is_left_is_refused_and_says_what_is_left()
    {
        var account = Item().Took(new RefundRequest.OfAll("p1", "case-1", Money.Yuan("100.00")));

        Assert.Equal(
            new RefundAnswer.Refused("refund-exceeds-paid", Money.Yuan("12.00")),
            account.Decide(new RefundRequest.OfAll("p2", "case-2", Money.Yuan("12.01"))));
    }

    [Fact]
    public void Three_pieces_one_by_one_are_the_whole_price_and_freight()
    {
        var account = Item();
        foreach (var piece in new[] { "a", "b", "c" }) account = account.Took(new RefundRequest.Pieces(piece, "case", 1, WithFreight: true));

        Assert.Equal(["33.33", "33.34", "33.33"], account.Entries.Select(entry => entry.Price.ToString()));
        Assert.True(account.Left.IsZero);
        Assert.Equal(
            "pieces-out-of-range",
            Assert.IsType<RefundAnswer.Refused>(account.Decide(new RefundRequest.Pieces("d", "case", 1, WithFreight: false))).Code);
    }

    [Fact]
    public void A_counterfeits_multiple_is_compensation_and_no_refund_of_the_item()
    {
        var account = Item().Took(new RefundRequest.Rest("p1", "case")).Took(new RefundRequest.Compensation("p2", "case", Money.Yuan("200.00")));

        Assert.Equal((account.Paid, Money.Yuan("200.00")), (account.Refunded, account.Compensated));
    }

    [Fact]
    public void What_was_refunded_elsewhere_leaves_nothing_here() => Assert.Equal(
        new RefundAnswer.Refused("refund-exceeds-paid", Money.Yuan("0.00")),
        Item().Took(new RefundRequest.Fact("elsewhere", "other-mall", null)).Decide(new RefundRequest.OfAll("p1", "case", Money.Yuan("0.01"))));

    [Fact]
    public void What_was_paid_although_nothing_was_left_is_kept_as_paid_too_much()
    {
        var account = Item().Took(new RefundRequest.Rest("p1", "case")).Took(new RefundRequest.Fact("e", "other-mall", Money.Yuan("5.00")));

        Assert.Equal((account.Paid, Money.Yuan("5.00")), (account.Refunded, account.TooMuch));
    }

    [Fact]
    public void What_was_paid_comes_before_what_is_only_to_go_out_and_that_is_decided_anew()
    {
        var wished = new RefundRequest.OfAll("p1", "case", Money.Yuan("90.00")) { Pending = true };
        var account = Item().Took(wished).Took(new RefundRequest.Fact("e", "other-mall", Money.Yuan("100.00")));

        Assert.Equal((Money.Yuan("0.00"), false), (account.TooMuch, account.Holds("p1")));
        Assert.Equal(new RefundAnswer.Refused("refund-exceeds-paid", Money.Yuan("12.00")), account.Decide(wished));

        // It was on its way and arrived all the same.
        Assert.Equal(Money.Yuan("78.00"), account.Took(new RefundRequest.Fact("p1", "case", Money.Yuan("90.00"))).TooMuch);
    }

    [Fact]
    public void What_is_only_to_go_out_stays_where_there_is_room_for_both()
    {
        var wished = new RefundRequest.OfAll("p1", "case", Money.Yuan("90.00")) { Pending = true };
        var account = Item().Took(wished).Took(new RefundRequest.Fact("e", "other-mall", Money.Yuan("22.00")));

        Assert.IsType<RefundAnswer.Repeated>(account.Decide(wished));
        account = account.Took(new RefundRequest.Fact("p1", "case", Money.Yuan("90.00")));
        Assert.Equal((Money.Yuan("0.00"), Money.Yuan("0.00"), false), (account.Left, account.TooMuch, account.Entries.Any(entry => entry.Pending)));
    }

    [Fact]
    public void Whether_what_a_person_lets_out_is_too_much_is_known_when_it_was_paid()
    {
        var account = Item().Took(new RefundRequest.Rest("p1", "case-1") { Pending = true })
            .Took(new RefundRequest.Fact("p2", "case-2", Money.Yuan("112.00")) { Pending = true });
        Assert.Equal(Money.Yuan("0.00"), account.TooMuch);

        account = account.Took(new RefundRequest.Undo("p1.cancelled", "case-1", "p1")).Took(new RefundRequest.Fact("p2", "case-2", Money.Yuan("112.00")));
        Assert.Equal((Money.Yuan("0.00"), Money.Yuan("112.00")), (account.TooMuch, account.Refunded));
    }

    [Fact]
    public void What_is_undone_can_be_refunded_again_under_the_same_key()
    {
        var payout = new RefundRequest.Rest("p1", "case");
        var account = Item().Took(payout).Took(new RefundRequest.Undo("p1.cancelled", "case", "p1"));
        Assert.Equal(account.Paid, account.Left);

        Assert.True(account.Took(payout).Left.IsZero);
    }

    [Fact]
    public void The_same_key_for_another_sum_is_refused() => Assert.Equal(
        "refund-key-reused",
        Assert.IsType<RefundAnswer.Refused>(
            Item().Took(new RefundRequest.OfAll("p1", "case", Money.Yuan("1.00"))).Decide(new RefundRequest.OfAll("p1", "case", Money.Yuan("2.00")))).Code);

    [Fact]
    public void An_exchange_for_more_is_paid_by_the_customer_and_comes_back_with_the_rest()
    {
        var account = Item().Took(new RefundRequest.ExchangedForMore("x", "case", new Tender("t-3", "card", Money.Yuan("8.05"))))
            .Took(new RefundRequest.Rest("p1", "case"));

        Assert.Equal(Money.Yuan("120.05"), account.Refunded);
        Assert.Equal(new TenderShare("t-3", Money.Yuan("8.05")), account.Entries[1].Shares[^1]);
    }

    /// <summary>100.00 and 12.00 of freight for three pieces, by gift card and card.</summary>
    private static RefundAccount Item() => RefundAccount.Open(Money.Yuan("100.00"), Money.Yuan("12.00"), 3, [GiftCard, Card]);
}

internal static class RefundAccounts
{
    public static RefundAccount Took(this RefundAccount account, RefundRequest request) =>
        Assert.IsType<RefundAnswer.Taken>(account.Decide(request)).Account;
}
