using System.Text;
using System.Text.Json;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Tests.Rulebooks;

/// <summary>A small rulebook of three clauses, with the decisions that a test is about.</summary>
internal static class RulebookFixture
{
    private const string Head = """
        id: test
        version: "1"
        title: {zh: 试, en: test}
        source: {document: test.txt, lines: 1-9}
        zone: Asia/Shanghai
        calendar: china
        facts:
          units: {type: integer, en: units, zh: 台数}
          price: {type: money, en: price paid, zh: 实付价}
          received: {type: date, en: received, zh: 收到}
          done_at: {type: datetime, optional: true, en: done, zh: 完成}
          defect: {type: text, en: defect, zh: 质量问题, values: {broken_sole: {en: broken sole, zh: 断底}}}
          worn: {type: boolean, en: worn, zh: 已穿用}
          wants: {type: text, optional: true, closed: true, values: {exchange: {en: exchange, zh: 换货}, return: {en: return, zh: 退货}}, en: wish, zh: 要求}
          holidays: {type: list of date, en: holidays, zh: 节假日}
        constants:
          rate: {type: decimal, value: 0.005, clause: T-1, en: rate, zh: 费率}
        conclusions:
          days: {type: integer, en: days, zh: 天数}
          due: {type: datetime, en: due, zh: 期限}
          on_time: {type: boolean, en: on time, zh: 按时}
          fee: {type: money, limit: price, en: fee, zh: 费用}
          covered: {type: boolean, en: covered, zh: 准予}
          to: {type: text, en: to, zh: 送}
          names: {type: list of text, en: names, zh: 名称}
        readings:
          X-02: {en: calendar days, zh: 自然日}
        clauses:
          - {id: T-1, marks: [computable], text: 一, en: one, source: "test.txt:1", readings: [X-02]}
          - {id: T-2, marks: [timed], text: 二, en: two, source: "test.txt:2"}
          - {id: T-3, marks: [computable], text: 三, en: three, source: "test.txt:3"}

        """;

    /// <summary>The line on which what a test adds begins.</summary>
    public static int FirstLine { get; } = Head.Count(c => c == '\n') + 1;

    public static Rulebook Load(string rest)
    {
        (Rulebook? rulebook, List<SourceFault> faults) = TryLoad(rest);
        Assert.True(rulebook is not null, string.Join('\n', faults));
        return rulebook;
    }

    public static (Rulebook? Rulebook, List<SourceFault> Faults) TryLoad(string rest) => TryLoadWhole(Whole(rest));

    public static string Whole(string rest) => Head + rest;

    public static (Rulebook? Rulebook, List<SourceFault> Faults) TryLoadWhole(string yaml)
    {
        var faults = new List<SourceFault>();
        return (Rulebook.Load("test.yaml", Encoding.UTF8.GetBytes(yaml), CalendarSet.Shipped, faults), faults);
    }

    public static DecisionDocument Ask(this Rulebook rulebook, string facts, params string[] clauses)
    {
        using JsonDocument json = JsonDocument.Parse(facts);
        FactsReading reading = rulebook.ReadFacts(json.RootElement);
        Assert.Empty(reading.Faults);
        return rulebook.Evaluate(reading.Facts, clauses.Length == 0 ? null : clauses);
    }

    public static string Json(this DecisionDocument decision) => JsonSerializer.Serialize(decision.Conclusions);
}
