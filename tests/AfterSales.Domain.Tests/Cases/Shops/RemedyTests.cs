using AfterSales.Domain.Cases;

namespace AfterSales.Domain.Tests.Cases.Shops;

/// <summary>Remedies that take steps, and what people may do about a case beside deciding it.</summary>
public sealed class RemedyTests
{
    [Theory]
    [InlineData(3, "300.00")]
    [InlineData(2, "200.00")]
    [InlineData(1, "100.00")]
    public void A_partial_receipt_pays_for_what_came_back(int pieces, string paid)
    {
        var shop = Returned(pieces);

        Assert.Equal(Money.Yuan(paid), Assert.Single(shop.Now.Payouts).Amount);
        Assert.Equal(Money.Yuan(paid), shop.Now.Granted);
    }

    [Fact]
    public void Nothing_came_back_and_nothing_is_paid() => Assert.Empty(Returned(0).Now.Payouts);

    [Fact]
    public void More_than_was_sold_cannot_come_back() => Assert.Equal(
        "quantity-out-of-range",
        Shop.Request(ClaimKind.Return).SupplierAccepts("2026-11-03 10:00:00").Ships("2026-11-05 12:00:00").Refuses(Receipt(4)));

    [Fact]
    public void The_marketplaces_report_does_the_step_that_is_waited_for()
    {
        var shop = Shop.Request(ClaimKind.Return).SupplierAccepts("2026-11-03 10:00:00")
            .Do(new NoteReport(Mall.At("2026-11-04 09:00:00"), Mall.Marketplace, MarketplaceReport.ReturnShipped));

        Assert.Equal(RemedyStep.Receive, shop.Now.Fulfilment!.Current!.Step);
    }

    [Fact]
    public void A_customer_who_withdraws_before_anything_was_done_ends_the_remedy()
    {
        var mall = Mall.ShoesForRepair().SupplierAccepts("2026-11-02 09:05:00").Do(new WithdrawCase(Mall.At("2026-11-02 10:00:00"), Mall.Customer));
        Assert.Equal((CaseOutcome.Withdrawn, true), (mall.Now.Outcome!.Value, mall.Now.Fulfilment!.Lapsed));
    }

    [Fact]
    public void An_exchange_comes_back_is_inspected_and_goes_out_and_then_the_case_is_closed()
    {
        var shop = Shop.Request(ClaimKind.Exchange).SupplierAccepts("2026-11-03 10:00:00").Ships("2026-11-05 12:00:00")
            .Does("2026-11-06 12:00:00", Mall.Supplier, RemedyStep.Receive)
            .Does("2026-11-06 15:00:00", Mall.Supplier, RemedyStep.Inspect, new StepNote(Condition: GoodsCondition.Resaleable));
        Assert.Equal(CaseStatus.InRemedy, shop.Now.Status);

        shop.Does("2026-11-07 09:00:00", Mall.Supplier, RemedyStep.ShipReplacement, new StepNote("sf", "SF123"));

        Assert.Equal(CaseOutcome.Upheld, shop.Now.Outcome);
        Assert.Empty(shop.Now.Payouts);
    }

    [Fact]
    public void A_replacement_that_is_not_sent_goes_to_the_platform_which_may_give_money_instead()
    {
        var shop = Shop.Request(ClaimKind.Exchange).SupplierAccepts("2026-11-03 10:00:00").Ships("2026-11-05 12:00:00")
            .Does("2026-11-06 12:00:00", Mall.Supplier, RemedyStep.Receive)
            .Does("2026-11-06 15:00:00", Mall.Supplier, RemedyStep.Inspect, new StepNote(Condition: GoodsCondition.Resaleable))
            .Until("2026-11-08 15:00:01");
        Assert.Equal(("platform", false), (shop.Now.Level.Value, shop.Now.Decided));

        shop.Do(new DecideClaim(Mall.At("2026-11-09 09:00:00"), Shop.Platform, Outcome.Uphold, "sealed", Remedy.Refund, Money.Yuan("100.00")));

        Assert.Equal(Money.Yuan("100.00"), Assert.Single(shop.Now.Payouts).Amount);
        Assert.Null(shop.Now.Fulfilment);
    }

    [Fact]
    public void When_nobody_acts_on_a_replacement_that_is_not_sent_the_price_is_paid_back()
    {
        var shop = Shop.Request(ClaimKind.Exchange).SupplierAccepts("2026-11-03 10:00:00").Ships("2026-11-05 12:00:00")
            .Does("2026-11-06 12:00:00", Mall.Supplier, RemedyStep.Receive).Until("2027-03-01 00:00:00");

        Assert.Equal(Money.Yuan("300.00"), Assert.Single(shop.Now.Payouts).Amount);
        Assert.Equal(CaseStatus.AwaitingFinance, shop.Now.Status);
    }

    [Fact]
    public void A_repair_out_of_guarantee_is_priced_and_only_done_when_the_customer_takes_the_price()
    {
        var shop = Priced();
        Assert.Equal(RemedyStep.AcceptQuote, shop.Now.Fulfilment!.Current!.Step);

        shop.Does("2026-11-06 09:00:00", Mall.Customer, RemedyStep.AcceptQuote)
            .Does("2026-11-06 10:00:00", Mall.Marketplace, RemedyStep.PayDifference)
            .Does("2026-11-10 09:00:00", Mall.Supplier, RemedyStep.Repair)
            .Does("2026-11-11 09:00:00", Mall.Supplier, RemedyStep.HandBack);

        Assert.Equal(CaseOutcome.Upheld, shop.Now.Outcome);
    }

    [Theory]
    [InlineData(true, "2026-11-06 09:00:00")]
    [InlineData(false, "2026-11-11 23:59:59")]
    public void A_price_that_is_not_taken_ends_the_repair_and_the_goods_are_handed_back(bool declined, string at)
    {
        var shop = declined ? Priced().Do(new DeclineQuote(Mall.At(at), Mall.Customer)) : Priced().Until("2026-11-12 00:00:00");
        var handBack = Assert.Single(shop.Now.Deadlines);
        Assert.Equal(("hand-back", Party.Supplier, Mall.At(at)), (handBack.Name, handBack.Owner, handBack.Arithmetic.Anchor));
        Assert.False(shop.Now.IsClosed);

        shop.Does("2026-11-12 10:00:00", Mall.Supplier, RemedyStep.HandBack);

        Assert.Equal(CaseOutcome.Lapsed, shop.Now.Outcome);
    }

    [Fact]
    public void A_case_that_goes_up_while_goods_are_to_be_handed_back_still_has_them_handed_back()
    {
        // The price came late, so that the platform has the case, and it refuses.
        var shop = Shop.Request(ClaimKind.Repair, "{}")
            .Do(new SupplierAccepts(Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Remedy.Repair)).Until("2026-11-06 00:00:00")
            .Does("2026-11-06 09:00:00", Mall.Supplier, RemedyStep.Quote, new StepNote(Amount: Money.Yuan("80.00")))
            .Do(new DeclineQuote(Mall.At("2026-11-06 10:00:00"), Mall.Customer))
            .Decides("2026-11-09 09:00:00", Shop.Platform, Outcome.Refuse);

        Assert.Equal(("platform", RemedyStep.HandBack), (shop.Now.Level.Value, shop.Now.Fulfilment!.Current!.Step));
    }

    [Fact]
    public void A_price_that_was_taken_is_due_and_is_paid_before_the_repair()
    {
        var shop = Priced().Does("2026-11-06 09:00:00", Mall.Customer, RemedyStep.AcceptQuote);
        Assert.Equal((Money.Yuan("80.00"), RemedyStep.PayDifference), (shop.Now.DifferenceDue, shop.Now.Fulfilment!.Current!.Step));
        Assert.Equal("step-not-yet", shop.Refuses(new DoRemedyStep(Mall.At("2026-11-06 10:00:00"), Mall.Supplier, RemedyStep.Repair, StepNote.None)));
        Assert.Equal("difference-differs", shop.Refuses(new NoteReport(
            Mall.At("2026-11-06 10:00:00"), Mall.Marketplace, MarketplaceReport.DifferencePaid, Money.Yuan("79.99"))));

        shop.Do(new NoteReport(Mall.At("2026-11-06 10:00:00"), Mall.Marketplace, MarketplaceReport.DifferencePaid, Money.Yuan("80.00")));

        Assert.Equal((Money.Yuan("80.00"), (Money?)null, RemedyStep.Repair), (shop.Now.DifferencePaid, shop.Now.DifferenceDue, shop.Now.Fulfilment!.Current!.Step));
    }

    [Fact]
    public void A_price_that_was_taken_and_is_not_paid_ends_the_repair_and_the_goods_are_handed_back()
    {
        var shop = Priced().Does("2026-11-06 09:00:00", Mall.Customer, RemedyStep.AcceptQuote).Until("2026-11-14 09:00:00");
        Assert.Equal(((Money?)null, RemedyStep.HandBack), (shop.Now.DifferenceDue, shop.Now.Fulfilment!.Current!.Step));

        shop.Does("2026-11-14 10:00:00", Mall.Supplier, RemedyStep.HandBack);

        Assert.Equal((CaseOutcome.Lapsed, (Money?)null), (shop.Now.Outcome!.Value, shop.Now.DifferenceDue));
    }

    [Fact]
    public void A_repair_costs_no_more_than_the_goods() => Assert.Equal("quote-above-price", Shop.Request(ClaimKind.Repair, "{}")
        .Do(new SupplierAccepts(Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Remedy.Repair))
        .Refuses(new DoRemedyStep(Mall.At("2026-11-04 09:00:00"), Mall.Supplier, RemedyStep.Quote, new StepNote(Amount: Money.Yuan("300.01")))));

    [Fact]
    public void A_repair_in_guarantee_is_not_priced() => Assert.Equal(
        [StepState.Skipped, StepState.Skipped, StepState.Skipped, StepState.Waiting, StepState.Waiting],
        Shop.Request(ClaimKind.Repair).SupplierAccepts("2026-11-03 10:00:00").Now.Fulfilment!.Steps.Select(step => step.State));

    [Fact]
    public void Nobody_does_anothers_step() => Assert.Equal(
        "not-your-step",
        Shop.Request(ClaimKind.Return).SupplierAccepts("2026-11-03 10:00:00")
            .Refuses(new DoRemedyStep(Mall.At("2026-11-04 10:00:00"), Mall.Supplier, RemedyStep.ShipBack, StepNote.None)));

    [Fact]
    public void A_generous_decision_waits_for_a_second_person_who_is_not_the_first()
    {
        var shop = Proposed();
        Assert.Equal((CaseStatus.AwaitingApproval, Party.Manager), (shop.Now.Status, shop.Now.Owner!.Value));
        Assert.Equal("not-your-step", shop.Refuses(new ApproveDecision(Mall.At("2026-11-05 11:00:00"), Shop.Platform)));

        shop.Do(new ApproveDecision(Mall.At("2026-11-05 11:00:00"), Mall.Manager));

        Assert.Equal(Money.Yuan("250.00"), Assert.Single(shop.Now.Payouts).Amount);
    }

    [Fact]
    public void A_proposal_that_nobody_approves_goes_back_to_its_step()
    {
        var shop = Proposed().Until("2026-11-06 10:00:01");

        Assert.Equal((CaseStatus.Open, (Proposal?)null), (shop.Now.Status, shop.Now.Proposal));
        Assert.True(shop.The<ProposalSentBack>().BySilence);
    }

    [Fact]
    public void A_proposal_is_over_when_somebody_else_has_decided()
    {
        // The platform's time runs out while a manager has not looked at its proposal; the rulebook refuses.
        var shop = Shop.Request(ClaimKind.Refund, "{}").SupplierRefuses("2026-11-03 10:00:00").CustomerContests("2026-11-04 10:00:00")
            .Do(new DecideClaim(Mall.At("2026-11-19 23:00:00"), Shop.Platform, Outcome.Uphold, "sealed", Remedy.Refund, Money.Yuan("250.00")))
            .Until("2026-11-20 00:00:00");

        Assert.Equal((CaseOutcome.Refused, (Proposal?)null), (shop.Now.Outcome!.Value, shop.Now.Proposal));
        Assert.Equal("case-closed", shop.Refuses(new ApproveDecision(Mall.At("2026-11-20 01:00:00"), Mall.Manager)));
    }

    [Fact]
    public void A_proposal_is_over_when_the_customer_withdraws() => Assert.Equal(
        "case-closed",
        Proposed().Do(new WithdrawCase(Mall.At("2026-11-05 11:00:00"), Mall.Customer))
            .Refuses(new ApproveDecision(Mall.At("2026-11-05 12:00:00"), Mall.Manager)));

    [Fact]
    public void Nobody_approves_his_own_proposal_in_another_role() => Assert.Equal(
        "own-proposal",
        Shop.Request(ClaimKind.Refund, "{}").SupplierRefuses("2026-11-03 10:00:00").CustomerContests("2026-11-04 10:00:00")
            .Do(new DecideClaim(Mall.At("2026-11-05 10:00:00"), Shop.Platform, Outcome.Uphold, "sealed", Remedy.Refund, Money.Yuan("250.00")))
            .Refuses(new ApproveDecision(Mall.At("2026-11-05 11:00:00"), new Actor(Party.Manager, Shop.Platform.Id))));

    [Fact]
    public void A_decision_ends_the_pause_when_no_clock_is_left_standing_still()
    {
        var shop = Shop.Request(ClaimKind.Refund)
            .Do(new PauseClocks(Mall.At("2026-11-03 09:00:00"), Mall.Agent, PauseReason.ForceMajeure, "sealed")).SupplierAccepts("2026-11-03 10:00:00");

        Assert.Null(shop.Now.Pause);
    }

    [Fact]
    public void A_case_that_lapsed_and_is_opened_again_ends_as_it_is_decided_then()
    {
        var shop = Shop.Request(ClaimKind.Return).SupplierAccepts("2026-11-03 10:00:00").Until("2026-11-11 00:00:00")
            .Do(new ReopenCase(Mall.At("2026-11-12 10:00:00"), Mall.Customer, "sealed"))
            .Decides("2026-11-12 11:00:00", Shop.Platform, Outcome.Refuse);

        Assert.Equal(CaseOutcome.Refused, shop.Now.Outcome);
    }

    [Fact]
    public void Nobody_decides_an_appeal_against_himself()
    {
        var mall = Mall.ClearanceShoes().Until("2026-11-02 09:10:01").Decides("2026-11-02 09:20:00", new Actor(Party.Inspection, "wang"), Outcome.Refuse)
            .CustomerContests("2026-11-02 09:30:00");

        Assert.Equal("own-decision", mall.Refuses(new DecideClaim(
            Mall.At("2026-11-02 10:00:00"), new Actor(Party.Manager, "wang"), Outcome.Refuse, "sealed")));
    }

    [Fact]
    public void A_decision_may_cite_a_clause_of_the_rulebook_and_no_other()
    {
        var shop = Shop.Request(ClaimKind.Return).Until("2026-11-04 09:00:01");
        Assert.Equal("unknown-clause", shop.Refuses(new DecideClaim(
            Mall.At("2026-11-05 10:00:00"), Shop.Platform, Outcome.Refuse, "sealed", Clause: "MALL-3.1")));

        shop.Do(new DecideClaim(Mall.At("2026-11-05 10:00:00"), Shop.Platform, Outcome.Refuse, "sealed", Clause: "WX-DAMAGE"));

        Assert.Equal("WX-DAMAGE", shop.The<ClaimRefused>().Clause);
    }

    [Fact]
    public void A_paused_clock_has_left_what_it_had_left()
    {
        var shop = Shop.Request(ClaimKind.Refund)
            .Do(new PauseClocks(Mall.At("2026-11-03 09:00:00"), Mall.Agent, PauseReason.ForceMajeure, "sealed"));
        Assert.Equal(["pause"], shop.Now.Deadlines.Where(deadline => deadline.Runs).Select(deadline => deadline.Name));

        shop.Do(new ResumeClocks(Mall.At("2026-11-05 21:00:00"), Mall.Agent));

        Assert.Equal(["seller 2026-11-06 21:00:00"], shop.Waiting());
        Assert.Contains("paused 2026-11-03 09:00:00 to 2026-11-05 21:00:00 (force-majeure)", shop.Now.Deadlines[0].Arithmetic.English, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_customer_was_waited_for_ends_the_pause()
    {
        var shop = Shop.Request(ClaimKind.Refund)
            .Do(new PauseClocks(Mall.At("2026-11-03 09:00:00"), Mall.Agent, PauseReason.WaitingForCustomer, "sealed"))
            .Do(new AddEvidence(Mall.At("2026-11-03 19:00:00"), Mall.Customer, new EvidenceFile("a.jpg", new string('a', 64), 9, "image/jpeg", 1, 1)));

        Assert.Equal(["seller 2026-11-04 19:00:00"], shop.Waiting());
    }

    [Fact]
    public void Clocks_wait_for_evidence_that_the_rulebook_wants_first()
    {
        var shop = Mall.Of(Shop.Opening(ClaimKind.Refund, """{"quality_problem":true}""") with { HeldForEvidence = ["photo"] });
        Assert.Equal(["pause 2026-11-12 23:59:59"], shop.Now.Deadlines.Where(deadline => deadline.Runs).Select(deadline => $"{deadline.Name} {Mall.Shown(deadline.Due)}"));

        shop.Do(new AddEvidence(Mall.At("2026-11-03 09:00:00"), Mall.Customer, new EvidenceFile("a.jpg", new string('a', 64), 9, "image/jpeg", 1, 1)));

        Assert.Equal(["seller 2026-11-05 09:00:00"], shop.Waiting());
    }

    [Fact]
    public void A_pause_ends_by_itself_after_the_longest_time()
    {
        var shop = Shop.Request(ClaimKind.Refund)
            .Do(new PauseClocks(Mall.At("2026-11-03 09:00:00"), Mall.Agent, PauseReason.ForceMajeure, "sealed")).Until("2026-11-14 00:00:00");

        Assert.Equal(["seller 2026-11-14 23:59:59"], shop.Waiting());
    }

    [Fact]
    public void A_closed_case_is_opened_again_one_step_up_with_clocks_of_its_own()
    {
        var shop = Shop.Request(ClaimKind.Refund).SupplierRefuses("2026-11-03 10:00:00").Until("2026-11-11 00:00:00")
            .Do(new ReopenCase(Mall.At("2026-11-20 10:00:00"), Mall.Customer, "sealed"));

        Assert.Equal(("platform", 2, CaseStatus.Open), (shop.Now.Level.Value, shop.Now.Run, shop.Now.Status));
        Assert.Equal(["platform 2026-12-05 23:59:59"], shop.Waiting());
    }

    [Fact]
    public void Thirty_days_after_closing_a_case_stays_closed() => Assert.Equal(
        "deadline-passed",
        Shop.Request(ClaimKind.Refund).SupplierRefuses("2026-11-03 10:00:00").Until("2026-11-11 00:00:00")
            .Refuses(new ReopenCase(Mall.At("2026-12-11 00:00:00"), Mall.Customer, "sealed")));

    [Fact]
    public void Pauses_of_one_reason_share_the_time_that_the_rulebook_gives()
    {
        // Ten days in all: five, and, after three on which the clocks ran, five.
        var shop = Shop.Request(ClaimKind.Refund).Do(Pause("2026-11-02 10:00:00", PauseReason.ForceMajeure))
            .Do(new ResumeClocks(Mall.At("2026-11-07 10:00:00"), Mall.Agent))
            .Do(Pause("2026-11-08 10:00:00", PauseReason.ForceMajeure));
        Assert.Equal("2026-11-13 23:59:59", Mall.Shown(shop.Now.Open("pause")!.Due));

        shop.Until("2026-11-14 10:00:00");

        Assert.Equal("pause-used-up", shop.Refuses(Pause("2026-11-14 10:00:00", PauseReason.ForceMajeure)));
        shop.Do(Pause("2026-11-14 10:00:00", PauseReason.WaitingForCustomer));
        Assert.Equal("2026-11-24 23:59:59", Mall.Shown(shop.Now.Open("pause")!.Due));
    }

    [Theory]
    [InlineData("R-1000", false, true, "case-merged")]
    [InlineData("R-1000", true, true, "other-case-closed")]
    [InlineData("R-1000", false, false, "not-a-duplicate")]
    [InlineData(null, false, true, "no-other-case")]
    public void A_case_is_merged_into_an_open_one_about_the_same_only(string? other, bool closed, bool sameCustomer, string result)
    {
        var target = other is null ? null : CaseStates.Other(other) with
        {
            CustomerId = sameCustomer ? "person_x" : "person_y",
            Order = new OrderLine("O-99", "1", Money.Yuan("10.00"), Money.Yuan("0.00"), null),
            ClosedAt = closed ? Mall.At("2026-11-02 09:30:00") : null,
        };
        var merge = new MergeCase(Mall.At("2026-11-02 10:00:00"), Mall.Agent, CaseId.For("demo-mall", "R-1000"), target);

        Assert.Equal(result, CaseDecider.Decide(Shop.Request(ClaimKind.Refund).Now, merge) switch
        {
            Decision.Accepted accepted => accepted.Events[0].Name,
            Decision.Refused refused => refused.Refusal.Code,
            var decision => $"{decision}",
        });
    }

    [Fact]
    public void A_merged_case_is_opened_again_by_staff_when_the_other_gave_nothing()
    {
        var other = CaseStates.Other("R-1000");
        var shop = Shop.Request(ClaimKind.Refund).Do(new MergeCase(Mall.At("2026-11-02 10:00:00"), Mall.Agent, other.Id, other));
        ReopenCase Reopen(Actor by, CaseOutcome? outcome) => new(Mall.At("2026-12-20 10:00:00"), by, "sealed", other with
        {
            Outcome = outcome,
            ClosedAt = outcome is null ? null : Mall.At("2026-12-01 10:00:00"),
        });
        Assert.Equal("not-reopened", shop.Refuses(Reopen(Mall.Agent, null)));
        Assert.Equal("not-reopened", shop.Refuses(Reopen(Mall.Agent, CaseOutcome.Upheld)));
        Assert.Equal("not-reopened", shop.Refuses(Reopen(Mall.Customer, CaseOutcome.Withdrawn)));

        shop.Do(Reopen(Mall.Agent, CaseOutcome.Withdrawn));

        Assert.Equal((CaseStatus.Open, 2), (shop.Now.Status, shop.Now.Run));
    }

    [Fact]
    public void A_duplicate_is_merged_into_the_case_that_goes_on()
    {
        var other = CaseId.For("demo-mall", "R-1000");
        var shop = Shop.Request(ClaimKind.Refund).Do(new MergeCase(Mall.At("2026-11-02 10:00:00"), Mall.Agent, other, CaseStates.Other("R-1000")));

        Assert.Equal((CaseOutcome.Merged, new CaseLink(other, LinkKind.MergedInto)), (shop.Now.Outcome!.Value, Assert.Single(shop.Now.Links)));
        Assert.Empty(shop.Now.Deadlines);
    }

    [Fact]
    public void What_is_allowed_says_what_it_would_come_to()
    {
        var shop = Shop.Request(ClaimKind.Return);
        var accept = AllowedActions.Of(shop.Now, Mall.At("2026-11-02 10:00:00")).Single(allowed => allowed.Action == CaseAction.Accept);

        Assert.Equal(Mall.At("2026-11-04 09:00:00"), accept.Until);
        Assert.Equal((CaseStatus.InRemedy, Money.Yuan("300.00"), true), (accept.Effect!.Status, accept.Effect.Granted, accept.Effect.Pays.IsZero));
        Assert.Equal(["ship-back"], accept.Effect.Starts.Select(deadline => deadline.Name));
    }

    private static PauseClocks Pause(string at, PauseReason reason) => new(Mall.At(at), Mall.Agent, reason, "sealed");

    private static Mall Returned(int pieces) =>
        Shop.Request(ClaimKind.Return).SupplierAccepts("2026-11-03 10:00:00").Ships("2026-11-05 12:00:00").Do(Receipt(pieces));

    private static DoRemedyStep Receipt(int pieces) =>
        new(Mall.At("2026-11-06 12:00:00"), Mall.Supplier, RemedyStep.Receive, new StepNote(Quantity: pieces));

    /// <summary>Not covered, so it is repaired against payment.</summary>
    private static Mall Priced() => Shop.Request(ClaimKind.Repair, "{}")
        .Do(new SupplierAccepts(Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Remedy.Repair))
        .Does("2026-11-04 09:00:00", Mall.Supplier, RemedyStep.Quote, new StepNote(Amount: Money.Yuan("80.00")));

    private static Mall Proposed() => Shop.Request(ClaimKind.Refund, "{}").SupplierRefuses("2026-11-03 10:00:00")
        .CustomerContests("2026-11-04 10:00:00")
        .Do(new DecideClaim(Mall.At("2026-11-05 10:00:00"), Shop.Platform, Outcome.Uphold, "sealed", Remedy.Refund, Money.Yuan("250.00")));
}
