using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Tests.Cases;

namespace AfterSales.Domain.Tests.Refunds;

/// <summary>A payout that is held back because more would go back for the item than was paid, and how it goes out all the same.</summary>
public sealed class ReleaseTests
{
    private static readonly Actor Second = new(Party.Manager, "manager-2");

    [Fact]
    public void What_is_held_goes_out_with_a_reason() => Assert.Equal(
        ("reason-required", 2),
        (Small().Refuses(Release(Small(), null)), Small().Do(Release(Small())).Now.OpenPayout!.Attempt));

    [Fact]
    public void What_is_not_held_goes_out_without_one()
    {
        var mall = Mall.CoveredShoes().Until("2026-11-08 00:00:00");

        Assert.Equal(PayoutState.Instructed, mall.Do(new RetryPayout(Mall.At("2026-11-08 00:00:00"), Mall.Finance, mall.Payout)).Now.OpenPayout!.State);
    }

    [Fact]
    public void Above_the_limit_it_goes_out_when_a_second_person_approves_it()
    {
        var shop = CaseStates.HeldAboveLimit();
        shop.Do(Release(shop));
        Assert.Equal((CaseStatus.AwaitingApproval, Party.Manager, 1), (shop.Now.Status, shop.Now.Owner!.Value, shop.Now.OpenPayout!.Attempt));
        Assert.Equal("awaiting-approval", shop.Refuses(Release(shop)));
        Assert.Equal("own-proposal", shop.Refuses(new ApproveDecision(Mall.At("2026-11-03 10:31:00"), new Actor(Party.Manager, Mall.Finance.Id))));

        shop.Do(new ApproveDecision(Mall.At("2026-11-03 10:31:00"), Second));

        var told = shop.All<RefundInstructed>().Last();
        Assert.Equal((2, Mall.Finance, Second), (told.Attempt, told.By, shop.The<PayoutReleased>().By));
        Assert.IsType<RefundRequest.Fact>(ItemRefund.Told(shop.Now, told));
    }

    [Fact]
    public void A_release_that_is_sent_back_leaves_it_held()
    {
        var shop = CaseStates.HeldAboveLimit();
        shop.Do(Release(shop)).Do(new SendBackDecision(Mall.At("2026-11-03 10:31:00"), Second, "sealed"));

        Assert.Equal((CaseStatus.AwaitingFinance, PayoutHold.ItemRefundedAlready), (shop.Now.Status, shop.Now.OpenPayout!.Held));
    }

    [Fact]
    public void Who_let_it_out_does_not_resolve_what_was_paid_too_much()
    {
        var mall = Small();
        mall.Do(Release(mall)).Paid("2026-11-02 11:00:00").Do(new NoteOverpayment(Mall.At("2026-11-02 11:01:00"), $"{mall.Payout}", Money.Yuan("80.50")));

        Assert.Equal("own-release", mall.Refuses(Resolve(Mall.Finance)));
        Assert.Null(mall.Do(Resolve(new Actor(Party.Finance, "finance-2"))).Now.Overpaid);
    }

    [Fact]
    public void What_an_action_pays_says_what_holds_it_and_is_nothing_where_the_case_knows_that_it_is_held()
    {
        var effect = Accepting(Mall.CoveredShoes());
        Assert.Equal((Money.Yuan("280.50"), CaseStatus.AwaitingPayout, PayoutHold.ItemRefundedAlready), (effect.Pays, effect.Status, effect.HeldIf!.Value));

        effect = Accepting(Mall.CoveredShoes().Do(
            new NoteReport(Mall.At("2026-11-02 09:01:00"), Mall.Marketplace, MarketplaceReport.RefundedElsewhere, Money.Yuan("19.51"), "re_1")));
        Assert.Equal((Money.Zero, CaseStatus.AwaitingFinance, (PayoutHold?)null), (effect.Pays, effect.Status, effect.HeldIf));

        // Nothing holds what finance lets out.
        effect = AllowedActions.Of(Small().Now, Mall.At("2026-11-02 10:00:00")).Single(one => one.Action == CaseAction.RetryPayout).Effect!;
        Assert.Equal((Money.Yuan("280.50"), (PayoutHold?)null), (effect.Pays, effect.HeldIf));
    }

    [Fact]
    public void A_hand_made_retry_of_what_was_never_held_asks_the_account_as_any_other()
    {
        var mall = Mall.CoveredShoes().Until("2026-11-08 00:00:00");
        mall.Do(new RetryPayout(Mall.At("2026-11-08 00:00:00"), Mall.Finance, mall.Payout));

        Assert.IsType<RefundRequest.OfAll>(ItemRefund.Told(mall.Now, mall.All<RefundInstructed>().Last()));
    }

    private static ActionEffect Accepting(Mall mall) =>
        AllowedActions.Of(mall.Now, Mall.At("2026-11-02 09:02:00")).Single(one => one.Action == CaseAction.Accept).Effect!;

    /// <summary>280.50 where four eyes begin above 1000.00.</summary>
    private static Mall Small() => CaseStates.Held(Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00"));

    private static RetryPayout Release(Mall mall, string? reason = "sealed") =>
        new(mall.Now.OpenPayout!.InstructedAt + NodaTime.Duration.FromMinutes(30), Mall.Finance, mall.Payout, reason);

    private static ResolveOverpayment Resolve(Actor by) => new(Mall.At("2026-11-02 12:00:00"), by, OverpaymentEnd.WrittenOff, "sealed");
}
