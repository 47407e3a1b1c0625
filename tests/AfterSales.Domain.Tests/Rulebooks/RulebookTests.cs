using System.Text.Json;
using AfterSales.Domain.Rulebooks;

namespace AfterSales.Domain.Tests.Rulebooks;

public class RulebookTests
{
    private const string Fee = """
        decisions:
          fee:
            let: {share: price * rate * decimal(units)}
            rules:
              - when: units > 0
                then: {fee: roundHalfUp(share), days: units}
                clause: T-1
                because: {en: "{price} x {rate%} x {units} = {=fee}, {defect}", zh: "{price} × {rate:%} × {units} = {=fee},{defect}"}
              - then: {days: units}
                clause: T-3
        """;

    [Fact]
    public void A_rule_that_fires_concludes_and_is_cited_with_its_values_in_both_languages()
    {
        DecisionDocument decision = RulebookFixture.Load(Fee).Ask("""{"price":"300.00","units":40,"defect":"broken_sole"}""", "T-1");
        Assert.Equal("""{"fee":"60.00","days":40}""", decision.Json());
        Citation citation = Assert.Single(decision.Citations);
        Assert.Equal(("T-1", "一", "one", "test.txt:1"), (citation.Clause, citation.Text, citation.TextEn, citation.Source));
        Assert.Equal("300.00 x 0.5% x 40 = 60.00, broken sole", citation.Because);
        Assert.Equal("300.00 × 0.5% × 40 = 60.00,断底", citation.BecauseZh);
        Assert.Equal("X-02", Assert.Single(citation.Readings));
    }

    [Fact]
    public void Without_a_sentence_the_values_that_were_read_are_the_reason()
    {
        Citation citation = Assert.Single(RulebookFixture.Load(Fee).Ask("""{"units":0}""", "T-3").Citations);
        Assert.Equal(("units 0", "台数 0"), (citation.Because, citation.BecauseZh));
    }

    [Fact]
    public void A_value_that_lacks_a_fact_is_left_out_alone_and_the_fact_is_asked_for()
    {
        DecisionDocument decision = RulebookFixture.Load(Fee).Ask("""{"units":3,"defect":"x"}""", "T-1");
        Assert.Equal("""{"days":3}""", decision.Json());
        MissingFact missing = Assert.Single(decision.Missing);
        Assert.Equal(("price", "price paid", "实付价"), (missing.Name, missing.English, missing.Chinese));
        Assert.Equal("T-1", Assert.Single(missing.Clauses));
    }

    [Theory]
    [InlineData("first", """{"worn":true}""", "{}", "units")]
    [InlineData("known", """{"worn":true}""", """{"to":"b"}""", null)]
    [InlineData("known", """{"worn":false}""", "{}", "units")]
    [InlineData("known", """{"worn":false,"units":0}""", """{"to":"c"}""", null)]
    [InlineData("each", """{"worn":true,"units":0}""", """{"to":"b"}""", null)]
    public void An_unknown_condition_counts_as_the_hit_policy_says(string hit, string facts, string conclusions, string? missing)
    {
        string last = hit == "each" ? "" : """
                  - then: {to: '"c"'}
                    clause: T-3
            """;
        DecisionDocument decision = RulebookFixture.Load($$"""
            decisions:
              where:
                hit: {{hit}}
                rules:
                  - when: units > 5
                    then: {to: '"a"'}
                    clause: T-1
                  - when: worn
                    then: {to: '"b"'}
                    clause: T-2
            {{last}}
            """).Ask(facts, "T-1");
        Assert.Equal(conclusions, decision.Json());
        Assert.Equal(missing is null ? [] : [missing], decision.Missing.Select(one => one.Name));
    }

    [Theory]
    [InlineData("""{"worn":true,"units":9}""", """{"names":["old","many","more"]}""")]
    [InlineData("""{"worn":false,"units":1}""", """{"names":[]}""")]
    [InlineData("""{"worn":true}""", "{}")]
    public void A_collecting_decision_lists_what_its_rules_give(string facts, string conclusions) => Assert.Equal(conclusions, RulebookFixture.Load("""
        decisions:
          names:
            hit: collect
            rules:
              - when: worn
                then: {names: '"old"'}
                clause: T-1
              - when: units > 5
                then: {names: '["many", "more"]'}
                clause: T-2
        """).Ask(facts, "T-1").Json());

    [Fact]
    public void A_decision_reads_what_another_concludes_wherever_it_stands_and_cites_it_too()
    {
        DecisionDocument decision = RulebookFixture.Load("""
            decisions:
              covered:
                rules:
                  - when: age.days <= 7
                    then: {covered: "true"}
                    clause: T-1
              age:
                rules:
                  - then: {days: units + 1}
                    clause: T-3
            """).Ask("""{"units":4}""", "T-1");
        Assert.Equal("""{"covered":true}""", decision.Json());
        Assert.Equal(["T-3", "T-1"], decision.Citations.Select(citation => citation.Clause));
    }

    [Fact]
    public void What_a_decision_behind_lacks_is_asked_for_by_the_clause_that_reads_it()
    {
        MissingFact missing = Assert.Single(RulebookFixture.Load("""
            decisions:
              kind:
                internal: true
                rules:
                  - when: worn
                    then: {used: "true"}
                  - then: {used: "false"}
              covered:
                when: '!kind.used'
                rules:
                  - then: {covered: "true"}
                    clause: T-1
            """).Ask("{}", "T-1").Missing);
        Assert.Equal(("worn", "T-1"), (missing.Name, Assert.Single(missing.Clauses)));
    }

    [Fact]
    public void Null_is_concluded_as_null() => Assert.Equal("""{"to":null}""", RulebookFixture.Load("""
        decisions:
          where:
            rules:
              - then: {to: wants}
                clause: T-1
        """).Ask("{}", "T-1").Json());

    private const string Clock = """
        clocks:
          callback:
            clause: T-2
            start: received
            length: LENGTH
            met: done_at
            concludes: {due: due, on_time: on_time}
            late: {to: '"head"'}
            owner: {en: service, zh: 售后}
            onMiss: {stated: false, action: alert, to: head, en: alert, zh: 提醒}
        """;

    [Theory]
    [InlineData("3 days", "2024-05-09T23:59:59")]
    [InlineData("2 working days", "2024-05-08T23:59:59")]
    [InlineData("1 months", "2024-06-06T23:59:59")]
    [InlineData("end of month", "2024-05-31T23:59:59")]
    [InlineData("(units) days", "2024-05-10T23:59:59")]
    [InlineData("end of first working day after", "2024-05-07T23:59:59")]
    public void A_clock_says_when_it_is_due(string length, string due) => Assert.Equal(
        $$"""{"due":"{{due}}"}""",
        RulebookFixture.Load(Clock.Replace("LENGTH", length, StringComparison.Ordinal)).Ask("""{"received":"2024-05-06","units":4}""", "T-2").Json());

    [Theory]
    [InlineData("2024-05-09T23:59:59", """{"due":"2024-05-09T23:59:59","on_time":true}""")]
    [InlineData("2024-05-10T00:00:00", """{"due":"2024-05-09T23:59:59","on_time":false,"to":"head"}""")]
    public void A_clock_that_was_met_says_whether_in_time(string done, string conclusions)
    {
        DecisionDocument decision = RulebookFixture.Load(Clock.Replace("LENGTH", "3 days", StringComparison.Ordinal))
            .Ask($$"""{"received":"2024-05-06","done_at":"{{done}}"}""", "T-2");
        Assert.Equal(conclusions, decision.Json());
        Assert.Equal(["T-2"], decision.Citations.Select(citation => citation.Clause));
    }

    [Fact]
    public void Holidays_told_in_the_question_take_the_calendars_place() => Assert.Equal(
        """{"due":"2024-05-09T23:59:59"}""",
        RulebookFixture.Load(Clock.Replace("LENGTH", "2 working days", StringComparison.Ordinal))
            .Ask("""{"received":"2024-05-06","holidays":["2024-05-08"]}""", "T-2").Json());

    private const string Claim = """

        claim:
          asks: [T-1]
          implies: {price: paid, received: sold_on, wants: kind}
          covered: answer.covered
          remedy: 'wants == "exchange" ? "exchange" : "return"'
          refusedBy: 'answer.covered ? null : "T-3"'
          pays:
            - {name: price, when: answer.covered, amount: price, clause: T-1}
            - {name: fee, when: answer.covered, amount: "-math.least(price, answer.fee)", clause: T-1}
        """;

    [Fact]
    public void A_claim_says_what_the_customer_gets_and_every_line_of_money()
    {
        Rulebook rulebook = RulebookFixture.Load(Covered + Claim);
        DecisionDocument decision = rulebook.Ask("""{"units":4,"price":"100.00"}""");
        Assert.Equal((true, "return", null), (decision.Covered, decision.Remedy, decision.RefusingClause));
        Assert.Equal([("price", "100.00"), ("fee", "-2.00")], decision.Money.Components.Select(line => (line.Name, line.Amount.ToString())));
        Assert.Equal(Money.Yuan("98.00"), decision.Payable);
        DecisionDocument refused = rulebook.Ask("""{"units":9,"price":"100.00"}""");
        Assert.Equal((false, null, "T-3"), (refused.Covered, refused.Remedy, refused.RefusingClause));
        Assert.Empty(refused.Money.Components);
    }

    [Fact]
    public void A_sum_that_lacks_a_line_is_not_paid_in_part() =>
        Assert.Empty(RulebookFixture.Load(Covered.Replace("roundHalfUp(price * rate * decimal(units))", "money(100 / (units - units))", StringComparison.Ordinal) + Claim)
            .Ask("""{"units":4,"price":"100.00"}""").Money.Components);

    [Fact]
    public void A_decision_document_comes_back_from_its_json_with_its_outcome()
    {
        Rulebook rulebook = RulebookFixture.Load(Covered + Claim);
        DecisionDocument decision = rulebook.Ask("""{"units":4,"price":"100.00","wants":"exchange"}""");
        DecisionDocument stored = JsonSerializer.Deserialize<DecisionDocument>(JsonSerializer.Serialize(decision))!;
        Assert.Equal((true, "exchange"), (stored.Covered, stored.Remedy));
        Assert.Equal(JsonSerializer.Serialize(decision), JsonSerializer.Serialize(rulebook.Evaluate(stored.Facts)));
    }

    [Fact]
    public void Why_a_clause_was_not_applied_is_told_by_condition()
    {
        Rulebook rulebook = RulebookFixture.Load("""
            decisions:
              covered:
                rules:
                  - when: worn && units > 5
                    then: {covered: "false"}
                    clause: T-2
                  - then: {covered: "true"}
                    clause: T-1
            """);
        Facts facts = Facts.None.With("worn", true).With("units", 3);
        WhyNot why = rulebook.WhyNot(facts, "T-2");
        Assert.False(why.Applied);
        UnfiredRule rule = Assert.Single(why.Rules);
        Assert.Equal(("covered", 1, "condition-false"), (rule.Decision, rule.Rule, rule.Reason));
        Assert.Equal([("worn", true), ("units > 5", false)], rule.Conditions.Select(condition => (condition.Text, condition.Holds!.Value)));
        Assert.Equal(("units", "units", "3"), (rule.Conditions[1].Values[0].Name, rule.Conditions[1].Values[0].English, $"{rule.Conditions[1].Values[0].Value}"));
        Assert.True(rulebook.WhyNot(facts, "T-1").Applied);
        Assert.Equal("earlier-rule", Assert.Single(rulebook.WhyNot(facts.With("units", 6), "T-1").Rules).Reason);
        Assert.Equal("condition-unknown", Assert.Single(rulebook.WhyNot(Facts.None.With("worn", true), "T-2").Rules).Reason);
    }

    [Fact]
    public void Why_a_clause_concluded_nothing_though_it_applies_is_told_by_what_it_lacks()
    {
        Rulebook rulebook = RulebookFixture.Load("""
            decisions:
              time:
                rules:
                  - when: worn
                    then: {days: units + 1}
                    clause: T-2
                  - then: {days: "9"}
                    clause: T-1
            """);
        UnfiredRule rule = Assert.Single(rulebook.WhyNot(Facts.None.With("worn", true), "T-2").Rules);
        Assert.Equal("conclusion-unknown", rule.Reason);
        ConditionState lacking = Assert.Single(rule.Conditions);
        Assert.Equal(("units + 1", null, "units", null), (lacking.Text, lacking.Holds, lacking.Values[0].Name, lacking.Values[0].Value));
        Assert.Equal("earlier-unknown", Assert.Single(rulebook.WhyNot(Facts.None.With("worn", true), "T-1").Rules).Reason);
    }

    [Fact]
    public void A_clock_counts_opening_hours_and_a_rule_asks_for_them()
    {
        Rulebook rulebook = RulebookFixture.Load("""
            hours:
              - {days: working day, open: [09:00-12:00, 13:30-18:00], clause: T-2}
            decisions:
              open:
                rules:
                  - then: {covered: isOpen(done_at)}
                    clause: T-1
            clocks:
              reply:
                clause: T-2
                start: dateTime(received, time("17:00"))
                length: 4 opening hours
                owner: {en: desk, zh: 柜台}
                onMiss: {stated: false, action: alert, en: alert, zh: 提醒}
            """);
        Assert.Equal("""{"due":"2024-10-08T12:00:00"}""", rulebook.Ask("""{"received":"2024-09-30"}""", "T-2").Json());
        Assert.Equal(
            """{"due":"2024-10-02T12:00:00"}""", rulebook.Ask("""{"received":"2024-09-30","holidays":["2024-10-01"]}""", "T-2").Json());
        Assert.Equal("""{"covered":false}""", rulebook.Ask("""{"done_at":"2024-09-30T12:30:00"}""", "T-1").Json());
        Assert.Contains("are not announced", Assert.Single(rulebook.Ask("""{"received":"2027-03-01"}""", "T-2").Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_computed_is_left_out_and_noted()
    {
        DecisionDocument decision = RulebookFixture.Load("""
            decisions:
              share:
                rules:
                  - then: {days: 100 / units, to: '"x"'}
                    clause: T-1
            """).Ask("""{"units":0}""", "T-1");
        Assert.Equal("""{"to":"x"}""", decision.Json());
        Assert.Contains("100 / units", Assert.Single(decision.Notes), StringComparison.Ordinal);
        Assert.Empty(decision.Missing);
    }

    [Fact]
    public void Two_decisions_that_disagree_are_noted_and_the_first_in_the_file_holds()
    {
        DecisionDocument decision = RulebookFixture.Load("""
            decisions:
              one:
                rules:
                  - then: {days: units}
                    clause: T-1
              two:
                rules:
                  - then: {days: units + 1}
                    clause: T-1
            """).Ask("""{"units":1}""", "T-1");
        Assert.Equal("""{"days":1}""", decision.Json());
        Assert.Contains("days", Assert.Single(decision.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_only_says_something_stops_the_decision_with_a_note()
    {
        DecisionDocument decision = RulebookFixture.Load("""
            decisions:
              age:
                rules:
                  - when: units < 1
                    because: {en: "units {units}: nothing to decide", zh: "台数{units}:无可决定"}
                  - then: {days: units}
                    clause: T-1
            """).Ask("""{"units":0}""", "T-1");
        Assert.Equal("{}", decision.Json());
        Assert.Equal("units 0: nothing to decide", Assert.Single(decision.Notes));
    }

    private const string Covered = """
        decisions:
          covered:
            rules:
              - when: units < 5
                then: {covered: "true", fee: roundHalfUp(price * rate * decimal(units))}
                clause: T-1
              - then: {covered: "false"}
                clause: T-1
        """;
}
