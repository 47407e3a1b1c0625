using AfterSales.Domain.Cases;
using NodaTime;

namespace AfterSales.Domain.Tests.Cases;

/// <summary>What parties can repeat comes to an end; what ends a case does not.</summary>
public sealed class CaseRoomTests
{
    [Fact]
    public void A_customer_reopens_what_he_withdrew_only_so_often()
    {
        var mall = Mall.CoveredShoes();
        for (var n = 0; n < CaseRoom.MostReopenings; n++) Withdraw(mall).Do(Reopening(mall));
        Withdraw(mall);

        Assert.Equal("case-full", mall.Refuses(Reopening(mall)));
    }

    [Fact]
    public void Offers_and_refusals_of_them_come_to_an_end_and_the_clocks_go_on()
    {
        var mall = Mall.CoveredShoes();
        for (var n = 0; n < CaseRoom.MostOffers; n++) mall.Do(Offering()).Do(new DeclineOffer(Mall.At("2026-11-02 09:02:00"), Mall.Customer, "no"));
        Assert.Equal("case-full", mall.Refuses(Offering()));

        mall.Until("2026-11-04 09:00:30").Paid("2026-11-04 09:01:00");

        Assert.Equal(Money.Yuan("280.50"), mall.Now.Paid);

        static MakeOffer Offering() => new(Mall.At("2026-11-02 09:01:00"), Mall.Supplier, Remedy.Refund, Money.Yuan("100.00"), SealedNote: "note");
    }

    [Fact]
    public void A_marketplace_contradicts_itself_only_so_often_and_still_reports_money()
    {
        var mall = Mall.CoveredShoes();
        mall.Do(Contradicting(mall, CaseRoom.MostContradictions));
        Assert.Equal("case-full", mall.Refuses(Contradicting(mall, 1, "again")));

        // What a platform states beyond that is heard and not noted, as it would only send it again.
        mall.Do(new NoteContradiction(Mall.At("2026-11-02 09:02:00"), Mall.Marketplace, new Contradiction("order.paid", "300.00", "1.00")));
        Assert.Equal(CaseRoom.MostContradictions, mall.Now.Contradictions.Length);

        // Money that finance cancelled and that was paid all the same is noted, however much else is.
        mall.SupplierAccepts("2026-11-02 09:05:00").Until("2026-11-06 00:00:00");
        mall.Do(new CancelPayout(Mall.At("2026-11-06 10:00:00"), Mall.Finance, mall.Payout)).Paid("2026-11-06 11:00:00");
        Assert.Equal(CaseRoom.MostContradictions + 1, mall.Now.Contradictions.Length);
    }

    [Fact]
    public void Parties_leave_room_for_staff_and_staff_for_money_and_clocks()
    {
        var at = Mall.At("2026-11-02 10:00:00");
        var payout = Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00").Payout;

        Assert.Equal(CaseRoom.ForParties, CaseRoom.After(new ContestDecision(at, Mall.Customer, "no")));
        Assert.Equal(CaseRoom.ForParties, CaseRoom.After(new UpdateCase(at, Mall.Marketplace, [], [], Mall.Shoes())));
        Assert.Equal(CaseRoom.ForStaff, CaseRoom.After(new AcceptDecision(at, Mall.Customer)));
        Assert.Equal(CaseRoom.ForStaff, CaseRoom.After(new DecideClaim(at, Mall.Manager, Outcome.Refuse, "no")));
        Assert.Equal(CaseRoom.ForMoneyAndClocks, CaseRoom.After(new DeadlineElapsed(at, "counter-1")));
        Assert.Equal(CaseRoom.ForMoneyAndClocks, CaseRoom.After(new SettlePayout(at, Mall.Finance, payout)));
        Assert.Equal(CaseRoom.ForMoneyAndClocks, CaseRoom.After([new WithdrawCase(at, Mall.Marketplace), new ConfirmPayout(at, Mall.Marketplace, payout)]));
    }

    [Fact]
    public void A_file_that_is_being_fetched_is_always_told_what_became_of_it()
    {
        var mall = Mall.CoveredShoes().Do(new RequestEvidence(Mall.At("2026-11-02 09:01:00"), Mall.Marketplace, "a.jpg", "sealed"));
        for (var n = 0; n < CaseRoom.MostRejectedFiles; n++) mall.Do(Rejection($"{n}.jpg"));

        Assert.Equal("case-full", mall.Refuses(Rejection("b.jpg")));
        Assert.Empty(mall.Do(Rejection("a.jpg")).Now.AwaitedEvidence);

        static RejectEvidence Rejection(string name) =>
            new(Mall.At("2026-11-02 09:02:00"), Mall.Marketplace, name, "evidence-too-many", "A case has 40 files.");
    }

    private static Mall Withdraw(Mall mall) => mall.Do(new WithdrawCase(mall.Now.Timeline[^1].At + Duration.FromSeconds(1), Mall.Customer));

    private static ReopenCase Reopening(Mall mall) => new(mall.Now.Timeline[^1].At + Duration.FromSeconds(1), Mall.Customer, "sealed");

    private static UpdateCase Contradicting(Mall mall, int facts, string given = "given") => new(
        Mall.At("2026-11-02 09:01:00"), Mall.Marketplace, [],
        [.. Enumerable.Range(1, facts).Select(n => new Contradiction($"fact:{n}", "held", given))], mall.Now.Decision);
}
