using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Checks;
using AfterSales.Domain.Suppliers;
using CsCheck;
using NodaTime;

namespace AfterSales.Domain.Tests.Suppliers;

public class ConductReviewTests
{
    private const string Issue = "late repair";

    private static readonly SupplierId Supplier = SupplierId.Parse("S-1");
    private static readonly MallRules Mall = new(ShippedRulebooks.Find(MallRules.RulebookId)!);
    private static readonly PenaltyClocks Clocks = new(HouseRules.Shipped, Mall);
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 20, 1, 0);
    private static readonly YearMonth November = new(2026, 11);

    [Fact]
    public void However_complaints_come_and_go_what_stands_is_what_the_count_says()
    {
        Gen.Select(Gen.Int[0, 7], Gen.Bool).Array[1, 40].Sample(changes =>
        {
            var complaints = new Dictionary<int, Complaint>();
            IReadOnlyList<Penalty> penalties = [];
            foreach (var (which, counts) in changes)
            {
                complaints[which] = Complaint(which, counts ? null : CaseOutcome.Withdrawn);
                penalties = Reviewed(penalties, [.. complaints.Values]);
            }

            var counted = complaints.Values.Count(complaint => complaint.Counts);
            Assert.Equal(counted > 2 ? 1 : 0, Standing(penalties, PenaltyKind.Warning));
            Assert.Equal(counted > 3 ? 1 : 0, Standing(penalties, PenaltyKind.Ultimatum));
            Assert.Empty(Review(penalties).OfMonth(Issue, November, [.. complaints.Values], Money.Zero));
        });
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Expulsion_is_proposed_when_the_month_after_an_ultimatum_again_exceeds_two(int next, bool proposed)
    {
        IReadOnlyList<Penalty> penalties = Reviewed([], Complaints(4));
        Complaint[] december = [.. Complaints(next, new LocalDate(2026, 12, 2))];

        var measures = Review(penalties).OfMonth(Issue, November.PlusMonths(1), december, Money.Yuan("10000.00")).ToList();

        Assert.Equal(proposed, measures.Any(measure => measure.Command is ImposePenalty { Kind: PenaltyKind.Expulsion }));
        IReadOnlyList<Penalty> lifted = Reviewed(penalties, Complaints(3));
        Assert.DoesNotContain(
            Review(lifted).OfMonth(Issue, November.PlusMonths(1), december, Money.Zero),
            measure => measure.Command is ImposePenalty { Kind: PenaltyKind.Expulsion });
    }

    [Theory]
    [InlineData(25, null)]
    [InlineData(26, "1000.00")]
    public void The_levy_comes_with_the_26th_complaint_of_a_contract_and_once(int counted, string? amount)
    {
        var measures = Review([]).OfContract(Complaints(counted), new LocalDate(2026, 1, 1)).ToList();

        Assert.Equal(amount is null ? [] : [Money.Yuan(amount)], measures.Select(measure => ((ImposePenalty)measure.Command).Fine));
        IReadOnlyList<Penalty> levied = Applied([], measures);
        Assert.Equal(amount is null ? 1 : 0, Review(levied).OfContract(Complaints(counted + 5), new LocalDate(2026, 1, 1)).Count());
    }

    [Fact]
    public void The_houses_rules_pass_their_own_examples_and_nothing_in_them_is_doubtful()
    {
        Assert.All(ExampleRunner.RunOwn(HouseRules.Shipped.Rulebook), result => Assert.True(result.Passed, result.ToString()));
        Assert.Empty(Lint.Of(HouseRules.Shipped.Rulebook));
    }

    [Fact]
    public void Fault_shares_leave_no_fen_behind()
    {
        Gen.Select(Gen.Int[0, 100], Gen.Int[0, 100], Gen.Long[0, 100_000_000]).Where((a, b, _) => a + b <= 100).Sample((carrier, customer, fen) =>
        {
            var shares = FaultShares.Of(new Dictionary<FaultParty, int>
            {
                [FaultParty.Carrier] = carrier,
                [FaultParty.Customer] = customer,
                [FaultParty.Supplier] = 100 - carrier - customer,
            })!;
            var others = shares.OthersOf(Money.OfFen(fen)).Values.Aggregate(Money.Zero, (sum, share) => sum + share);
            Assert.True(!others.IsNegative && others.Fen <= fen && fen - others.Fen >= fen * shares.OfSupplier / 100);
        });
        Assert.Null(FaultShares.Of(new Dictionary<FaultParty, int> { [FaultParty.Supplier] = 99 }));
        Assert.Null(FaultShares.Of(new Dictionary<FaultParty, int> { [FaultParty.Supplier] = 101, [FaultParty.Carrier] = -1 }));
    }

    private static IReadOnlyList<Complaint> Complaints(int count, LocalDate? day = null) =>
        [.. Enumerable.Range(0, count).Select(which => Complaint(which, null, day))];

    private static Complaint Complaint(int which, CaseOutcome? outcome, LocalDate? day = null) => new(
        CaseId.For("demo-mall", $"{day}{which}"), Issue, day ?? new LocalDate(2026, 11, 2), outcome, Money.Zero, FaultShares.SupplierAlone, 1);

    private static ConductReview Review(IReadOnlyList<Penalty> penalties) => new(Supplier, Mall, penalties, Now);

    private static IReadOnlyList<Penalty> Reviewed(IReadOnlyList<Penalty> penalties, IReadOnlyList<Complaint> complaints) =>
        Applied(penalties, Review(penalties).OfMonth(Issue, November, complaints, Money.Zero));

    private static IReadOnlyList<Penalty> Applied(IReadOnlyList<Penalty> penalties, IEnumerable<Measure> measures)
    {
        var all = penalties.ToDictionary(penalty => penalty.Id);
        foreach (var measure in measures.ToList())
        {
            var before = all.GetValueOrDefault(measure.Penalty);
            var decision = Assert.IsType<PenaltyDecision.Accepted>(PenaltyDecider.Decide(before, measure.Command, Clocks));
            all[measure.Penalty] = decision.Events.Aggregate(before, PenaltyDecider.Evolve)!;
        }

        return [.. all.Values];
    }

    private static int Standing(IReadOnlyList<Penalty> penalties, PenaltyKind kind) =>
        penalties.Count(penalty => penalty.Kind == kind && penalty.IsInForce);
}
