using AfterSales.Domain.Calendars;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Checks;
using NodaTime;

namespace AfterSales.Domain.Tests.Cases;

/// <summary>Every shipped rulebook that answers claims also says how cases go, and no case of it waits for ever for people who are silent.</summary>
public sealed class ShippedProcessTests
{
    private static readonly Duration Year = Duration.FromDays(365);

    public static TheoryData<string> Answering() => [.. ShippedRulebooks.Ids.Where(id => ShippedRulebooks.Find(id)!.Source.Claim is not null)];

    [Theory]
    [MemberData(nameof(Answering))]
    public void A_rulebook_that_answers_claims_says_how_cases_go(string id)
    {
        var process = Process(id);

        Assert.All(process.Ladder, rung => Assert.Contains(rung.Clause, process.Clauses.Known));
        Assert.All(
            process.Clocks.Select(clock => (clock.Clause, clock.Proposed)).Concat(
                process.Remedies.Values.SelectMany(remedy => remedy.Steps).Select(step => (step.Clause, step.Proposed))),
            time => Assert.True(time.Proposed || process.Clauses.Known.Contains(time.Clause), time.Clause));
    }

    [Theory]
    [MemberData(nameof(Answering))]
    public void The_remedies_of_its_claims_have_steps_or_only_money(string id)
    {
        var process = Process(id);
        var granted = Openings(id).Select(open => open.Decision).Where(decision => decision.Covered == true).Select(decision => decision.Remedy);

        Assert.All(granted.OfType<string>().Where(remedy => remedy is not ("refund" or "refund_double" or "compensation")).Distinct(), remedy =>
        {
            Assert.True(WireName.TryParse<Remedy>(remedy, out var named), remedy);
            Assert.True(id == "mall-sanbao" || !process.Of(named).Steps.IsEmpty, $"{remedy} takes no steps");
        });
    }

    [Theory]
    [MemberData(nameof(Answering))]
    public void A_silent_covered_claim_ends_within_a_year(string id) => AllEnd(id, covered: true, marketplacePays: true);

    [Theory]
    [MemberData(nameof(Answering))]
    public void A_silent_covered_claim_whose_marketplace_is_silent_too_ends_with_finance_at_last(string id) =>
        AllEnd(id, covered: true, marketplacePays: false);

    [Theory]
    [MemberData(nameof(Answering))]
    public void A_silent_claim_that_is_not_covered_ends_within_a_year_and_nothing_is_paid(string id) =>
        Assert.All(AllEnd(id, covered: false, marketplacePays: true), ended =>
        {
            Assert.Equal(CaseOutcome.Refused, ended.Outcome);
            Assert.Empty(ended.Payouts);
        });

    [Theory]
    [MemberData(nameof(Answering))]
    public void A_covered_claim_whose_goods_come_back_and_whose_remedy_nobody_gives_ends_within_a_year(string id)
    {
        foreach (var open in Openings(id).Where(open => open.Decision.Covered == true))
        {
            Ended(Run(open, marketplacePays: true, customerShips: true), open);
        }
    }

    private static List<Case> AllEnd(string id, bool covered, bool marketplacePays)
    {
        OpenCase[] openings = [.. Openings(id).Where(open => open.Decision.Covered == true == covered)];
        Assert.NotEmpty(openings);
        return [.. openings.Select(open => Ended(Run(open, marketplacePays), open))];
    }

    private static Case Ended(Case last, OpenCase open)
    {
        Assert.True(
            last.IsClosed || last.Status == CaseStatus.AwaitingFinance,
            $"{open.Process.Ladder[0].Code} {WireName.Of(open.Claim.Kind)}: still {last.Status} on {last.Level}, {last.Earliest?.Name}");
        return last;
    }

    /// <summary>Nobody acts but the clocks, who pays if anybody does, and the customer's parcel if it is sent.</summary>
    private static Case Run(OpenCase open, bool marketplacePays, bool customerShips = false)
    {
        var mall = Mall.Of(open);
        EveryDeadlineIsExplained(mall.Now);
        while (mall.Now.Earliest is { } next && next.Due < open.At + Year)
        {
            if (marketplacePays && mall.Now.Payouts.FirstOrDefault(payout => payout.State == PayoutState.Instructed) is { } payout)
            {
                mall.Do(new ConfirmPayout(payout.InstructedAt, Mall.Marketplace, payout.Id));
            }
            else if (customerShips && next.Name == WireName.Of(RemedyStep.ShipBack))
            {
                mall.Do(new DoRemedyStep(next.Due, Mall.Customer, RemedyStep.ShipBack, new StepNote("sf", "SF123456")));
            }
            else
            {
                mall.Do(new DeadlineElapsed(next.Due + Duration.FromTicks(1), next.Id));
            }
            EveryDeadlineIsExplained(mall.Now);
        }
        return mall.Now;
    }

    private static void EveryDeadlineIsExplained(Case now) => Assert.All(now.Deadlines, deadline =>
    {
        Assert.True(deadline.Owner is not Party.Clock);
        Assert.False(string.IsNullOrWhiteSpace(deadline.OnMiss.En), deadline.Name);
        Assert.False(string.IsNullOrWhiteSpace(deadline.OnMiss.Zh), deadline.Name);
        Assert.NotEqual(deadline.OnMiss.En, deadline.OnMiss.Zh);
        Assert.False(string.IsNullOrWhiteSpace(deadline.Arithmetic.English), deadline.Name);
        Assert.False(string.IsNullOrWhiteSpace(deadline.Arithmetic.Chinese), deadline.Name);
    });

    private static CaseProcess Process(string id) =>
        CaseProcesses.Of(ShippedRulebooks.Find(id)!, CalendarSet.Shipped) ?? throw new InvalidOperationException($"{id} says nothing of how cases go.");

    /// <summary>A case for each of the rulebook's own examples and each kind of claim, as a marketplace would open it.</summary>
    private static IEnumerable<OpenCase> Openings(string id)
    {
        var rulebook = ShippedRulebooks.Find(id)!;
        var process = Process(id);
        var at = Mall.At("2026-11-02 09:00:00");
        var order = new OrderLine("O-55", "1", Money.Yuan("300.00"), Money.Yuan("0.00"), null);
        return
            from example in Example.Of(rulebook.Source)
            let facts = rulebook.ReadFacts(example.Given).Facts
            from kind in Enum.GetValues<ClaimKind>()
            let derived = rulebook.Derive(facts, new ClaimContext(order.Paid, order.SoldAt, at, WireName.Of(kind)))
            select new OpenCase(
                at, Mall.Marketplace, CaseId.For("demo-mall", "R-1001"), "demo-mall", "R-1001", "S-1", "person_x", new Claim(kind, "quality"),
                order, rulebook.Evaluate(derived.Facts), "Asia/Shanghai", process);
    }
}
