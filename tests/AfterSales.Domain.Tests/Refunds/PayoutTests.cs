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
    public void A_confirmation_after_cancellation_is_a_recorded_contradiction()
    {
        var mall = Granted();
        mall.Do(new CancelPayout(Mall.At("2026-11-02 09:06:00"), Mall.Finance, mall.Payout, "sealed"))
            .Paid("2026-11-02 09:07:00").Paid("2026-11-02 09:08:00");

        var contradiction = Assert.Single(mall.Now.Contradictions);
        Assert.Equal(("cancelled", "confirmed"), (contradiction.Held, contradiction.Given));
        Assert.Equal(PayoutState.Cancelled, mall.Now.Payouts[0].State);
        Assert.True(mall.Now.Paid.IsZero);
    }

    [Fact]
    public void What_finance_settled_and_the_marketplace_confirms_is_a_contradiction_not_a_second_payment()
    {
        var mall = Granted();
        mall.Do(new SettlePayout(Mall.At("2026-11-02 09:06:00"), Mall.Finance, mall.Payout, "sealed")).Paid("2026-11-02 09:07:00");

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

    private static FailPayout Failed(Mall mall, string at) => new(Mall.At(at), Mall.Marketplace, mall.Payout, "sealed");
}
