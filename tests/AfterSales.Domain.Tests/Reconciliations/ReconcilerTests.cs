using AfterSales.Domain.Reconciliations;
using AfterSales.Domain.Suppliers;
using NodaTime;

namespace AfterSales.Domain.Tests.Reconciliations;

public class ReconcilerTests
{
    private static readonly MatchRule ById = new("id", Reference: true, Amount: false, Supplier: false, Days: null);
    private static readonly MatchRule ByReferenceAndAmount = new("reference-amount", Reference: true, Amount: true, Supplier: false, Days: null);
    private static readonly MatchRule Near = new("near", Reference: false, Amount: true, Supplier: false, Days: 3);
    private static readonly MatchRule NearOfSupplier = Near with { Supplier = true };

    [Fact]
    public void A_line_and_the_movement_of_its_reference_are_matched_whatever_the_case_of_letters()
    {
        ReconciledLine line = Assert.Single(Match([Line(2, 5, "300.00", "PAYOUT_1")], [Moved(4, "300.00", "payout_1")], ById));
        Assert.Equal((LineOutcome.Matched, "id", "payout_1", null), (line.Outcome, line.Rule, line.Movement?.Reference, line.Difference));
    }

    [Fact]
    public void Another_amount_under_the_same_reference_is_told_with_the_difference()
    {
        ReconciledLine line = Assert.Single(Match([Line(2, 5, "299.50", "payout_1")], [Moved(5, "300.00", "payout_1")], ById));
        Assert.Equal((LineOutcome.AmountDiffers, Money.Yuan("-0.50")), (line.Outcome, line.Difference));
    }

    [Fact]
    public void A_rule_with_the_amount_leaves_another_amount_alone() =>
        Assert.Equal(LineOutcome.Unmatched, Assert.Single(Match([Line(2, 5, "299.50", "payout_1")], [Moved(5, "300.00", "payout_1")], ByReferenceAndAmount)).Outcome);

    [Theory]
    [InlineData(8, LineOutcome.Matched)]
    [InlineData(2, LineOutcome.Matched)]
    [InlineData(9, LineOutcome.Unmatched)]
    [InlineData(1, LineOutcome.Unmatched)]
    public void The_same_amount_counts_within_the_days_of_the_rule(int day, LineOutcome outcome) =>
        Assert.Equal(outcome, Assert.Single(Match([Line(2, 5, "7.00")], [Moved(day, "7.00")], Near)).Outcome);

    [Fact]
    public void Of_several_movements_the_nearest_counts_and_none_of_two_as_near()
    {
        Assert.Equal(new LocalDate(2026, 11, 6), Assert.Single(Match([Line(2, 5, "7.00")], [Moved(3, "7.00"), Moved(6, "7.00")], Near)).Movement?.On);
        Assert.Equal(LineOutcome.Unmatched, Assert.Single(Match([Line(2, 5, "7.00")], [Moved(4, "7.00"), Moved(6, "7.00")], Near)).Outcome);
    }

    [Fact]
    public void The_counterparty_decides_where_a_rule_asks_for_it() => Assert.Equal(
        "S-2",
        Assert.Single(Match([Line(2, 5, "7.00") with { Counterparty = "S-2" }], [Moved(5, "7.00"), Moved(5, "7.00", supplier: "S-2")], NearOfSupplier))
            .Movement?.Supplier.ToString());

    [Fact]
    public void Rules_go_in_their_order_over_all_lines()
    {
        // By the second rule alone, the first line would take the movement that is the second line's by reference.
        IReadOnlyList<ReconciledLine> lines = Match([Line(2, 5, "7.00"), Line(3, 5, "7.00", "r")], [Moved(5, "7.00", "r")], ById, Near);
        Assert.Equal([LineOutcome.Unmatched, LineOutcome.Matched], lines.Select(line => line.Outcome));
    }

    [Fact]
    public void A_second_line_of_the_same_id_or_for_the_same_movement_is_a_duplicate()
    {
        IReadOnlyList<ReconciledLine> lines = Match(
            [Line(2, 5, "7.00", "r") with { Id = "a" }, Line(3, 5, "7.00", "r") with { Id = "a" }, Line(4, 6, "7.00", "r") with { Id = "b" }],
            [Moved(5, "7.00", "r")],
            ById);
        Assert.Equal([(LineOutcome.Matched, null), (LineOutcome.Duplicate, 2), (LineOutcome.Duplicate, 2)], lines.Select(line => (line.Outcome, line.DuplicateOf)));
    }

    [Fact]
    public void Movements_on_the_files_days_that_no_line_tells_of_are_listed()
    {
        var (_, left) = Reconciler.Match(
            [Line(2, 5, "7.00"), Line(3, 8, "8.00")], [Moved(4, "1.00"), Moved(5, "2.00"), Moved(8, "3.00"), Moved(9, "4.00"), Moved(6, "7.00")], [Near]);
        Assert.Equal(["2.00", "3.00"], left.Select(movement => movement.Amount.ToString()));
    }

    [Fact]
    public void A_file_without_lines_comes_to_nothing()
    {
        var (lines, left) = Reconciler.Match([], [Moved(5, "1.00")], [ById]);
        Assert.Empty(lines);
        Assert.Empty(left);
    }

    private static IReadOnlyList<ReconciledLine> Match(
        IReadOnlyList<StatementLine> lines, IReadOnlyCollection<LedgerMovement> movements, params IReadOnlyList<MatchRule> rules) =>
        Reconciler.Match(lines, movements, rules).Lines;

    private static StatementLine Line(int number, int day, string amount, string? reference = null) =>
        new(number, null, new LocalDate(2026, 11, day), Money.Yuan(amount), reference, null);

    private static LedgerMovement Moved(int day, string amount, string? reference = null, string supplier = "S-1") =>
        new(SupplierId.Parse(supplier), ["entry_1"], new LocalDate(2026, 11, day), Money.Yuan(amount), reference, null);
}
