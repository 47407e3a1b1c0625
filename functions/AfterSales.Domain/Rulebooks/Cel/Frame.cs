namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>The values that one evaluation works on. Not shared between threads.</summary>
public sealed class Frame(int computed, int locals)
{
    /// <summary>By fact slot; null where not given. Never written to by expressions.</summary>
    public RuleValue?[] Facts { get; set; } = [];

    /// <summary>By slot: decisions' outputs and lets.</summary>
    public RuleValue?[] Computed { get; } = new RuleValue?[computed];

    /// <summary>What became of each computed slot; <see cref="Outcome.NotGiven"/> until it is concluded.</summary>
    public Outcome[] Outcomes { get; } = new Outcome[computed];

    /// <summary>The variables of macros, by nesting.</summary>
    public RuleValue?[] Locals { get; } = new RuleValue?[locals];
}
