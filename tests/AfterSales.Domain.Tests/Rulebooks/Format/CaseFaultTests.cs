using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Tests.Rulebooks.Format;

/// <summary>What is wrong in <c>ladder</c> and <c>case</c> is told with its line and column, and no case goes by it.</summary>
public sealed class CaseFaultTests
{
    private const string Whole = """
        ladder:
          - {step: seller, role: supplier, clause: T-1, refuse: desk, en: the seller, zh: 商家}
          - {step: desk, role: inspection, clause: T-1, en: the desk, zh: 服务台}
        case:
          registration: T-1
          escalation: T-2
          undetermined: T-3
          clocks:
            - clock: first_answer
              length: 48 hours
              owner: supplier
              on: [seller]
              from: registered
              onMiss: {action: go, to: desk, en: It goes on., zh: 转交。}
              en: 48 hours
              zh: 48小时
            - clock: desk
              length: 3 working days
              clause: T-2
              owner: inspection
              on: [desk]
              onMiss: {action: decide, to: desk, en: The rulebook decides., zh: 按规则处理。}
              en: three days
              zh: 三日
          answer: {length: 7 days}
          payout: {length: 24 hours, attempts: 3}
          remedies:
            return:
              - step: ship-back
                owner: customer
                length: 10 days
                onMiss: {action: lapse, en: It ends., zh: 终止。}
          limits:
            unresolvedFrom: desk
            approval: {above: "500.00", by: manager, length: 24 hours}
            reopen: 30 days

        """;

    [Fact]
    public void Without_a_fault_it_loads() => Assert.Empty(RulebookFixture.TryLoad(Whole).Faults);

    [Theory]
    [InlineData("on: [seller]", "on: [sellr]", "sellr", "unknown-step", "Did you mean 'seller'?")]
    [InlineData("refuse: desk", "refuse: desc", "desc", "unknown-step", "Did you mean 'desk'?")]
    [InlineData("unresolvedFrom: desk", "unresolvedFrom: top", "top", "unknown-step", "no step 'top'")]
    [InlineData("length: 48 hours", "length: 48 ours", "48 ours", "wrong-length", "'48 ours' is no time such as")]
    [InlineData("reopen: 30 days", "reopen: soon", "soon", "wrong-length", "'soon' is no time such as")]
    [InlineData("length: 10 days", "length: 0 days", "0 days", "wrong-length", "'0 days' is no time such as")]
    [InlineData("clock: first_answer", "clock: payout", "payout", "wrong-name", "a clock that every case has")]
    [InlineData("- clock: desk", "- clock: first_answer # again", "first_answer", "duplicate-id", "already")]
    [InlineData("clock: first_answer", "clock: reply", "reply", "wrong-name", "a clock that every case has")]
    [InlineData("role: supplier", "role: suplier", "suplier", null, "supplier")]
    [InlineData("by: manager", "by: boss", "boss", null, "manager")]
    [InlineData("above: \"500.00\"", "above: lots", "lots", "wrong-amount", "no amount with two decimals")]
    [InlineData("attempts: 3", "attempts: 0", "0", "wrong-number", "from 1 to 100")]
    [InlineData("clause: T-2", "clause: T-9", "T-9", "unknown-clause", "no clause 'T-9'")]
    [InlineData("step: ship-back", "step: ship-bak", "ship-bak", null, "ship-back")]
    [InlineData("    return:\n", "    retur:\n", "retur:", null, "return")]
    public void A_planted_fault_is_told_where_it_stands(string right, string wrong, string at, string? code, string told)
    {
        var fault = Assert.Single(FaultsWith(right, wrong, out string text));

        if (code is not null) Assert.Equal(code, fault.Code);
        Assert.Contains(told, fault.Detail, StringComparison.Ordinal);
        Assert.Equal(PlaceOf(text, wrong, at), (fault.At.Line, fault.At.Column));
    }

    [Theory]
    [InlineData("{action: go, to: desk, en", "{action: go, en", "goes with go, decide, grant-or-go")]
    [InlineData("{action: decide, to: desk, en", "{action: refuse, to: desk, en", "and with nothing else")]
    [InlineData("{action: lapse, en", "{action: escalate, en", "goes with escalate")]
    [InlineData("{action: lapse, en", "{action: lapse, to: desk, en", "goes with escalate and with nothing else")]
    public void A_step_to_go_to_that_is_missing_or_too_much_is_told_where_it_stands(string right, string wrong, string told)
    {
        var fault = Assert.Single(FaultsWith(right, wrong, out string text));

        Assert.Equal("wrong-shape", fault.Code);
        Assert.Contains(told, fault.Detail, StringComparison.Ordinal);
        Assert.Equal(PlaceOf(text, wrong, wrong).Line, fault.At.Line);
    }

    [Fact]
    public void A_step_without_a_role_and_a_clock_with_two_lengths_are_told()
    {
        Assert.Contains("needs 'role'", Assert.Single(FaultsWith("role: inspection, ", "", out _)).Detail, StringComparison.Ordinal);
        Assert.Contains(
            FaultsWith("length: 48 hours", "limit: unheard_of\n      length: 48 hours", out _),
            fault => fault.Detail.Contains("either 'limit'", StringComparison.Ordinal));
    }

    private static List<SourceFault> FaultsWith(string right, string wrong, out string text)
    {
        int at = Whole.IndexOf(right, StringComparison.Ordinal);
        text = RulebookFixture.Whole($"{Whole[..at]}{wrong}{Whole[(at + right.Length)..]}");
        (Rulebook? rulebook, List<SourceFault> faults) = RulebookFixture.TryLoadWhole(text);
        Assert.Null(rulebook);
        return faults;
    }

    private static (int Line, int Column) PlaceOf(string text, string wrong, string at)
    {
        int place = text.IndexOf(wrong, StringComparison.Ordinal) + wrong.IndexOf(at, StringComparison.Ordinal);
        string before = text[..place];
        return (before.Count(c => c == '\n') + 1, place - before.LastIndexOf('\n'));
    }
}
