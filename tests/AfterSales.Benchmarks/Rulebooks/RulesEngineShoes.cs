using RulesEngine.Models;

namespace AfterSales.Benchmarks.Rulebooks;

/// <summary>Twelve of the mall's shoe rules for the NuGet package RulesEngine: yes or no each, without sums or citations.</summary>
internal sealed class RulesEngineShoes(ShoeFacts claim, int days, int periodDays)
{
    private static readonly (string Name, string Expression)[] Rules =
    [
        ("MALL-3.4.1", "!f.HasCard && !f.HasVoucher && !f.BothAcknowledge"),
        ("MALL-3.4.2", "f.Days > f.PeriodDays"),
        ("MALL-3.4.3", "f.Clearance"),
        ("MALL-3.4.4", "f.Damaged || f.TakenApart"),
        ("MALL-3.4.5", "!f.MatchesPapers"),
        ("MALL-3.1.1-FAKE", "f.Defect == \"counterfeit\""),
        ("MALL-3.1.1-F", "f.Defect == \"sizes_differ\""),
        ("MALL-3.1.1-G", "f.Defect == \"two_same_side\""),
        ("MALL-3.1.1-A", "f.Defect == \"broken_sole\""),
        ("MALL-3.1.1-B", "f.Defect == \"broken_upper\""),
        ("MALL-3.1.1-D", "f.Repairs >= 1"),
        ("MALL-3.1.1-R", "f.Defect == \"heel_off\" || f.Defect == \"open_seam\" || f.Defect == \"zip_broken\""),
    ];

    private readonly RulesEngine.RulesEngine _engine = new(
        [new Workflow { WorkflowName = "shoes", Rules = [.. Rules.Select(rule => new Rule { RuleName = rule.Name, Expression = rule.Expression })] }]);

    private readonly RuleParameter _facts = new("f", new Flat(
        claim.Defect, days, periodDays, claim.HasCard, claim.HasVoucher, claim.BothAcknowledge, claim.Clearance, claim.Damaged, claim.TakenApart,
        claim.MatchesPapers, claim.Repairs));

    /// <summary>The rules that hold.</summary>
    public async Task<string[]> HoldingAsync() => [.. (await EvaluateAsync()).Where(result => result.IsSuccess).Select(result => result.Rule.RuleName)];

    public async ValueTask<List<RuleResultTree>> EvaluateAsync() => await _engine.ExecuteAllRulesAsync("shoes", _facts);

    /// <summary>Public, because the package compiles expressions over it.</summary>
    public sealed record Flat(
        string Defect, int Days, int PeriodDays, bool HasCard, bool HasVoucher, bool BothAcknowledge, bool Clearance, bool Damaged, bool TakenApart,
        bool MatchesPapers, long Repairs);
}
