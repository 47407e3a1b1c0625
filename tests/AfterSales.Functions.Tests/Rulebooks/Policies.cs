using System.Text;
using System.Text.RegularExpressions;
using AfterSales.Domain.Rulebooks;

namespace AfterSales.Functions.Tests.Rulebooks;

/// <summary>Texts of rulebooks for tests.</summary>
public static partial class Policies
{
    /// <summary>A whole policy of one decision: within 7 days the price less a fee.</summary>
    public static string CornerShop(string version = "1", string fee = "5.00", string expected = "95.00") => $$"""
        id: corner-shop
        version: "{{version}}"
        title: {zh: 小店退货规定, en: Returns of a corner shop}
        source: {document: written for a test, lines: 1-2}
        zone: Asia/Shanghai
        facts:
          price: {type: money, unit: CNY, en: price paid, zh: 实付价款}
          sale_date: {type: date, en: day of the sale, zh: 售出日期}
          claim_date: {type: date, en: day of the claim, zh: 投诉日期}
        constants:
          fee: {type: money, value: {{fee}}, clause: SHOP-1, en: fee for a return, zh: 退货手续费}
        conclusions:
          covered: {type: boolean, en: covered, zh: 属退货范围}
          refund: {type: money, limit: price, en: refund, zh: 退款}
        clauses:
          - id: SHOP-1
            marks: [computable]
            text: 七日内可以退货,收取手续费。
            en: Within seven days goods may be returned, less a fee.
            source: written for a test:1
          - id: SHOP-2
            marks: [record]
            text: 退货须登记。
            en: Every return is registered.
            source: written for a test:2
        decisions:
          return_of_goods:
            rules:
              - when: daysBetween(sale_date, claim_date) <= 7 && price > fee
                then: {covered: 'true', refund: price - fee}
                clause: SHOP-1
              - then: {covered: 'false'}
                clause: SHOP-1
        checklist:
          - {clause: SHOP-2, fact: return_registered, en: return registered, zh: 退货已登记}
        claim:
          asks: [SHOP-1]
          implies: {price: paid, sale_date: sold_on, claim_date: claimed_on}
          covered: return_of_goods.covered
          remedy: 'return_of_goods.covered ? "return" : null'
          refusedBy: 'return_of_goods.covered ? null : "SHOP-1"'
          pays:
            - {name: price, amount: price, clause: SHOP-1}
            - {name: fee, amount: '-fee', clause: SHOP-1}
        examples:
          - id: EX-SHOP-1
            clauses: [SHOP-1]
            given: {price: "100.00", sale_date: "2026-11-01", claim_date: "2026-11-03"}
            expect: {covered: true, refund: "{{expected}}"}
          - id: EX-SHOP-2
            clauses: [SHOP-1]
            given: {price: "100.00", sale_date: "2026-10-01", claim_date: "2026-11-03"}
            expect: {covered: false}

        """;

    /// <summary>The corner shop with five steps, each of which may be contested; the last sends an appeal back to the first, to be judged by
    /// others.</summary>
    public static string FiveSteps() => CornerShop() + """
        ladder:
          - {step: service, role: agent, clause: SHOP-1, en: customer service, zh: 客服}
          - {step: floor, role: floor-manager, clause: SHOP-1, en: the floor head, zh: 楼层负责人}
          - {step: inspection, role: inspection, clause: SHOP-1, en: the inspection, zh: 督察部}
          - {step: manager, role: manager, clause: SHOP-1, en: the manager, zh: 主管}
          - {step: board, role: finance, clause: SHOP-1, contest: {to: service, clause: SHOP-1}, en: the board, zh: 董事会}
        case:
          registration: SHOP-2
          escalation: SHOP-1
          undetermined: SHOP-1
          clocks:
            - clock: any_step
              length: 7 days
              owner: agent
              on: [service, floor, inspection, manager, board]
              until: decided
              onMiss: {action: nothing, en: The breach is recorded., zh: 记录逾期。}
              en: the 7 days of a step
              zh: 7日处理时限
          answer: {length: 7 days}
          payout: {length: 24 hours, attempts: 3}
          remedies: {}
          limits: {}

        """;

    /// <summary>The mall's policy with another daily rate of depreciation, its examples cut off but for one.</summary>
    public static string Mall(string version, string ratePerDay)
    {
        var shipped = Encoding.UTF8.GetString(ShippedRulebooks.Text("mall-sanbao").Span);
        var examples = shipped.IndexOf("\nexamples:", StringComparison.Ordinal);
        var text = VersionLine().Replace(shipped[..examples], $"version: \"{version}\"", 1);
        var changed = Rate().Replace(text, match => match.Groups["before"].Value + ratePerDay, 1);
        Assert.NotEqual(text, changed);
        return changed + """

            examples:
              - id: EX-CHANGED-1
                clauses: [MALL-C8.4-20]
                given: {unresolved_cases_same_person: 2}
                expect: {fine_total: "40.00"}

            """;
    }

    [GeneratedRegex("""^version:.*$""", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionLine();

    [GeneratedRegex("""(?<before>^  return_rate_per_day:.*?value: )0\.005""", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rate();
}
