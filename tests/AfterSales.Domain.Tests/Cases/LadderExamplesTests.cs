using AfterSales.Domain.Cases;
using NodaTime;

namespace AfterSales.Domain.Tests.Cases;

/// <summary>The worked examples of the mall's clocks and ladder, each under its id, played on the case.</summary>
public sealed class LadderExamplesTests
{
    [Fact]
    public void EX_MALL_095_the_counter_is_on_time_at_exactly_ten_minutes()
    {
        var mall = Mall.CoveredShoes("2024-05-06 10:00:00").SupplierAccepts("2024-05-06 10:10:00");

        Assert.Empty(mall.All<DeadlineMissed>());
        Assert.Empty(mall.All<Escalated>());
    }

    [Fact]
    public void EX_MALL_097_inspection_is_on_time_at_exactly_thirty_minutes()
    {
        var mall = Mall.CoveredShoes("2024-05-06 10:00:00").Until("2024-05-06 10:10:01");
        Assert.Equal(Mall.At("2024-05-06 10:40:00"), mall.Now.Open("inspection_department")!.Due);

        mall.Decides("2024-05-06 10:40:00", Mall.Inspection, Outcome.Uphold);

        Assert.Equal(Steps.InspectionDepartment, mall.The<ClaimUpheld>().Rung);
    }

    [Fact]
    public void EX_MALL_099_the_shift_clock_is_breached_and_the_case_stays_with_its_owner()
    {
        var mall = Mall.CoveredShoes("2024-05-06 20:40:00", Mall.At("2024-05-06 21:00:00")).SupplierRefuses("2024-05-06 20:45:00");
        var before = mall.Now.Owner;
        mall.Until("2024-05-06 21:00:01");

        Assert.True(mall.Now.Missed("shift_end"));
        Assert.Equal(before, mall.Now.Owner);
    }

    [Theory]
    [InlineData("EX-MALL-101", "2024-05-06 13:00:00", true)]
    [InlineData("EX-MALL-102", "2024-05-06 13:00:01", false)]
    public void EX_MALL_101_and_102_four_hours_and_a_second(string example, string decidedAt, bool onTime)
    {
        var mall = Mall.CoveredShoes("2024-05-06 09:00:00").SupplierRefuses("2024-05-06 09:05:00");
        var due = mall.Now.Open("floor_head")!.Due;
        var decision = CaseDecider.Decide(mall.Now, new DecideClaim(Mall.At(decidedAt), Mall.FloorManager, Outcome.Uphold, "sealed"));

        Assert.Equal(Mall.At("2024-05-06 13:00:00"), due);
        Assert.True(onTime == decision is Decision.Accepted, example);
        Assert.Equal(onTime ? Steps.FloorHead : Steps.InspectionDepartment, CaseDecider.CaughtUp(mall.Now, Mall.At(decidedAt)).Level);
    }

    [Fact]
    public void EX_MALL_103_forty_eight_hours_run_over_a_weekend()
    {
        var mall = Mall.CoveredShoes("2024-05-03 17:30:00").Until("2024-05-03 18:30:00")
            .Decides("2024-05-05 17:30:00", Mall.Manager, Outcome.Uphold);

        Assert.False(mall.Now.Missed("gm_in_charge"));
        Assert.False(mall.The<ClaimUpheld>().BySilence);
    }

    [Fact]
    public void EX_MALL_105_a_recorded_exception_stops_the_escalation_and_the_breach_still_shows()
    {
        var mall = Mall.CoveredShoes("2024-05-06 22:00:00").SupplierRefuses("2024-05-06 22:05:00")
            .Do(new ExcuseClock(Mall.At("2024-05-06 22:10:00"), Mall.Inspection, "4h", "no staff at night"))
            .Until("2024-05-07 07:59:59").Decides("2024-05-07 08:00:00", Mall.FloorManager, Outcome.Uphold);

        var breach = mall.The<DeadlineMissed>();
        Assert.Equal((Mall.At("2024-05-07 02:00:00"), true), (breach.Due, breach.Excepted));
        Assert.Equal([Steps.FloorHead], mall.All<Escalated>().Select(escalated => escalated.To));
    }

    [Fact]
    public void EX_MALL_110_an_agreement_at_the_counter_escalates_nothing() =>
        Assert.Empty(Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00").All<Escalated>());

    [Fact]
    public void EX_MALL_111_without_agreement_the_next_level_is_the_floor_head() =>
        Assert.Equal(Steps.FloorHead, Mall.CoveredShoes().SupplierRefuses("2026-11-02 09:05:00").Now.Level);

    [Fact]
    public void EX_MALL_112_and_117_each_level_unresolved_leads_to_the_next_and_the_last_to_none()
    {
        Assert.Equal(Steps.InspectionDepartment, Mall.Process.Above(Steps.FloorHead)?.Code);
        Assert.Null(Mall.Process.Above(Steps.LegalArbitration));
    }

    [Fact]
    public void EX_MALL_119_the_customer_may_go_on_after_the_inspection_department()
    {
        var mall = Mall.CoveredShoes().Until("2026-11-02 09:10:01").Decides("2026-11-02 09:30:00", Mall.Inspection, Outcome.Refuse);

        Assert.Contains(AllowedActions.Of(mall.Now, Mall.At("2026-11-02 10:00:00")),
            allowed => allowed is { Action: CaseAction.Contest, Actor: Party.Customer });
        Assert.Equal(Steps.GmInCharge, mall.CustomerContests("2026-11-02 10:00:00").Now.Level);
    }

    [Fact]
    public void Deadlines_are_reckoned_in_elapsed_time_where_the_zone_has_summer_time()
    {
        // The night of 31 March 2024 has 23 hours in Berlin: hours are wall-clock time passed, days end at 23:59:59.
        var open = Mall.Opening("2026-11-02 09:00:00", Mall.Shoes(), ClaimKind.Return) with
        {
            At = Instant.FromUtc(2024, 3, 30, 20, 0),
            Zone = "Europe/Berlin",
        };
        var opened = ((Decision.Accepted)CaseDecider.Decide(null, open)).State;
        Assert.Equal(Instant.FromUtc(2024, 3, 31, 0, 0), opened.Open("floor_head")!.Due);

        var accepted = (Decision.Accepted)CaseDecider.Decide(opened, new SupplierAccepts(open.At, Mall.Supplier));
        Assert.Equal(Instant.FromUtc(2024, 4, 6, 21, 59, 59), accepted.State.Open("customer")!.Due);
    }
}
