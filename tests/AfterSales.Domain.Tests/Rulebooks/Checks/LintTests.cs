using System.Collections.Immutable;
using System.Text;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Checks;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Tests.Rulebooks.Checks;

public class LintTests
{
    private static readonly string Clean = ReadmeExample.Yaml;

    [Fact]
    public void The_example_of_the_readme_compiles_passes_its_examples_and_has_no_findings()
    {
        Rulebook rulebook = Load(Clean);
        Assert.All(ExampleRunner.RunOwn(rulebook), result => Assert.True(result.Passed, $"{result}"));
        Assert.Empty(Lint.Of(rulebook));
        Assert.Empty(Lint.Of(rulebook, rulebook));
    }

    [Theory]
    [InlineData("facts:", "facts:\n  idle: {type: text, zh: 闲, en: x}", Finding.Unused, "10:3: unused: No expression reads the fact 'idle'")]
    [InlineData("constants:", "constants:\n  idle: {type: integer, value: 1, zh: 闲, en: idle}", Finding.Unused, "the constant 'idle'")]
    [InlineData("conclusions:", "conclusions:\n  idle: {type: integer, zh: 闲, en: idle}", Finding.Unused, "Nothing concludes 'idle'")]
    [InlineData("    let:\n", "    let:\n      idle: price\n", Finding.Unused, "reads the let 'idle'")]
    [InlineData("calendar: china\n", "calendar: china\nhours: [{days: monday, open: 09:00-12:00}]\n", Finding.Unused, "the opening hours")]
    [InlineData("\nreadings:", "\nreadings:\n  X-99: {zh: 闲, en: idle}", Finding.Unused, "rests on the reading 'X-99'")]
    [InlineData("marks: [record]", "marks: [record, ledger]", Finding.ClauseWithoutRule, "CTR-4 is marked RECORD, LEDGER, but no rule")]
    [InlineData("    clause: CTR-3\n    start", "    clause: CTR-1\n    start", Finding.ClauseWithoutRule, "CTR-3 is marked TIMED, but no rule")]
    [InlineData("    clauses: [CTR-3]", "    clauses: [CTR-1]", Finding.ClauseWithoutExample, "CTR-3 is marked TIMED, but no example")]
    [InlineData("[CTR-1], given", "[CTR-2], given", Finding.ClauseWithoutExample, "CTR-1 is marked COMPUTABLE, but no example")]
    [InlineData("- {clause: CTR-4, fact", "- {clause: CTR-3, fact", Finding.RecordWithoutItem, "CTR-4 is marked RECORD")]
    public void What_nothing_uses_decides_or_shows_is_found(string right, string wrong, string code, string told) =>
        Finds(right, wrong, code, told);

    [Theory]
    [InlineData("units > 0 && units < 5", "rule 1 holds whenever it does")]
    [InlineData("units  >  0  && price == price", "rule 1 holds whenever it does")]
    [InlineData("false", "its condition is false")]
    [InlineData("units == 0 && units == 5", "no facts make its condition true")]
    [InlineData("units < 10 && units > units_per_day", "no facts make its condition true")]
    public void A_rule_that_never_fires_is_found(string condition, string told) => Finds(
        Rule("units > 0", 1), Rule("units > 0", 1) + Rule(condition, 9), Finding.Unreachable, told);

    [Theory]
    [InlineData(Finding.Overlap, "units > 10", "units < 20", "units == 15", "days 2 and 3")]
    [InlineData(Finding.Gap, "units > 10", "units < 10", "units == 20", "for units 10")]
    [InlineData(Finding.Gap, "units <= 10", "units <= 20", "units <= units_per_day * 3", "units")]
    public void Overlaps_and_gaps_are_found_with_facts_that_show_them(string code, string first, string second, string third, string told)
    {
        string rules = Rule(first, 2) + Rule(second, 3) + Rule(third, 4);
        Finds(Rule("units > 0", 1), rules, code, told);
        string meant = Clean.Replace(Rule("units > 0", 1), rules, StringComparison.Ordinal)
            .Replace("  repair_time:\n", "  repair_time:\n    ordered: true\n    otherwise: nothing\n", StringComparison.Ordinal);
        Assert.DoesNotContain(Lint.Of(Load(meant)), finding => finding.Code is Finding.Overlap or Finding.Gap);
    }

    [Fact]
    public void Bands_and_exceptions_are_no_overlap()
    {
        string bands = Rule("units == 1", 1) + Rule("units <= 10", 2) + Rule("units <= 20", 3)
            + "      - then: {days: 4}\n        clause: CTR-1\n";
        Assert.Empty(Lint.Of(Load(Clean.Replace(Rule("units > 0", 1), bands, StringComparison.Ordinal))));
    }

    [Fact]
    public void Contradictions_are_found()
    {
        Finds(
            Rule("units > 0", 1),
            Rule("units > 0", 1) + Rule("units > 20", 2),
            Finding.Contradiction,
            "Rules 1 and 2 of 'repair_time' both hold for units",
            "  repair_time:\n",
            "  repair_time:\n    hit: each\n");
        Finds(
            "  return_fee:\n",
            "  other_time:\n    rules:\n      - when: units > 20\n        then: {days: 9}\n        clause: CTR-1\n  return_fee:\n",
            Finding.Contradiction,
            "Asked about CTR-1, 'repair_time' concludes days");
    }

    [Theory]
    [InlineData("type: integer, value: 10", "type: integer, value: 11", "units_per_day", "units_per_day was 10 in version 1 and is 11")]
    [InlineData("length: 3 working days", "length: 4 working days", "clock.callback", "clock.callback was 3 working days in version 1")]
    [InlineData("length: 3 working days", "length: 1 months", "clock.callback", "clock.callback was 3 working days")]
    [InlineData(
        "length: 3 working days",
        "due: endOfDay(workingDay(date(received), 5))",
        "due",
        "due of the example CTR-EX-4 was 2024-10-10T23:59:59 in version 1 and is 2024-10-12T23:59:59")]
    [InlineData("value: 0.005", "value: 0.006", "fee_per_day", "fee_per_day was 0.005 in version 1 and is 0.006")]
    [InlineData("limit: price,", "limit: price * 2,", "refund", "the limit of refund was 300.00 in version 1 and is 600.00")]
    [InlineData("  limit: price\n", "  limit: price * 3\n", "claim", "the limit of claim was 300.00 in version 1 and is 900.00")]
    public void What_widens_silently_against_the_published_version_is_found(string right, string wrong, string name, string told)
    {
        Rulebook published = Load(Clean);
        string wider = Clean.Replace(right, wrong, StringComparison.Ordinal);
        SourceFault finding = Assert.Single(Lint.Of(Load(wider), published));
        Assert.Equal(Finding.Widened, finding.Code);
        Assert.Contains(told, finding.Detail, StringComparison.Ordinal);
        Assert.Empty(Lint.Of(Load(wider)));
        Assert.Empty(Lint.Of(Load($"{wider}\nwidens:\n  - {{of: {name}, zh: 有意, en: on purpose}}\n"), published));
        Assert.Empty(Lint.Of(published, Load(wider)));
    }

    [Fact]
    public void A_clause_that_says_something_else_may_widen()
    {
        string wider = Clean.Replace("length: 3 working days", "length: 5 working days", StringComparison.Ordinal)
            .Replace("客户收到后三个工作日内回访", "客户收到后五个工作日内回访", StringComparison.Ordinal);
        Assert.Empty(Lint.Of(Load(wider), Load(Clean)));
    }

    [Fact]
    public void An_acknowledgement_of_nothing_is_found() => Finds(
        "examples:\n",
        "widens: [{of: unit_per_day, zh: 有意, en: meant}]\nexamples:\n",
        Finding.WidensNothing, "Did you mean 'units_per_day'?");

    private static string Rule(string condition, int days) => days == 1
        ? $"      - when: {condition}\n        then: {{days: (units + units_per_day - 1) / units_per_day}}\n        clause: CTR-1\n"
        : $"      - when: {condition}\n        then: {{days: {days}}}\n        clause: CTR-1\n";

    private static void Finds(string right, string wrong, string code, string told, params string[] alsoReplaced)
    {
        Assert.Contains(right, Clean, StringComparison.Ordinal);
        string yaml = Clean.Replace(right, wrong, StringComparison.Ordinal);
        if (alsoReplaced.Length > 0) yaml = yaml.Replace(alsoReplaced[0], alsoReplaced[1], StringComparison.Ordinal);
        ImmutableArray<SourceFault> findings = Lint.Of(Load(yaml));
        Assert.Contains(findings, finding => finding.Code == code);
        Assert.Contains(told, string.Join('\n', findings.Where(finding => finding.Code == code)), StringComparison.Ordinal);
    }

    private static Rulebook Load(string yaml)
    {
        var faults = new List<SourceFault>();
        Rulebook? rulebook = Rulebook.Load("counter-repairs.yaml", Encoding.UTF8.GetBytes(yaml), CalendarSet.Shipped, faults);
        Assert.Empty(faults);
        return rulebook!;
    }
}
