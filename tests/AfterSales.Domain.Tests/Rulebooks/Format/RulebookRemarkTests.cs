using System.Text;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Tests.Rulebooks.Format;

public class RulebookRemarkTests
{
    [Theory]
    [InlineData("- {when: a, then: {b: a}, clause: S-1}", "")]
    [InlineData("- {because: {zh: 无约定, en: nothing is said}}", "")]
    [InlineData("- {when: a, clause: S-1}", "missing-key: A rule needs 'then'")]
    [InlineData("- {when: a, then: {b: a}}", "missing-key: A rule needs 'clause'")]
    public void A_rule_concludes_by_a_clause_or_remarks(string rule, string told) =>
        Told(told, Read($"decisions:\n  d:\n    rules:\n      {rule}\n"));

    [Theory]
    [InlineData("otherwise: nothing", "")]
    [InlineData("ordered: true", "")]
    [InlineData("otherwise: refuse", "unknown-value: 'otherwise' is one of nothing, not 'refuse'.")]
    [InlineData("partial: true", "unknown-key: Only a decision with 'hit: collect' has 'partial'.")]
    public void What_is_meant_can_be_said(string key, string told) => Told(
        told, Read($"decisions:\n  d:\n    {key}\n    rules: [{{when: a, then: {{b: a}}, clause: S-1}}]\n"));

    private static void Told(string expected, string faults)
    {
        if (expected.Length == 0) Assert.Empty(faults);
        else Assert.Contains(expected, faults, StringComparison.Ordinal);
    }

    private static string Read(string decisions)
    {
        string yaml = $$"""
            id: sample
            version: "1"
            title: {zh: 样例, en: Sample}
            source: {document: 000.txt, lines: 1-2}
            zone: Asia/Shanghai
            clauses: [{id: S-1, marks: computable, text: 一。, en: One., source: "000.txt:1"}]
            {{decisions}}
            """;
        var faults = new List<SourceFault>();
        RulebookSource? source = RulebookFile.Read("sample.yaml", Encoding.UTF8.GetBytes(yaml), faults);
        Assert.Equal(source is null, faults.Count > 0);
        return string.Join('\n', faults);
    }
}
