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
    /// <summary>Everything that it reads: lets taken apart into what they read.</summary>
    public IEnumerable<CelName> ReadsDeep => Expression.Reads
        .SelectMany(name => Lets.FirstOrDefault(let => name.Kind == NameKind.Computed && let.Slot == name.Slot) is { } let ? let.Step.ReadsDeep : [name])
        .Distinct();
}

/// <summary>What a decision concludes under one name.</summary>
/// <param name="Conclusion">Index of the conclusion in the answer; -1 when it is only for other decisions.</param>
internal sealed record Output(string Name, int Slot, int Conclusion);

/// <param name="Quiet">What it lacks is not asked for: the end of a clock that still runs.</param>
internal sealed record Conclude(Output Output, Step Step, bool IsElement, bool Quiet);

internal sealed class CompiledRule
{
    public required int Index { get; init; }

    public required CompiledDecision Decision { get; init; }

    /// <summary>Its place in the decision, from 1.</summary>
    public required int Number { get; init; }

    public required SourcePosition At { get; init; }

    /// <summary>Null: always.</summary>
    public required Step? When { get; init; }

    public required Conclude[] Then { get; init; }

    public required Clause[] Clauses { get; init; }

    public required Reason Reason { get; init; }

    /// <summary>It concludes and cites nothing: its reason is a remark.</summary>
    public bool IsRemark => Then.Length == 0 && Clauses.Length == 0;
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

    /// <summary>Computed whenever the decision applies, because others may read them: those of clocks.</summary>
    public Let[] Exported { get; set; } = [];

    public CompiledRule[] Rules { get; set; } = [];

    public Output[] Outputs { get; set; } = [];

    /// <summary>The decisions that it reads, by index.</summary>
    public int[] Needs { get; set; } = [];
}

/// <summary>A line of money that a claim pays.</summary>
/// <param name="Done">Null: the fact that the item names says it.</param>
internal sealed record CompiledCheck(ChecklistSource Item, Step? Done);

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
