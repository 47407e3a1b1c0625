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
    public void A_failed_payout_is_instructed_again_a_day_after_it_was_instructed()
    {
        var mall = Granted().Do(Failed(Granted(), "2026-11-02 09:06:00")).Until("2026-11-03 09:06:00");

        Assert.Equal(["2026-11-02 09:05:00", "2026-11-03 09:05:00"],
            mall.All<RefundInstructed>().Select(instructed => Mall.Shown(instructed.At)));
        Assert.Equal([1, 2], mall.All<RefundInstructed>().Select(instructed => instructed.Attempt));
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

    private static Mall Granted() => Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00");

    /// <summary>Cancelled by finance after the third attempt went unanswered.</summary>
    private static Mall Cancelled(Mall mall, string at) => mall.Until(at)
        .Do(new CancelPayout(Mall.At(at), Mall.Finance, mall.Payout, "sealed"));

    private static FailPayout Failed(Mall mall, string at) => new(Mall.At(at), Mall.Marketplace, mall.Payout, "sealed");
}
