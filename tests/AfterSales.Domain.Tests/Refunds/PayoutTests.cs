using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Tests.Cases;

namespace AfterSales.Domain.Tests.Refunds;

public sealed class PayoutTests
{
    [Fact]
    public void A_repeated_confirmation_is_no_error_and_changes_nothing()
    {
        var mall = Granted().Paid("2026-11-02 09:06:00").Paid("2026-11-02 09:07:00");

        Assert.Single(mall.All<RefundConfirmed>());
    }

    [Fact]
    public void Refunds_elsewhere_add_up_and_each_counts_once()
    {
        var mall = Mall.CoveredShoes();
        foreach (var (refund, amount) in new[] { ("re_1", "100.00"), ("re_2", "100.00"), ("re_1", "100.00") }) mall.Do(Elsewhere(refund, amount));

        Assert.Equal(
            [new("re_1", Money.Yuan("100.00")), new("re_2", Money.Yuan("100.00"))], mall.Now.RefundsElsewhere.ToArray());
        Assert.Equal(MarketplaceReport.RefundedElsewhere, Assert.Single(mall.Now.Reports));

        mall.Do(Elsewhere("re_2", "150.00"));
        Assert.Equal(new Contradiction("refund:re_2", "100.00", "150.00"), Assert.Single(mall.Now.Contradictions));
    }

    [Fact]
    public void A_platforms_refund_answers_one_payout_of_that_amount_and_the_next_one_comes_on_top()
    {
        var mall = Granted();
        foreach (var refund in new[] { "re_1", "re_1", "re_2" }) mall.Do(Refunded(mall, refund));

        Assert.Equal("re_1", Assert.Single(mall.All<RefundConfirmed>()).Refund);
        Assert.Equal(new RefundElsewhere("re_2", mall.Now.Payouts[0].Amount), Assert.Single(mall.Now.RefundsElsewhere));
    }

    [Fact]
    public void A_platforms_refund_is_the_payment_that_was_confirmed_or_settled_without_it()
    {
        var mall = Granted().Paid("2026-11-02 09:06:00");
        foreach (var refund in new[] { "re_1", "re_1", "re_2" }) mall.Do(Refunded(mall, refund));

        Assert.Equal((mall.Payout, "re_1"), (mall.The<RefundMatched>().PayoutId, mall.The<RefundMatched>().Refund));
        Assert.Equal("re_2", Assert.Single(mall.Now.RefundsElsewhere).Refund);
    }

    [Fact]
    public void A_failed_payout_is_instructed_again_a_day_after_it_was_instructed()
    {
        var mall = Granted().Do(Failed(Granted(), "2026-11-02 09:06:00")).Until("2026-11-03 09:06:00");

        Assert.Equal(["2026-11-02 09:05:00", "2026-11-03 09:05:00"],
            mall.All<RefundInstructed>().Select(instructed => Mall.Shown(instructed.At)));
        Assert.Equal([1, 2], mall.All<RefundInstructed>().Select(instructed => instructed.Attempt));
    }

    [Fact]
    public void A_payout_by_two_tenders_is_confirmed_when_both_have_been_paid_and_each_counts_once()
    {
        var mall = Split();
        mall.Do(Confirmed(mall, "2026-11-02 09:06:00", ("card", "180.50"))).Do(Confirmed(mall, "2026-11-02 09:07:00", ("card", "180.50")));
        Assert.Equal(PayoutState.Instructed, mall.Now.Payouts[0].State);
        Assert.Single(mall.All<TenderRefunded>());

        mall.Do(Confirmed(mall, "2026-11-02 09:08:00", ("gift", "100.00")));

        Assert.Equal(PayoutState.Confirmed, mall.Now.Payouts[0].State);
        Assert.Equal(Money.Yuan("280.50"), mall.The<RefundConfirmed>().Amount);
    }

    [Theory]
    [InlineData("points", "1.00", "unknown-tender")]
    [InlineData("card", "0.00", "payout-amount-differs")]
    [InlineData("card", "180.49", "payout-amount-differs")]
    [InlineData("gift", "100.01", "payout-amount-differs")]
    public void A_tender_is_confirmed_with_one_amount_and_never_beyond_the_payout(string tender, string amount, string code)
    {
        var mall = Split();
        mall.Do(Confirmed(mall, "2026-11-02 09:06:00", ("card", "180.50")));

        Assert.Equal(code, mall.Refuses(Confirmed(mall, "2026-11-02 09:07:00", (tender, amount))));
    }

    [Fact]
    public void What_was_paid_by_one_tender_is_remembered_over_the_next_attempt_and_is_not_cancelled()
    {
        var mall = Split();
        mall.Do(Confirmed(mall, "2026-11-02 09:06:00", ("card", "180.50"))).Until("2026-11-06 00:00:00");
        Assert.Equal(PayoutState.QueuedForFinance, mall.Now.OpenPayout!.State);

        Assert.Equal("payout-partly-paid", mall.Refuses(new CancelPayout(Mall.At("2026-11-06 10:00:00"), Mall.Finance, mall.Payout)));
        mall.Do(new RetryPayout(Mall.At("2026-11-06 10:00:00"), Mall.Finance, mall.Payout))
            .Do(Confirmed(mall, "2026-11-06 11:00:00", ("gift", "100.00")));

        Assert.Equal(Money.Yuan("280.50"), mall.Now.Paid);
    }

    [Fact]
    public void What_finance_reconciles_later_keeps_its_day_and_reference_and_is_not_paid_again()
    {
        var mall = Granted().Until("2026-11-06 00:00:00");
        var early = new SettlePayout(Mall.At("2026-11-06 10:00:00"), Mall.Finance, mall.Payout, null, new NodaTime.LocalDate(2026, 11, 7), "B-1");
        Assert.Equal("paid-on-later", mall.Refuses(early));

        mall.Do(early with { PaidOn = new NodaTime.LocalDate(2026, 11, 4) }).Paid("2026-11-06 11:00:00");

        var payout = Assert.Single(mall.Now.Payouts);
        Assert.Equal((PayoutState.Settled, "2026-11-04", "B-1"), (payout.State, payout.PaidOn!.Value.ToString("uuuu-MM-dd", null), payout.Reference!));
        Assert.Equal(Money.Yuan("280.50"), mall.Now.Paid);
        Assert.Equal(("settled", "confirmed"), (mall.Now.Contradictions[0].Held, mall.Now.Contradictions[0].Given));
    }

    [Fact]
    public void An_instruction_that_is_held_back_waits_for_finance_and_shows_why_until_it_goes_out()
    {
        var mall = Granted();
        var hold = new HoldPayout(Mall.At("2026-11-02 09:05:01"), Actor.Clock, mall.Payout, 1, PayoutHold.ItemRefundedAlready);
        mall.Do(hold).Do(hold);
        Assert.Equal((CaseStatus.AwaitingFinance, PayoutHold.ItemRefundedAlready), (mall.Now.Status, mall.Now.OpenPayout!.Held!.Value));
        Assert.Single(mall.All<PayoutQueuedForFinance>());

        mall.Do(new RetryPayout(Mall.At("2026-11-02 10:00:00"), Mall.Finance, mall.Payout, "sealed")).Do(hold with { At = Mall.At("2026-11-02 10:00:01") });

        Assert.Equal((PayoutState.Instructed, (PayoutHold?)null), (mall.Now.OpenPayout!.State, mall.Now.OpenPayout.Held));
    }

    [Fact]
    public void The_third_failure_goes_to_finance_at_once()
    {
        var mall = Granted();
        foreach (var day in new[] { "2026-11-02", "2026-11-03", "2026-11-04" })
        {
            mall.Do(Failed(mall, $"{day} 09:06:00"));
        }

        Assert.Equal(Mall.At("2026-11-04 09:06:00"), mall.The<PayoutQueuedForFinance>().At);
        Assert.Equal(CaseStatus.AwaitingFinance, mall.Now.Status);
    }

    [Fact]
    public void Finance_can_have_a_failed_payout_instructed_without_waiting_but_not_one_in_flight()
    {
        var mall = Granted();
        Assert.Equal("payout-in-flight", mall.Refuses(new RetryPayout(Mall.At("2026-11-02 09:05:30"), Mall.Finance, mall.Payout)));

        mall.Do(Failed(mall, "2026-11-02 09:06:00")).Do(new RetryPayout(Mall.At("2026-11-02 10:00:00"), Mall.Finance, mall.Payout));

        Assert.Equal(2, mall.Now.OpenPayout!.Attempt);
        Assert.Contains("payout 2026-11-03 10:00:00", mall.Waiting());
    }

    [Fact]
    public void An_attempt_that_may_still_be_paid_is_neither_settled_nor_cancelled()
    {
        var mall = Granted();
        Assert.Equal("payout-in-flight", mall.Refuses(new SettlePayout(Mall.At("2026-11-02 09:05:30"), Mall.Finance, mall.Payout)));
        Assert.Equal("payout-in-flight", mall.Refuses(new CancelPayout(Mall.At("2026-11-02 09:05:30"), Mall.Finance, mall.Payout)));

        mall.Until("2026-11-04 09:06:00");
        Assert.Equal(3, mall.Now.OpenPayout!.Attempt);
        Assert.Equal("payout-in-flight", mall.Refuses(new CancelPayout(Mall.At("2026-11-05 09:05:00"), Mall.Finance, mall.Payout)));

        Cancelled(mall, "2026-11-05 09:05:01");
        Assert.Equal(PayoutState.Cancelled, mall.Now.Payouts[0].State);
    }

    [Fact]
    public void A_confirmation_after_cancellation_counts_as_paid_and_is_a_recorded_contradiction()
    {
        var mall = Cancelled(Granted(), "2026-11-06 10:00:00");
        Assert.True(mall.Now.Granted.IsZero);

        mall.Paid("2026-11-06 11:00:00").Paid("2026-11-06 12:00:00");

        var contradiction = Assert.Single(mall.Now.Contradictions);
        Assert.Equal(("cancelled", "confirmed"), (contradiction.Held, contradiction.Given));
        Assert.Equal(mall.Events.ToList().FindIndex(happened => happened is PayoutCancelled) + 1, mall.The<RefundConfirmed>().Cancellation);
        Assert.Equal(PayoutState.Confirmed, mall.Now.Payouts[0].State);
        Assert.Equal((Money.Yuan("280.50"), Money.Yuan("280.50")), (mall.Now.Granted, mall.Now.Paid));
        Assert.Contains(mall.Now.Timeline, line => line.Event == "contradiction-noted" && line.What.En.Contains("counts as paid"));
    }

    [Fact]
    public void A_confirmation_after_cancellation_counts_in_a_closed_case_too()
    {
        var mall = Cancelled(Granted().CustomerAccepts("2026-11-02 10:00:00"), "2026-11-06 10:00:00");
        Assert.True(mall.Now.IsClosed);

        mall.Paid("2026-11-06 11:00:00");

        Assert.Equal(Money.Yuan("280.50"), mall.Now.Paid);
        Assert.Single(mall.All<CaseClosed>());
    }

    [Fact]
    public void What_was_paid_after_cancellation_is_not_paid_again_by_a_higher_decision()
    {
        var mall = Cancelled(Granted(), "2026-11-06 10:00:00").Paid("2026-11-06 11:00:00");
        mall.CustomerContests("2026-11-06 12:00:00").Decides("2026-11-06 13:00:00", Mall.FloorManager, Outcome.Uphold);

        Assert.True(mall.All<ClaimUpheld>().Last().Increase.IsZero);
        Assert.Null(mall.Now.OpenPayout);
        Assert.Equal(Money.Yuan("280.50"), mall.Now.Paid);
    }

    [Fact]
    public void A_cancelled_sum_granted_anew_goes_out_under_its_old_id_so_that_a_late_confirmation_is_its_own()
    {
        var mall = Cancelled(Granted(), "2026-11-06 10:00:00");
        mall.CustomerContests("2026-11-06 12:00:00").Decides("2026-11-06 13:00:00", Mall.FloorManager, Outcome.Uphold);
        Assert.Equal([1, 2, 3, 4], mall.All<RefundInstructed>().Select(instructed => instructed.Attempt));
        Assert.Single(mall.All<RefundInstructed>().Select(instructed => instructed.PayoutId).Distinct());

        mall.Paid("2026-11-06 14:00:00");

        Assert.Empty(mall.Now.Contradictions);
        Assert.Equal((Money.Yuan("280.50"), Money.Yuan("280.50")), (mall.Now.Granted, mall.Now.Paid));
    }

    [Fact]
    public void Another_sum_granted_anew_is_left_to_finance_once_the_cancelled_one_turns_out_to_be_paid()
    {
        var mall = Cancelled(Granted(), "2026-11-06 10:00:00").CustomerContests("2026-11-06 12:00:00");
        var first = mall.Payout;
        mall.Do(new DecideClaim(
            Mall.At("2026-11-06 13:00:00"), Mall.FloorManager, Outcome.Uphold, "sealed", Remedy.Refund, Money.Yuan("300.00")));
        Assert.NotEqual(first, mall.Payout);

        mall.Do(new ConfirmPayout(Mall.At("2026-11-06 14:00:00"), Mall.Marketplace, first)).Do(Failed(mall, "2026-11-06 15:00:00"));
        Assert.Equal(CaseStatus.AwaitingFinance, mall.Now.Status);

        mall.Do(new CancelPayout(Mall.At("2026-11-06 16:00:00"), Mall.Finance, mall.Payout));
        Assert.Equal((Money.Yuan("280.50"), Money.Yuan("280.50")), (mall.Now.Granted, mall.Now.Paid));
        Assert.Null(mall.Now.OpenPayout);
    }

    [Fact]
    public void What_finance_settled_and_the_marketplace_confirms_is_a_contradiction_not_a_second_payment()
    {
        var mall = Granted().Until("2026-11-06 00:00:00");
        mall.Do(new SettlePayout(Mall.At("2026-11-06 09:06:00"), Mall.Finance, mall.Payout, "sealed")).Paid("2026-11-06 09:07:00");

        Assert.Single(mall.Now.Contradictions);
        Assert.Equal(Money.Yuan("280.50"), mall.Now.Paid);
    }

    [Fact]
    public void A_confirmation_that_comes_late_still_pays()
    {
        var mall = Granted().Until("2026-11-20 00:00:00");
        Assert.Equal(CaseStatus.AwaitingFinance, mall.Now.Status);

        mall.Paid("2026-11-20 09:00:00");

        Assert.Equal(Mall.At("2026-11-20 09:00:00"), mall.Now.ClosedAt);
    }

    [Fact]
    public void The_case_closes_with_the_payment_when_the_customer_has_accepted_before()
    {
        var mall = Granted().CustomerAccepts("2026-11-02 12:00:00");
        Assert.Equal(CaseStatus.AwaitingPayout, mall.Now.Status);

        mall.Paid("2026-11-02 13:00:00");

        Assert.True(mall.Now.IsClosed);
    }

    [Fact]
    public void A_confirmation_of_another_amount_is_refused()
    {
        var mall = Granted();
        var payout = mall.Now.Payouts[0];
        Assert.Equal("payout-amount-differs", mall.Refuses(
            new ConfirmPayout(Mall.At("2026-11-02 09:06:00"), Mall.Marketplace, payout.Id, payout.Amount + Money.Yuan("0.01"))));
    }

    [Fact]
    public void A_payout_of_another_case_is_unknown() =>
        Assert.Equal("unknown-payout", Granted().Refuses(
            new ConfirmPayout(Mall.At("2026-11-02 09:06:00"), Mall.Marketplace, PayoutId.For(CaseId.For("demo-mall", "other"), 1))));

    [Fact]
    public void Only_finance_deals_with_payouts()
    {
        var mall = Granted();

        Assert.Equal("not-your-step", mall.Refuses(new SettlePayout(Mall.At("2026-11-02 09:06:00"), Mall.Manager, mall.Payout, "sealed")));
        Assert.Equal("not-your-step", mall.Refuses(new CancelPayout(Mall.At("2026-11-02 09:06:00"), Mall.Supplier, mall.Payout, "sealed")));
    }

    /// <summary>300.00 paid with a gift card of 100.00 and a card.</summary>
    private static Mall Split()
    {
        var open = Mall.Opening("2026-11-02 09:00:00", Mall.Shoes(), ClaimKind.Return);
        var tenders = new[] { new Tender("gift", "gift-card", Money.Yuan("100.00")), new Tender("card", "card", Money.Yuan("200.00")) };
        return Mall.Of(open with { Order = open.Order with { Tenders = tenders } }).SupplierAccepts("2026-11-02 09:05:00");
    }

    private static ConfirmPayout Confirmed(Mall mall, string at, (string Tender, string Amount) part) =>
        new(Mall.At(at), Mall.Marketplace, mall.Payout, null, [new TenderShare(part.Tender, Money.Yuan(part.Amount))]);

    private static NoteReport Elsewhere(string refund, string amount) => new(
        Mall.At("2026-11-02 09:02:00"), Mall.Marketplace, MarketplaceReport.RefundedElsewhere, Money.Yuan(amount), refund);

    private static NoteMarketplaceRefund Refunded(Mall mall, string refund) => new(
        Mall.At("2026-11-02 09:07:00"), Mall.Marketplace, refund, mall.Now.Payouts[0].Amount);

    private static Mall Granted() => Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00");

    /// <summary>Cancelled by finance after the third attempt went unanswered.</summary>
    private static Mall Cancelled(Mall mall, string at) => mall.Until(at)
        .Do(new CancelPayout(Mall.At(at), Mall.Finance, mall.Payout, "sealed"));

    private static FailPayout Failed(Mall mall, string at) => new(Mall.At(at), Mall.Marketplace, mall.Payout, "sealed");
}
