using AfterSales.Domain.Cases;

namespace AfterSales.Domain.Tests.Cases;

public sealed class LadderTests
{
    [Theory]
    [InlineData(Party.FloorManager, "4h", "own-clock")]
    [InlineData(Party.Inspection, "4h", "accepted")]
    [InlineData(Party.Manager, "4h", "accepted")]
    [InlineData(Party.FloorManager, "48h", "own-clock")]
    [InlineData(Party.Inspection, "48h", "own-clock")]
    [InlineData(Party.Manager, "48h", "accepted")]
    public void A_clock_is_excused_by_who_sits_above_its_owner(Party party, string clock, string result)
    {
        var excuse = new ExcuseClock(Mall.At("2026-11-02 09:05:00"), new Actor(party, "x"), clock, "sealed");

        var decision = CaseDecider.Decide(Mall.CoveredShoes().Now, excuse);

        Assert.Equal(result, decision is Decision.Refused refused ? refused.Refusal.Code : "accepted");
    }

    [Fact]
    public void A_supplier_who_accepts_at_the_counter_grants_the_remedy_at_once()
    {
        var mall = Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00");

        Assert.Equal(["supplier-accepted", "claim-upheld", "refund-instructed"], mall.Events.Skip(1).Select(happened => happened.Name));
        Assert.True(mall.The<ClaimUpheld>().SupplierAgreed);
        Assert.False(mall.The<ClaimUpheld>().ReachedStep4);
        Assert.Equal(["customer 2026-11-09 23:59:59", "payout 2026-11-03 09:05:00"], mall.Waiting());
        Assert.Equal(CaseStatus.AwaitingPayout, mall.Now.Status);
    }

    [Fact]
    public void A_supplier_who_does_not_agree_sends_the_case_to_the_floor_head_with_its_statement()
    {
        var mall = Mall.CoveredShoes().SupplierRefuses("2026-11-02 09:05:00");

        Assert.Equal(Steps.FloorHead, mall.Now.Level);
        Assert.Equal("MALL-LAD-1", mall.The<Escalated>().Clause);
        Assert.Equal("sealed", mall.The<SupplierRefused>().SealedStatement);
        Assert.Equal(["floor_head 2026-11-02 13:00:00", "gm_in_charge 2026-11-04 09:00:00"], mall.Waiting());
    }

    [Fact]
    public void A_supplier_has_no_say_after_its_ten_minutes()
    {
        var mall = Mall.CoveredShoes();

        Assert.Equal("deadline-passed", mall.Refuses(new SupplierRefuses(Mall.At("2026-11-02 09:10:01"), Mall.Supplier, "sealed")));
        mall.Until("2026-11-02 09:11:00");
        Assert.Equal("deadline-passed", mall.Refuses(new SupplierRefuses(Mall.At("2026-11-02 09:11:00"), Mall.Supplier, "sealed")));
        Assert.Equal("deadline-passed", mall.Refuses(new SupplierAccepts(Mall.At("2026-11-02 09:11:00"), Mall.Supplier)));
    }

    [Fact]
    public void Another_supplier_may_not_answer() =>
        Assert.Equal("not-your-case", Mall.CoveredShoes().Refuses(new SupplierAccepts(Mall.At("2026-11-02 09:05:00"), Mall.OtherSupplier)));

    [Fact]
    public void The_floor_head_passes_on_to_the_inspection_department_whose_half_hour_then_runs()
    {
        var mall = Mall.CoveredShoes().SupplierRefuses("2026-11-02 09:05:00")
            .Do(new PassOn(Mall.At("2026-11-02 10:00:00"), Mall.FloorManager));

        Assert.Equal(["floor_head 2026-11-02 13:00:00", "gm_in_charge 2026-11-04 09:00:00", "inspection_department 2026-11-02 10:30:00"],
            mall.Waiting());
    }

    [Fact]
    public void The_four_hours_move_a_case_that_is_still_with_the_floor_head()
    {
        var mall = Mall.CoveredShoes().SupplierRefuses("2026-11-02 09:05:00").Until("2026-11-02 13:00:01");

        Assert.Equal(Steps.InspectionDepartment, mall.Now.Level);
        Assert.Contains("inspection_department 2026-11-02 13:30:00", mall.Waiting());
    }

    [Fact]
    public void The_four_hours_are_only_recorded_against_a_case_that_is_beyond_the_floor_head()
    {
        var mall = Mall.CoveredShoes().Until("2026-11-02 13:00:01");

        Assert.Equal(Steps.GmInCharge, mall.Now.Level);
        Assert.Equal(["gm_in_charge 2026-11-04 09:00:00"], mall.Waiting());
        Assert.True(mall.Now.Missed("floor_head"));
    }

    [Fact]
    public void A_decision_in_time_meets_the_four_hours()
    {
        var mall = Mall.CoveredShoes().SupplierRefuses("2026-11-02 09:05:00")
            .Decides("2026-11-02 13:00:00", Mall.FloorManager, Outcome.Uphold)
            .Until("2026-11-02 14:00:00");

        Assert.Empty(mall.All<DeadlineMissed>());
    }

    [Theory]
    [InlineData("2026-11-02 10:00:00")]
    [InlineData(null)]
    public void An_exception_to_the_four_hours_stops_the_escalation_and_the_breach_still_shows(string? recordedAt)
    {
        var mall = Mall.CoveredShoes().SupplierRefuses("2026-11-02 09:05:00");
        if (recordedAt is not null) mall.Do(new ExcuseClock(Mall.At(recordedAt), Mall.Inspection, "4h", "sealed"));

        mall.Until("2026-11-02 13:00:01");

        Assert.Equal(recordedAt is null ? Steps.InspectionDepartment : Steps.FloorHead, mall.Now.Level);
        Assert.Equal(recordedAt is not null, mall.The<DeadlineMissed>().Excepted);
    }

    [Fact]
    public void An_excepted_case_may_still_be_decided_by_the_floor_head_the_next_morning()
    {
        // EX-MALL-105: registered at 22:00, no staff at night, decided at 08:00.
        var mall = Mall.CoveredShoes("2026-11-02 22:00:00").SupplierRefuses("2026-11-02 22:05:00")
            .Do(new ExcuseClock(Mall.At("2026-11-02 22:30:00"), Mall.Inspection, "4h", "sealed"))
            .Until("2026-11-03 07:59:00")
            .Decides("2026-11-03 08:00:00", Mall.FloorManager, Outcome.Uphold);

        Assert.True(mall.Now.Decided);
        Assert.Equal(Mall.At("2026-11-03 02:00:00"), mall.The<DeadlineMissed>().Due);
        Assert.Single(mall.All<Escalated>());
    }

    [Fact]
    public void An_exception_recorded_after_the_breach_moves_nobody_back()
    {
        var mall = Mall.CoveredShoes().SupplierRefuses("2026-11-02 09:05:00").Until("2026-11-02 13:00:01")
            .Do(new ExcuseClock(Mall.At("2026-11-02 13:10:00"), Mall.Inspection, "4h", "sealed"));

        Assert.Equal(Steps.InspectionDepartment, mall.Now.Level);
        Assert.Equal("exception-already-recorded",
            mall.Refuses(new ExcuseClock(Mall.At("2026-11-02 13:11:00"), Mall.Inspection, "4h", "sealed")));
    }

    [Fact]
    public void An_exception_to_the_forty_eight_hours_leaves_the_manager_seven_more_days_and_no_more()
    {
        var mall = Mall.CoveredShoes().Until("2026-11-02 10:00:00")
            .Do(new ExcuseClock(Mall.At("2026-11-02 10:00:00"), Mall.Manager, "48h", "sealed"))
            .Until("2026-11-04 10:00:00");

        Assert.False(mall.Now.Decided);
        Assert.Equal(["gm_in_charge 2026-11-11 23:59:59"], mall.Waiting());
        mall.Until("2026-11-12 00:00:00");
        Assert.True(mall.The<ClaimUpheld>().BySilence);
    }

    [Fact]
    public void The_customer_who_contests_the_inspections_decision_goes_to_the_manager_first_within_the_forty_eight_hours()
    {
        // EX-MALL-119.
        var mall = Mall.ClearanceShoes().Until("2026-11-02 09:11:00").Decides("2026-11-02 09:30:00", Mall.Inspection, Outcome.Refuse)
            .CustomerContests("2026-11-02 18:00:00");

        Assert.Equal(Steps.GmInCharge, mall.Now.Level);
        Assert.Equal("MALL-LAD-2", mall.All<Escalated>().Last().Clause);
        Assert.Equal(["gm_in_charge 2026-11-04 09:00:00"], mall.Waiting());
    }

    [Fact]
    public void A_contest_after_the_forty_eight_hours_gives_the_manager_as_long_again()
    {
        var mall = Mall.ClearanceShoes().Until("2026-11-02 09:11:00").Decides("2026-11-02 09:30:00", Mall.Inspection, Outcome.Refuse)
            .CustomerContests("2026-11-09 12:00:00");

        Assert.Equal(["gm_in_charge 2026-11-11 12:00:00"], mall.Waiting());
    }

    [Fact]
    public void A_contested_decision_of_the_floor_head_goes_to_the_inspection_department_and_of_the_manager_to_the_consumer_association()
    {
        var floor = Mall.CoveredShoes().SupplierRefuses("2026-11-02 09:05:00")
            .Decides("2026-11-02 10:00:00", Mall.FloorManager, Outcome.Refuse)
            .CustomerContests("2026-11-02 11:00:00");
        var manager = Mall.CoveredShoes().Until("2026-11-02 10:00:00").Decides("2026-11-03 10:00:00", Mall.Manager, Outcome.Refuse)
            .CustomerContests("2026-11-03 11:00:00");

        Assert.Equal(["inspection_department 2026-11-02 11:30:00", "gm_in_charge 2026-11-04 09:00:00"], floor.Waiting());
        Assert.Equal(["consumer_association 2027-01-02 23:59:59"], manager.Waiting());
        Assert.Equal(CaseStatus.Referred, manager.Now.Status);
    }

    [Fact]
    public void An_outcome_for_the_customer_outside_the_mall_grants_the_remedy()
    {
        var mall = Mall.CoveredShoes().Until("2026-11-02 10:00:00").Decides("2026-11-03 10:00:00", Mall.Manager, Outcome.Refuse)
            .CustomerContests("2026-11-03 11:00:00")
            .Do(new RecordOutcome(Mall.At("2026-12-01 09:00:00"), Mall.Agent, ExternalOutcome.ForCustomer, "sealed"));

        Assert.Equal(Money.Yuan("280.50"), mall.The<RefundInstructed>().Amount);
        Assert.Equal(Steps.ConsumerAssociation, mall.The<ClaimUpheld>().Rung);
        Assert.True(mall.The<ClaimUpheld>().ReachedStep4);
    }

    [Fact]
    public void An_award_binds_and_closes_the_case_as_soon_as_it_is_paid()
    {
        var mall = InArbitration().Do(new RecordOutcome(Mall.At("2027-03-01 09:00:00"), Mall.Agent, ExternalOutcome.ForCustomer, "sealed",
            Remedy.Refund, Money.Yuan("300.00")));

        Assert.Equal(["payout 2027-03-02 09:00:00"], mall.Waiting());
        mall.Paid("2027-03-01 10:00:00");
        Assert.Equal(Mall.At("2027-03-01 10:00:00"), mall.Now.ClosedAt);
    }

    [Fact]
    public void Arbitration_cannot_stay_unresolved_and_an_award_for_the_supplier_closes_the_case()
    {
        var mall = InArbitration();

        Assert.Equal("award-required",
            mall.Refuses(new RecordOutcome(Mall.At("2027-03-01 09:00:00"), Mall.Agent, ExternalOutcome.Unresolved, "sealed")));
        mall.Do(new RecordOutcome(Mall.At("2027-03-01 09:00:00"), Mall.Agent, ExternalOutcome.ForSupplier, "sealed"));
        Assert.Equal(CaseOutcome.Refused, mall.Now.Outcome);
    }

    [Fact]
    public void A_decision_that_grants_more_after_a_contest_charges_and_pays_the_difference_only()
    {
        var mall = Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00").Paid("2026-11-02 09:06:00")
            .CustomerContests("2026-11-03 10:00:00")
            .Do(new DecideClaim(
                Mall.At("2026-11-03 11:00:00"), Mall.FloorManager, Outcome.Uphold, "sealed", Remedy.Refund, Money.Yuan("300.00")));

        Assert.Equal(["280.50", "19.50"], mall.All<ClaimUpheld>().Select(upheld => upheld.Increase.ToString()));
        Assert.Equal(["280.50", "19.50"], mall.All<RefundInstructed>().Select(instructed => instructed.Amount.ToString()));
        Assert.Equal(2, mall.Now.Payouts.Select(payout => payout.Id).Distinct().Count());
    }

    [Fact]
    public void A_contest_that_fails_takes_nothing_back()
    {
        var mall = Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00").Paid("2026-11-02 09:06:00")
            .CustomerContests("2026-11-03 10:00:00")
            .Decides("2026-11-03 11:00:00", Mall.FloorManager, Outcome.Refuse).CustomerAccepts("2026-11-03 12:00:00");

        Assert.Equal(CaseOutcome.Upheld, mall.Now.Outcome);
        Assert.Equal(Money.Yuan("280.50"), mall.The<CaseClosed>().Paid);
    }

    [Fact]
    public void A_claim_that_the_rulebook_leaves_to_negotiation_needs_an_amount_and_not_more_than_was_paid()
    {
        var mall = Mall.ShoesWithoutDefect();

        Assert.Equal("amount-required", mall.Refuses(new SupplierAccepts(Mall.At("2026-11-02 09:05:00"), Mall.Supplier)));
        Assert.Equal("amount-out-of-range",
            mall.Refuses(new SupplierAccepts(Mall.At("2026-11-02 09:05:00"), Mall.Supplier, Remedy.Refund, Money.Yuan("300.01"))));
        mall.Do(new SupplierAccepts(Mall.At("2026-11-02 09:05:00"), Mall.Supplier, Remedy.Refund, Money.Yuan("150.00")));
        Assert.Equal(["MALL-LAD-1"], mall.The<ClaimUpheld>().Clauses);
    }

    [Fact]
    public void Nobody_grants_less_than_the_rulebook() =>
        Assert.Equal("amount-out-of-range",
            Mall.CoveredShoes().Refuses(new SupplierAccepts(Mall.At("2026-11-02 09:05:00"), Mall.Supplier, null, Money.Yuan("280.49"))));

    [Fact]
    public void An_exchange_is_granted_without_money()
    {
        var mall = Mall.ShoesForExchange().SupplierAccepts("2026-11-02 09:05:00");

        Assert.Equal(Remedy.Exchange, mall.The<ClaimUpheld>().Remedy);
        Assert.Empty(mall.Now.Payouts);
        mall.CustomerAccepts("2026-11-02 12:00:00");
        Assert.True(mall.Now.IsClosed);
    }

    [Fact]
    public void The_shift_clock_records_its_breach_and_moves_nothing()
    {
        var mall = Mall.CoveredShoes("2026-11-02 20:40:00", Mall.At("2026-11-02 21:00:00")).SupplierRefuses("2026-11-02 20:45:00")
            .Until("2026-11-02 21:00:01");

        Assert.Equal("shift_end", mall.The<DeadlineMissed>().Deadline);
        Assert.Equal(Steps.FloorHead, mall.Now.Level);
    }

    [Fact]
    public void A_withdrawn_claim_closes_at_once_when_nothing_was_granted_and_after_the_payout_otherwise()
    {
        var undecided = Mall.CoveredShoes().Do(new WithdrawCase(Mall.At("2026-11-02 09:05:00"), Mall.Marketplace));
        var granted = Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00")
            .Do(new WithdrawCase(Mall.At("2026-11-02 09:06:00"), Mall.Customer));

        Assert.Equal(CaseOutcome.Withdrawn, undecided.Now.Outcome);
        Assert.False(granted.Now.IsClosed);
        granted.Paid("2026-11-02 09:07:00");
        Assert.Equal(CaseOutcome.Upheld, granted.Now.Outcome);
    }

    [Fact]
    public void A_contradicting_fact_is_shown_once_and_not_taken_over()
    {
        var mall = Mall.CoveredShoes();
        var update = new UpdateCase(
            Mall.At("2026-11-02 09:05:00"), Mall.Marketplace, [], [new Contradiction("fact:price", "300.00", "400.00")], mall.Now.Decision);

        mall.Do(update).Do(update with { At = Mall.At("2026-11-02 09:06:00") });

        Assert.Equal(new Contradiction("fact:price", "300.00", "400.00"), Assert.Single(mall.Now.Contradictions));
        Assert.Equal(Money.Yuan("280.50"), mall.Now.Entitlement.Amount);
    }

    [Fact]
    public void Facts_that_were_missing_change_what_the_rulebook_says()
    {
        var mall = Mall.ShoesWithFactsMissing();
        Assert.Equal(Verdict.Undetermined, mall.Now.Entitlement.Verdict);

        mall.Do(new UpdateCase(Mall.At("2026-11-02 09:05:00"), Mall.Marketplace, ["defect"], [], Mall.Shoes()));

        Assert.Equal(Verdict.Covered, mall.Now.Entitlement.Verdict);
    }

    private static Mall InArbitration() => Mall.ClearanceShoes().Until("2026-11-04 09:00:30").CustomerContests("2026-11-05 10:00:00")
        .Until("2027-02-01 00:00:00");

    [Fact]
    public void While_an_outside_body_has_the_case_no_clock_of_the_house_runs_and_what_it_leaves_standing_is_waited_for_anew()
    {
        var mall = Mall.ShoesForRepair().Until("2026-11-02 10:00:00").Decides("2026-11-02 10:00:00", Mall.Manager, Outcome.Uphold);
        Assert.Contains("repair 2026-11-09 23:59:59", mall.Waiting());

        mall.CustomerContests("2026-11-03 10:00:00");
        Assert.Equal(["consumer_association 2027-01-02 23:59:59"], mall.Waiting());
        mall.Until("2026-12-01 10:00:00").Do(new RecordOutcome(Mall.At("2026-12-01 10:00:00"), Mall.Agent, ExternalOutcome.ForSupplier, "sealed"));

        Assert.Equal(Remedy.Repair, mall.Now.Fulfilment!.Remedy);
        Assert.DoesNotContain(mall.Now.Breaches, missed => missed.Deadline == "repair");
        Assert.Equal(["customer 2026-12-08 23:59:59", "repair 2026-12-08 23:59:59"], mall.Waiting().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_step_of_a_remedy_may_be_done_while_an_outside_body_has_the_case()
    {
        var mall = Mall.ShoesForRepair().Until("2026-11-02 10:00:00").Decides("2026-11-02 10:00:00", Mall.Manager, Outcome.Uphold)
            .CustomerContests("2026-11-03 10:00:00");

        mall.Does("2026-11-20 10:00:00", Mall.Supplier, RemedyStep.Repair);

        Assert.False(mall.Now.Fulfilment!.IsOpen);
        Assert.Equal(Steps.ConsumerAssociation, mall.Now.Level);
    }
}
