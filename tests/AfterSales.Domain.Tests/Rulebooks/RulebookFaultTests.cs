using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Tests.Rulebooks;

public class RulebookFaultTests
{
    [Fact]
    public void Every_fault_is_listed_with_its_place_and_nothing_is_loaded()
    {
        (Rulebook? rulebook, List<SourceFault> faults) = RulebookFixture.TryLoad("""
            decisions:
              fee:
                rules:
                  - when: units > "many"
                    then: {fee: price * rate, unheard_of: "1"}
                    clause: T-1
                  - then: {days: no_such_name}
                    clause: T-1
            """);
        Assert.Null(rulebook);
        int first = RulebookFixture.FirstLine;
        Assert.All(faults, fault => Assert.Equal("test.yaml", fault.File));
        Assert.Equal([first + 3, first + 4, first + 4, first + 6], faults.Select(fault => fault.At.Line).Order());
        Assert.Contains(faults, fault => fault.Code == "unknown-conclusion" && fault.Detail.Contains("unheard_of", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Detail.Contains("no_such_name", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("constants", "mistyped", "5.005", "'fee' must be an amount with at most two decimals, such as \"300.00\", not '5.005'.",
        "  fee: {type: money, value: 5.005, clause: T-1, en: fee, zh: 费}")]
    [InlineData("constants", "mistyped", "2026-02-30", "such as \"2026-11-02\", not '2026-02-30'.",
        "  start: {type: date, value: 2026-02-30, clause: T-1, en: start, zh: 始}")]
    [InlineData("constants", "mistyped", "1.005", "at most two decimals, such as \"300.00\", not '1.005'.",
        "  fees: {type: map of money, value: {small: 1.00, large: 1.005}, clause: T-1, en: fees, zh: 费}")]
    [InlineData("examples", "mistyped-fact", "10.005", "'price' must be an amount with at most two decimals",
        "  - {id: X-1, clauses: [T-1], given: {price: \"10.005\"}, expect: {days: 1}}")]
    [InlineData("examples", "mistyped-fact", "2026-02-30", "'received' must be a date",
        "  - {id: X-1, clauses: [T-1], given: {received: 2026-02-30}, expect: {days: 1}}")]
    [InlineData("examples", "unknown-fact", "unit:", "knows no fact 'unit'. Did you mean 'units'?",
        "  - {id: X-1, clauses: [T-1], given: {unit: 1}, expect: {days: 1}}")]
    [InlineData("examples", "unknown-conclusion", "day:", "concludes no 'day'. Did you mean 'days'?",
        "  - {id: X-1, clauses: [T-1], given: {units: 1}, expect: {day: 1}}")]
    [InlineData("decisions", "division-by-zero", "/ 0", "the divisor must not be 0",
        "  d: {rules: [{then: {days: units / 0}, clause: T-1}]}")]
    [InlineData("decisions", "impossible-date", "\"2026-02-30", "\"2026-02-30\": There is no such date",
        "  d: {rules: [{when: 'received > date(\"2026-02-30\")', then: {days: '1'}, clause: T-1}]}")]
    [InlineData("decisions", "money-decimals", "100.005", "100.005 is no amount of money: that has at most two decimals",
        "  d: {rules: [{when: 'price > 100.005', then: {days: '1'}, clause: T-1}]}")]
    [InlineData("decisions", "mixed-types", "> ", "'>' does not mix integer and text",
        "  d: {rules: [{when: 'units > \"many\"', then: {days: '1'}, clause: T-1}]}")]
    public void A_value_that_cannot_be_is_told_where_it_stands_with_what_would_be_right(
        string section, string code, string at, string told, string written)
    {
        // The head has its constants already.
        string whole = section == "constants"
            ? RulebookFixture.Whole("").Replace("\nconclusions:", $"\n{written}\nconclusions:", StringComparison.Ordinal)
            : RulebookFixture.Whole($"{section}:\n{written}\n");
        (Rulebook? rulebook, List<SourceFault> faults) = RulebookFixture.TryLoadWhole(whole);
        Assert.Null(rulebook);
        SourceFault fault = Assert.Single(faults);
        Assert.Equal(code, fault.Code);
        Assert.Contains(told, fault.Detail, StringComparison.Ordinal);
        int line = whole.Split('\n').TakeWhile(before => before != written).Count() + 1;
        Assert.Equal((line, written.IndexOf(at, StringComparison.Ordinal) + 1), (fault.At.Line, fault.At.Column));
    }

    [Fact]
    public void An_id_that_is_there_twice_does_not_hide_what_else_is_wrong()
    {
        (Rulebook? rulebook, List<SourceFault> faults) = RulebookFixture.TryLoad("""
            decisions:
              fee:
                rules:
                  - when: units > "many"
                    then: {fee: price}
                    clause: T-9
            examples:
              - {id: X-1, clauses: [T-1], given: {}, expect: {}}
              - {id: X-1, clauses: [T-1], given: {}, expect: {}}
            """);
        Assert.Null(rulebook);
        Assert.Equal(["mixed-types", "unknown-clause", "duplicate-id"], faults.Select(fault => fault.Code));
        Assert.Contains("There is an example 'X-1' already", faults[2].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Decisions_that_read_each_other_are_named()
    {
        (Rulebook? rulebook, List<SourceFault> faults) = RulebookFixture.TryLoad("""
            decisions:
              chicken:
                rules:
                  - then: {days: egg.days + 1}
                    clause: T-1
              egg:
                internal: true
                rules:
                  - then: {days: chicken.days + 1}
            """);
        Assert.Null(rulebook);
        SourceFault cycle = Assert.Single(faults);
        Assert.Equal("cycle", cycle.Code);
        Assert.Contains("chicken → egg → chicken", cycle.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("decisions: {a: {rules: [{then: {days: '\"x\"'}, clause: T-1}]}}")]
    [InlineData("decisions: {a: {rules: [{then: {fee: 'price * rate'}, clause: T-1}]}}")]
    [InlineData("decisions: {a: {rules: [{then: {fee: 'price + 1.005'}, clause: T-1}]}}")]
    [InlineData("decisions: {a: {rules: [{when: 'units', then: {days: '1'}, clause: T-1}]}}")]
    [InlineData("decisions: {a: {rules: [{then: {days: '1'}}]}}")]
    [InlineData("decisions: {a: {rules: [{then: {days: '1'}, clause: T-9}]}}")]
    [InlineData("decisions: {a: {let: {price: '1'}, rules: [{then: {days: '1'}, clause: T-1}]}}")]
    [InlineData("decisions: {a: {rules: [{then: {days: '1'}, clause: T-1, because: {en: '{nobody}', zh: x}}]}}")]
    [InlineData("clocks: {c: {clause: T-2, start: received, length: three days, owner: {en: x, zh: x}, onMiss: {stated: false, action: alert, en: x, zh: x}}}")]
    [InlineData("claim: {asks: [T-1], implies: {units: paid}, covered: 'true'}")]
    [InlineData("claim: {asks: [T-1], covered: 'true', limit: units}")]
    [InlineData("hours: [{days: monday, open: 9-12}]")]
    [InlineData("hours: [{days: mondays, open: 09:00-12:00}]")]
    [InlineData("hours: [{days: [monday, monday], open: 09:00-12:00}]")]
    [InlineData("hours: [{days: monday, open: [09:00-12:00, 11:00-13:00]}]")]
    [InlineData("hours: [{days: monday}]")]
    [InlineData("decisions: {a: {rules: [{then: {covered: isOpen(done_at)}, clause: T-1}]}}")]
    [InlineData(
        "hours: [{days: monday, open: 09:00-12:00}]\n"
        + "decisions: {a: {rules: [{then: {covered: 'isOpen(time(\"09:00\"))'}, clause: T-1}]}}")]
    public void What_is_wrong_with_a_rulebook_is_refused(string rest)
    {
        (Rulebook? rulebook, List<SourceFault> faults) = RulebookFixture.TryLoad(rest);
        Assert.Null(rulebook);
        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.True(fault.At.Line >= RulebookFixture.FirstLine, fault.ToString()));
    }
}
