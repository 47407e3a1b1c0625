using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>Which of a decision's rules fire.</summary>
internal enum HitPolicy
{
    /// <summary>The first that holds; an unknown one before it stops the decision.</summary>
    First,

    /// <summary>The first that is known to hold.</summary>
    Known,

    /// <summary>Every one that holds.</summary>
    Each,

    /// <summary>Every one that holds; the outputs are lists.</summary>
    Collect,
}

/// <summary>A named sub-expression of one decision.</summary>
internal sealed record Let(string Name, int Slot, Step Step);

/// <summary>An expression with what has to be computed before it.</summary>
/// <param name="Lets">In the order to compute them, each once.</param>
/// <param name="Needs">The decisions whose outputs it reads, also through its lets, by index.</param>
internal sealed record Step(CelExpression Expression, Let[] Lets, int[] Needs)
{
    /// <summary>Holds for all facts.</summary>
    public static Step Always { get; } = new(CelExpression.True, [], []);

    /// <summary>Everything that it reads: lets taken apart into what they read.</summary>
    public IEnumerable<CelName> ReadsDeep => Expression.Reads
        .SelectMany(name => Lets.FirstOrDefault(let => name.Kind == NameKind.Computed && let.Slot == name.Slot) is { } let ? let.Step.ReadsDeep : [name])
        .Distinct();
}

/// <summary>What a decision concludes under one name.</summary>
/// <param name="Conclusion">Index of the conclusion in the answer; -1 when it is only for other decisions.</param>
internal sealed record Output(string Name, int Slot, int Conclusion);

/// <param name="Quiet">What it lacks is not asked for: the end of a clock that still runs.</param>
internal sealed record Conclude(Output Output, Step Step, bool IsElement, bool Quiet)
{
    /// <summary>The value, when it is always the same.</summary>
    public RuleValue? Constant { get; } = Step.Expression.IsConstant && Step.Expression.Evaluate(new Frame(0), out RuleValue? value) == Outcome.Value ? value : null;
}

internal sealed class CompiledRule
{
    public required CompiledDecision Decision { get; init; }

    /// <summary>Its place in the decision, from 1.</summary>
    public required int Number { get; init; }

    public required SourcePosition At { get; init; }

    /// <summary>Null: always.</summary>
    public required Step? When { get; init; }

    public required Conclude[] Then { get; init; }

    public required Clause[] Clauses { get; init; }

    public required Reason Reason { get; init; }

    /// <summary>The lets that its reason shows, in the order to compute them.</summary>
    public required Let[] Shown { get; init; }

    /// <summary>It concludes and cites nothing: its reason is a remark.</summary>
    public bool IsRemark => Then.Length == 0 && Clauses.Length == 0;

    /// <summary>Whether the answer cites it, once it fired.</summary>
    public bool IsCited(Work work) => Clauses.Length > 0 && work.Bears.Contains(Decision.Index);
}

internal sealed class CompiledDecision
{
    public required int Index { get; init; }

    public required string Id { get; init; }

    public required SourcePosition At { get; init; }

    public required HitPolicy Hit { get; init; }

    public required bool IsInternal { get; init; }

    public required bool IsPartial { get; init; }

    /// <summary>Clause ids.</summary>
    public string[] Answers { get; set; } = [];

    public Step? When { get; set; }

    public Let[] Lets { get; set; } = [];

    /// <summary>Those of its lets that are computed whenever the decision applies, because others may read them: those of clocks.</summary>
    public Let[] Exported { get; set; } = [];

    public CompiledRule[] Rules { get; set; } = [];

    public Output[] Outputs { get; set; } = [];

    /// <summary>The decisions that it reads, by index.</summary>
    public int[] Needs { get; set; } = [];

    /// <summary>By how many of its rules were looked at: the decisions that were read to decide it.</summary>
    public DecisionSet[] BearingWhenLooked { get; private set; } = [];

    /// <param name="decisions">How many the rulebook has.</param>
    public void NoteWhatBears(int decisions)
    {
        bool everyRuleMayFire = Hit is HitPolicy.Each or HitPolicy.Collect;
        var tested = new DecisionSet(decisions);
        foreach (Step step in Exported.Select(let => let.Step).Concat(When is { } when ? [when] : [])) AddNeeds(step, tested);
        BearingWhenLooked = new DecisionSet[Rules.Length + 1];
        BearingWhenLooked[0] = tested.Copy();
        foreach (CompiledRule rule in Rules)
        {
            if (rule.When is { } condition) AddNeeds(condition, tested);
            // Under first and known only the last rule looked at can have fired.
            DecisionSet concluded = everyRuleMayFire ? tested : tested.Copy();
            foreach (Conclude then in rule.Then) AddNeeds(then.Step, concluded);
            BearingWhenLooked[rule.Number] = concluded;
        }
    }

    private static void AddNeeds(Step step, DecisionSet into)
    {
        foreach (int need in step.Needs) into.Add(need);
    }
}

/// <param name="Done">Null: the fact that the item names says it.</param>
internal sealed record CompiledCheck(ChecklistSource Item, Step? Done);

/// <summary>A line of money that a claim pays.</summary>
internal sealed record Pay(string Name, Step? When, Step Amount, string Clause);

/// <summary>How a customer's case is read from the conclusions.</summary>
internal sealed record CompiledClaim(
    string[] Asks, Step? Covered, Step? Remedy, Step? RefusedBy, Pay[] Pays, (string Fact, string From)[] Implies)
{
    /// <summary>Where each of the answer's conclusions is laid for these expressions, by conclusion index.</summary>
    public required IReadOnlyDictionary<int, int> Answers { get; init; }

    /// <summary>The most that it pays in all, of facts and constants; null when none is stated.</summary>
    public required CelExpression? Limit { get; init; }

    private IEnumerable<Step> Steps => new[] { Covered, Remedy, RefusedBy }.Concat(Pays.SelectMany(pay => new[] { pay.When, pay.Amount })).OfType<Step>();

    /// <summary>The decisions that its expressions read, by index.</summary>
    public int[] Needs => [.. Steps.SelectMany(step => step.Needs).Distinct()];

    /// <summary>Where its expressions read a conclusion of the answer; null when they do not.</summary>
    public int? SlotOf(int conclusion) =>
        Answers.TryGetValue(conclusion, out int slot) && Steps.Any(step => step.Expression.Reads.Any(name => name.Kind == NameKind.Computed && name.Slot == slot))
            ? slot
            : null;
}
