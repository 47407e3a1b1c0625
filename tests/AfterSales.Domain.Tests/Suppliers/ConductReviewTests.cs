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
        Assert.False(Proposes(penalties, next));
        Assert.Equal(proposed, Proposes(AfterUltimatum(penalties, Elapsed), next));
        Assert.False(Proposes(Reviewed(AfterUltimatum(penalties, Elapsed), Complaints(3)), next));
        Assert.False(Proposes(AfterUltimatum(penalties, Appealed), next));
        Assert.False(Proposes(AfterUltimatum(penalties, Elapsed, StrikeReversed), next));
    }

    [Fact]
    public void An_expulsion_falls_with_the_ultimatum_that_it_is_built_on()
    {
        var penalties = AfterUltimatum(Reviewed([], Complaints(4)), Elapsed);
        var december = Complaints(3, new LocalDate(2026, 12, 2));
        var next = November.PlusMonths(1);
        penalties = Applied(penalties, Review(penalties).OfMonth(Issue, next, december, Money.Zero));
        var grounds = Review(penalties).Expulsion(Issue, next, december, Money.Zero, confirmed: true).Grounds!;
        var proposed = penalties.Single(penalty => penalty.Kind == PenaltyKind.Expulsion);
        var confirm = new ConfirmPenalty(Now, new Actor(Party.Manager, "wang"), Money.Yuan("9.00"), grounds, null);
        penalties = Applied(penalties, [new Measure(proposed.Id, confirm)]);

        penalties = AfterUltimatum(penalties, StrikeReversed);

        Assert.Null(Review(penalties).Expulsion(Issue, next, december, Money.Zero, confirmed: true).Grounds);
        penalties = Applied(penalties, Review(penalties).OfMonth(Issue, next, december, Money.Zero));
        var fallen = penalties.Single(penalty => penalty.Kind == PenaltyKind.Expulsion);
        Assert.Equal((PenaltyStatus.Lifted, FineState.Released), (fallen.Status, fallen.Fine.State));
    }

    [Fact]
    public void A_complaint_that_changes_its_issue_takes_from_the_old_issue_what_rested_on_it()
    {
        var penalties = Reviewed([], Complaints(3));

        Assert.Equal([Issue], Review(penalties).IssuesAround(November));
        Assert.Equal([Issue], Review(penalties).IssuesAround(November.PlusMonths(-1)));
        Assert.Empty(Review(penalties).IssuesAround(November.PlusMonths(1)));
        Assert.Equal(0, Standing(Reviewed(penalties, [.. Complaints(2), Complaint(2, null) with { Issue = "glue" }]), PenaltyKind.Warning));
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

    [Theory]
    [InlineData(null, "2026-01-01", 0)]
    [InlineData("2026-06-01", "2026-01-01", 0)]
    [InlineData("2026-06-01", null, 0)]
    [InlineData(null, "2026-11-21", 1)]
    [InlineData("2026-01-01", "2026-11-21", 1)]
    public void A_correction_of_the_contracts_beginning_brings_no_second_levy_and_a_new_contract_does(string? before, string? after, int again)
    {
        var levied = Applied([], Review([]).OfContract(Complaints(26), Day(before)));

        Assert.Equal(again, Review(levied).OfContract(Complaints(27), Day(after)).Count());

        static LocalDate? Day(string? text) => text is null ? null : NodaTime.Text.LocalDatePattern.Iso.Parse(text).Value;
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

    private static bool Proposes(IReadOnlyList<Penalty> penalties, int complaints) =>
        Review(penalties).OfMonth(Issue, November.PlusMonths(1), Complaints(complaints, new LocalDate(2026, 12, 2)), Money.Yuan("10000.00"))
            .Any(measure => measure.Command is ImposePenalty { Kind: PenaltyKind.Expulsion });

    private static IReadOnlyList<Penalty> AfterUltimatum(IReadOnlyList<Penalty> penalties, params Func<Penalty, PenaltyCommand>[] commands) =>
        commands.Aggregate(penalties, (all, command) =>
        {
            var ultimatum = all.Single(penalty => penalty.Kind == PenaltyKind.Ultimatum);
            return Applied(all, [new Measure(ultimatum.Id, command(ultimatum))]);
        });

    private static PenaltyElapsed Elapsed(Penalty penalty) => new(penalty.Deadline!.Due.PlusNanoseconds(1), penalty.Deadline.Id);

    private static AppealPenalty Appealed(Penalty penalty) => new(Now, new Actor(Party.Supplier, "S-1"), "sealed");

    private static ReversePenalty StrikeReversed(Penalty penalty) => new(Now, new Actor(Party.Manager, "wang"), PenaltyPart.Strike, "sealed");

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
