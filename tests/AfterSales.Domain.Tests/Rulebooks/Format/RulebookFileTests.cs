using System.Text;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Tests.Rulebooks.Format;

public class RulebookFileTests
{
    private const string Whole = SampleRulebook.Yaml;

    [Fact]
    public void A_whole_file_is_read_with_places()
    {
        (RulebookSource? read, List<SourceFault> faults) = Read(Whole);
        Assert.Empty(faults);
        RulebookSource source = read!;
        Assert.Equal("sample", source.Id.Value);
        Assert.Equal(new SourcePosition(1, 5), source.Id.At);
        Assert.Equal(new SourceText("1", new SourcePosition(2, 11), Plain: false), source.Version);
        Assert.Equal(["units", "wants", "batches"], source.Facts.Select(fact => fact.Name.Value));
        Assert.True(source.Facts[1] is { Optional: true, Closed: true, Signed: false });
        Assert.Equal("list of {received: date, units: integer}", source.Facts[2].Type.Value);
        Assert.IsType<SourceNode.Map>(source.Constants[1].Value);
        Assert.Equal("endOfDay(received)", source.Conclusions[1].Limit?.Value);
        Assert.Equal(["computable", "timed"], source.Clauses[0].Marks.Select(mark => mark.Value));
        DecisionSource decision = Assert.Single(source.Decisions);
        Assert.Equal("first", decision.Hit.Value);
        Assert.Equal("(units + 9) / per_day", decision.Let[0].Expression.Value);
        Assert.Equal(new SourcePosition(30, 14), decision.Let[0].Expression.At);
        RuleSource rule = Assert.Single(decision.Rules);
        Assert.Equal("endOfDay(received + days(n))", rule.Then[1].Expression.Value);
        Assert.Equal(new SourcePosition(36, 13), rule.Then[1].Expression.At);
        Assert.Equal("共{units}台", rule.Because?.Zh);
        ClockSource clock = Assert.Single(source.Clocks);
        Assert.Equal("received", clock.Start?.Value);
        Assert.Equal(["due", "on_time"], clock.Concludes.Select(named => named.Expression.Value));
        Assert.Equal("null", clock.Late[0].Expression.Value);
        Assert.Equal("registered", source.Checklist[0].Fact?.Value);
        Assert.Equal("20.00", source.Supplier[0].Amount?.Value);
        Assert.Equal("S-1", Assert.Single(source.Claim!.Asks).Value);
        Assert.Equal(2, source.Examples[0].Given.Entries.Length);
        Assert.Equal("per_day", source.Widens[0].Of.Value);
        Assert.Equal(64, source.Digest.Length);
    }

    [Theory]
    [InlineData("facts:", "fact:", "7:1: unknown-key: A rulebook has no key 'fact'. Did you mean 'facts'?")]
    [InlineData("unit: machines", "unyt: machines", "8:26: unknown-key: A fact has no key 'unyt'. Did you mean 'unit'?")]
    [InlineData("onMiss:", "on_miss:", "unknown-key: A clock has no key 'on_miss'. Did you mean 'onMiss'?")]
    [InlineData("zone: Asia/Shanghai\n", "", "1:1: missing-key: A rulebook needs 'zone'.")]
    [InlineData("zone: Asia/Shanghai", "zone:", "5:1: no-value: 'zone' has no value")]
    [InlineData("type: integer, unit", "unit", "8:10: missing-key: A fact needs 'type'.")]
    [InlineData("zone: Asia/Shanghai", "id: other", "5:1: duplicate-key: 'id' is here twice; it was already given at 1:1.")]
    [InlineData("id: S-2", "id: S-1", "26:10: duplicate-id: There is a clause 'S-1' already, at 20:9.")]
    [InlineData("id: sample", "id: other", "1:5: wrong-id: The id 'other' is not the file's name 'sample'")]
    [InlineData("id: sample", "id: Other One", "1:5: wrong-id: 'Other One' is no id")]
    [InlineData("version: \"1\"", "version: a b", "2:10: wrong-version")]
    [InlineData(
        "marks: [record]",
        "marks: [recorded]",
        "unknown-value: A mark is one of computable, timed, ledger, record, conduct, not 'recorded'. "
        + "Did you mean 'record'?")]
    [InlineData("    let: {n", "    hit: best\n    let: {n", "unknown-value: 'hit' is one of first, known, each, collect, not 'best'.")]
    [InlineData("action: alert", "action: allert", "unknown-value: 'action' is one of alert, escalate")]
    [InlineData("kind: fine", "kind: find", "Did you mean 'fine'?")]
    [InlineData("price: paid", "price: payed", "unknown-value: What implies 'price' is one of paid, sold_on")]
    [InlineData("zone: Asia/Shanghai", "zone: &z Asia/Shanghai", "5:7: anchor: The anchor '&z'")]
    [InlineData("zone: Asia/Shanghai", "zone: *z", "5:7: alias: The alias '*z'")]
    [InlineData("zone: Asia/Shanghai", "zone: !!str Asia/Shanghai", "5:7: tag: The tag")]
    [InlineData("zone: Asia/Shanghai", "<<: {}", "5:1: merge-key")]
    [InlineData("zone: Asia/Shanghai", "? [a]\n: b", "key-not-text")]
    [InlineData(
        "units: {type: integer, unit: machines, zh: 台数, en: machines}",
        "units: integer",
        "8:10: wrong-shape: Here a fact is wanted: a map")]
    [InlineData("asks: S-1", "asks: {S-1: x}", "wrong-shape: 'asks' is a text, not a map")]
    [InlineData("when: units > 0", "when: [a]", "wrong-shape: 'when' is an expression, not a YAML list; quote it")]
    [InlineData("days: n\n", "days:\n", "no-value: 'days' has no expression.")]
    [InlineData("optional: true", "optional: yes", "9:33: wrong-shape: 'optional' is true or false, without quotes.")]
    [InlineData("clause: S-1\n        because", "clause: S-3\n        because", "unknown-clause: This file has no clause 'S-3'.")]
    [InlineData("answers: [S-*]", "answers: [T-*]", "unknown-clause: No clause of this file begins with 'T-'.")]
    [InlineData("readings: [X-02]", "readings: [X-20]", "unknown-reading: This file has no reading 'X-20'. Did you mean 'X-02'?")]
    [InlineData("clock: callback, zh", "clock: calback, zh", "unknown-clock: This file has no clock 'calback'. Did you mean 'callback'?")]
    [InlineData("      - when: units > 0", "      - wehn: units > 0", "32:9: unknown-key: A rule has no key 'wehn'. Did you mean 'when'?")]
    [InlineData("        clause: S-1\n", "", "32:9: missing-key: A rule needs 'clause'")]
    [InlineData("length: 3 days", "length: 3 days\n    due: received", "a clock has either 'length' or 'due'.")]
    [InlineData("    start: \"received\"\n", "", "missing-key: A clock with a length needs 'start'")]
    [InlineData("fact: registered", "fact: registered, done: 'true'", "has either 'fact'")]
    [InlineData("days: n\n", "in: n\n", "", true)]
    [InlineData("  units: {type", "  in: {type", "8:3: wrong-name: 'in' is a reserved word of CEL")]
    [InlineData("  per_day: {type", "  units: {type", "12:3: duplicate-id: 'units' is a fact already, at 8:3")]
    [InlineData("late: {escalate_to: 'null'}", "late: {due: workingDay(x, 3)}", "wrong-name: '3)' is no name")]
    [InlineData(
        "en: Register.,",
        "en: Register, twice,",
        "26:57: unknown-key: A clause has no key 'twice'. If it belongs to the text before it, quote that text")]
    [InlineData("closed: true", "closed: true, partial: true", "unknown-key: A fact has no key 'partial'.")]
    [InlineData("en: Up to ten in one day.", "en: Up to ten: one day.", "23:18: yaml: This is no YAML")]
    [InlineData("id: sample", "id: [sample", "yaml: This is no YAML")]
    [InlineData("  - {of: per_day, zh: 更多, en: more}", "  - {of: per_day, zh: 更多, en: more}\n---\na: b", "second-document")]
    public void A_fault_is_told_with_its_place_and_what_would_be_right(string right, string wrong, string told, bool fine = false)
    {
        Assert.Contains(right, Whole, StringComparison.Ordinal);
        int at = Whole.IndexOf(right, StringComparison.Ordinal);
        (RulebookSource? source, List<SourceFault> faults) = Read(Whole[..at] + wrong + Whole[(at + right.Length)..]);
        if (fine)
        {
            Assert.Empty(faults);
            return;
        }

        Assert.Null(source);
        Assert.Contains(told, string.Join('\n', faults), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Many_faults_are_told_at_once_in_the_order_of_their_places()
    {
        string wrong = Whole.Replace("unit:", "unyt:", StringComparison.Ordinal).Replace("[record]", "[x]", StringComparison.Ordinal)
            .Replace("action: alert", "action: x", StringComparison.Ordinal).Replace("kind: fine", "kind: x", StringComparison.Ordinal);
        (RulebookSource? source, List<SourceFault> faults) = Read(wrong);
        Assert.Null(source);
        Assert.Equal(4, faults.Count);
        Assert.Equal(faults.OrderBy(fault => fault.At.Line), faults);
        Assert.All(faults, fault => Assert.Equal("sample.yaml", fault.File));
    }

    [Fact]
    public void Hostile_files_are_refused_quickly()
    {
        Assert.Equal("file-too-large", Code(Encoding.UTF8.GetBytes("id: " + new string('x', 1 << 20))));
        Assert.Equal("nested-too-deep", Code(Encoding.UTF8.GetBytes("facts: " + new string('[', 400_000))));
        string stairs = string.Concat(Enumerable.Range(0, 900).Select(i => new string(' ', i) + "a:\n"));
        Assert.Equal("nested-too-deep", Code(Encoding.UTF8.GetBytes(stairs)));
        Assert.Equal("not-utf8", Code([(byte)'i', (byte)'d', (byte)':', (byte)' ', 0xFF]));
        Assert.Equal("empty-file", Code([]));
        (RulebookSource? source, List<SourceFault> faults) = Read(string.Concat(Enumerable.Range(0, 50_000).Select(i => $"key{i}: x\n")));
        Assert.Null(source);
        Assert.Equal(101, faults.Count);
        Assert.Contains("more faults", faults[^1].Detail, StringComparison.Ordinal);
    }

    private static string Code(byte[] bytes)
    {
        var faults = new List<SourceFault>();
        Assert.Null(RulebookFile.Read("sample.yaml", bytes, faults));
        return faults[0].Code;
    }

    private static (RulebookSource? Source, List<SourceFault> Faults) Read(string yaml)
    {
        var faults = new List<SourceFault>();
        return (RulebookFile.Read("sample.yaml", Encoding.UTF8.GetBytes(yaml), faults), faults);
    }
}
