namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>The values that one evaluation works on. Not shared between threads.</summary>
public sealed class Frame(int computed, int locals = CelExpression.MaxMacroNesting)
{
    /// <summary>By fact slot; null where not given. Never written to by expressions.</summary>
    public RuleValue?[] Facts { get; set; } = [];

    /// <summary>By slot: decisions' outputs and lets.</summary>
    public RuleValue?[] Computed { get; } = new RuleValue?[computed];

    /// <summary>What became of each computed slot; <see cref="Outcome.NotGiven"/> until it is concluded.</summary>
    public Outcome[] Outcomes { get; } = NotConcluded(computed);

    /// <summary>The variables of macros, by nesting.</summary>
    public RuleValue?[] Locals { get; } = new RuleValue?[Math.Max(locals, CelExpression.MaxMacroNesting)];

    /// <summary>
    /// Set when a value leaned on working days of a year whose holidays are not announced. Expressions only ever set it.
    /// </summary>
    public bool LeansOnUnannounced { get; set; }

    /// <summary>What is left of the work that one expression may do; see <see cref="CelExpression.MaxSteps"/>.</summary>
    internal int Steps { get; set; }

    /// <summary>Whether there was enough left.</summary>
    internal bool Spend(int steps) => (Steps -= steps) >= 0;

    private static Outcome[] NotConcluded(int computed)
    {
        var outcomes = new Outcome[computed];
        Array.Fill(outcomes, Outcome.NotGiven);
        return outcomes;
    }
}
