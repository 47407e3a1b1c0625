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
    public void What_is_wrong_with_a_rulebook_is_refused(string rest)
    {
        (Rulebook? rulebook, List<SourceFault> faults) = RulebookFixture.TryLoad(rest);
        Assert.Null(rulebook);
        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.True(fault.At.Line >= RulebookFixture.FirstLine, fault.ToString()));
    }
}
