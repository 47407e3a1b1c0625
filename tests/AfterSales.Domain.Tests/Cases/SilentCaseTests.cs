using AfterSales.Domain.Cases;

namespace AfterSales.Domain.Tests.Cases;

public sealed class SilentCaseTests
{
    [Fact]
    public void When_nobody_acts_a_covered_shoe_claim_goes_through_its_steps_to_the_second()
    {
        var mall = Mall.CoveredShoes("2026-11-02 09:00:00").Until("2026-11-04 09:00:30")
            .Paid("2026-11-04 09:01:00").Until("2026-11-20 00:00:00");

        Assert.Equal(
            [
                "2026-11-02 09:00:00 case-opened",
                "2026-11-02 09:10:00 deadline-missed",
                "2026-11-02 09:10:00 late-response-recorded",
                "2026-11-02 09:10:00 escalated",
                "2026-11-02 09:40:00 deadline-missed",
                "2026-11-02 09:40:00 escalated",
                "2026-11-02 13:00:00 deadline-missed",
                "2026-11-04 09:00:00 deadline-missed",
                "2026-11-04 09:00:00 claim-upheld",
                "2026-11-04 09:00:00 refund-instructed",
                "2026-11-04 09:01:00 refund-confirmed",
                "2026-11-11 23:59:59 decision-accepted",
                "2026-11-11 23:59:59 case-closed",
            ],
            mall.History());
        Assert.Equal([Steps.InspectionDepartment, Steps.GmInCharge], mall.All<Escalated>().Select(escalated => escalated.To));
        Assert.Equal(["counter", "inspection_department", "floor_head", "gm_in_charge"],
            mall.All<DeadlineMissed>().Select(missed => missed.Deadline));
    }

    [Fact]
    public void The_rulebook_decides_in_the_managers_stead_and_the_supplier_who_never_agreed_pays()
    {
        var upheld = Mall.CoveredShoes().Until("2026-11-04 09:00:30").The<ClaimUpheld>();

        Assert.Equal(Remedy.Return, upheld.Remedy);
        Assert.Equal(Money.Yuan("280.50"), upheld.Amount);
        Assert.Equal(Money.Yuan("280.50"), upheld.Increase);
        Assert.True(upheld.ReachedStep4);
        Assert.False(upheld.SupplierAgreed);
        Assert.True(upheld.BySilence);
        Assert.Equal(Steps.GmInCharge, upheld.Rung);
        Assert.Contains("MALL-3.1.1-DR", upheld.Clauses);
    }

    [Fact]
    public void A_silent_case_with_an_excluded_claim_is_refused_with_its_clause_and_closes_a_week_later()
    {
        var mall = Mall.ClearanceShoes().Until("2026-11-20 00:00:00");

        Assert.Equal("MALL-3.4.3", mall.The<ClaimRefused>().Clause);
        Assert.Empty(mall.Now.Payouts);
        Assert.Equal(CaseOutcome.Refused, mall.Now.Outcome);
        Assert.Equal(Mall.At("2026-11-11 23:59:59"), mall.Now.ClosedAt);
    }

    [Fact]
    public void A_silent_case_that_the_rulebook_leaves_to_negotiation_is_refused_with_that_clause() =>
        Assert.Equal("MALL-3.2", Mall.ShoesWithoutDefect().Until("2026-11-04 09:00:30").The<ClaimRefused>().Clause);

    [Fact]
    public void A_silent_case_with_facts_missing_is_refused_and_can_be_contested()
    {
        var mall = Mall.ShoesWithFactsMissing().Until("2026-11-04 09:00:30");

        Assert.Equal("MALL-3.4.11", mall.The<ClaimRefused>().Clause);
        Assert.Equal(["customer 2026-11-11 23:59:59"], mall.Waiting());
    }

    [Fact]
    public void A_repair_that_silence_grants_has_a_week_and_then_goes_to_the_inspection_department()
    {
        var mall = Mall.ShoesForRepair().Until("2026-11-04 09:00:30");

        Assert.Equal(Remedy.Repair, mall.The<ClaimUpheld>().Remedy);
        Assert.True(mall.The<ClaimUpheld>().Amount.IsZero);
        Assert.Equal(["customer 2026-11-11 23:59:59", "repair 2026-11-11 23:59:59"], mall.Waiting().Order());
        Assert.Equal("MALL-3.1.1-R-TIME", mall.Now.Open("repair")!.Clause);

        mall.Until("2026-11-12 00:00:00");

        Assert.Equal("repair", mall.All<DeadlineMissed>().Last().Deadline);
        Assert.Equal(Steps.InspectionDepartment, mall.All<Escalated>().Last().To);
        Assert.False(mall.Now.IsClosed);
    }

    [Fact]
    public void A_repair_that_nobody_does_and_nobody_decides_about_again_ends_in_the_price()
    {
        var mall = Mall.ShoesForRepair().Until("2026-11-16 00:00:00");

        Assert.Equal((Remedy.Refund, Money.Yuan("300.00")), (mall.Now.Ruling!.Remedy, mall.Now.Ruling.Amount));
        var instructed = mall.All<RefundInstructed>().First();
        Assert.Equal((Mall.At("2026-11-13 23:59:59"), Money.Yuan("300.00")), (instructed.At, instructed.Amount));
    }

    [Fact]
    public void A_payout_that_is_never_answered_is_instructed_three_times_and_then_waits_for_finance()
    {
        var mall = Mall.CoveredShoes().Until("2026-12-31 00:00:00");

        Assert.Equal(
            ["2026-11-04 09:00:00 attempt 1", "2026-11-05 09:00:00 attempt 2", "2026-11-06 09:00:00 attempt 3"],
            mall.All<RefundInstructed>().Select(instructed => $"{Mall.Shown(instructed.At)} attempt {instructed.Attempt}"));
        Assert.Single(mall.All<RefundInstructed>().Select(instructed => instructed.PayoutId).Distinct());
        Assert.Equal(Mall.At("2026-11-07 09:00:00"), mall.The<PayoutQueuedForFinance>().At);
        Assert.Equal(Mall.At("2026-11-11 23:59:59"), mall.The<DecisionAccepted>().At);
        Assert.Equal(CaseStatus.AwaitingFinance, mall.Now.Status);
        Assert.Empty(mall.Now.Deadlines);
        Assert.False(mall.Now.IsClosed);

        mall.Do(new SettlePayout(Mall.At("2027-01-04 10:00:00"), Mall.Finance, mall.Payout, "sealed"));

        Assert.Equal(Mall.At("2027-01-04 10:00:00"), mall.Now.ClosedAt);
    }

    [Fact]
    public void After_a_refusal_by_the_manager_silence_at_every_outer_step_ends_in_arbitration_which_has_no_clock()
    {
        var mall = Mall.ClearanceShoes().Until("2026-11-04 09:00:30").CustomerContests("2026-11-05 10:00:00");

        Assert.Equal(["consumer_association 2027-01-04 23:59:59"], mall.Waiting());
        mall.Until("2027-01-05 00:00:00");
        Assert.Equal(["legal_counsel 2027-01-19 23:59:59"], mall.Waiting());
        mall.Until("2027-12-31 00:00:00");
        Assert.Empty(mall.Now.Deadlines);
        Assert.Equal(CaseStatus.InArbitration, mall.Now.Status);
        Assert.Equal(Steps.LegalArbitration, mall.Now.Level);
    }

    [Fact]
    public void The_due_instant_itself_is_on_time_and_the_next_tick_is_not()
    {
        var mall = Mall.CoveredShoes();
        var counter = mall.Now.Open("counter")!;

        Assert.Equal("deadline-not-due", mall.Refuses(new DeadlineElapsed(counter.Due, counter.Id)));
        Assert.Equal("deadline-passed", mall.Refuses(new SupplierAccepts(counter.Due + NodaTime.Duration.FromTicks(1), Mall.Supplier)));
        mall.Do(new SupplierAccepts(counter.Due, Mall.Supplier));
        Assert.Equal("deadline-met", mall.Refuses(new DeadlineElapsed(counter.Due + NodaTime.Duration.FromTicks(1), counter.Id)));
    }

    [Fact]
    public void Every_deadline_says_who_owns_it_how_it_was_reckoned_and_what_silence_means()
    {
        var deadline = Mall.CoveredShoes().Now.Open("counter")!;

        Assert.Equal("MALL-LIM-1", deadline.Clause);
        Assert.Equal(Party.Supplier, deadline.Owner);
        Assert.Contains("2026-11-02 09:00:00 + 10 minutes = 2026-11-02 09:10:00", deadline.Arithmetic.English, StringComparison.Ordinal);
        Assert.Contains("Inspection Department", deadline.OnMiss.En, StringComparison.Ordinal);
        Assert.Contains("督察部", deadline.OnMiss.Zh, StringComparison.Ordinal);
    }

    [Fact]
    public void A_timer_served_months_late_leaves_the_same_history_as_timers_served_at_once()
    {
        var served = Mall.CoveredShoes().Until("2027-06-01 00:00:00");
        var late = Mall.CoveredShoes();
        late.Do(new DeadlineElapsed(Mall.At("2027-06-01 00:00:00"), late.Now.Deadlines[0].Id));

        Assert.Equal(served.Events.Select(happened => happened.ToString()), late.Events.Select(happened => happened.ToString()));
    }
}
