using System.Runtime.InteropServices;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>What a decision's output or a let came to; not given until it is set.</summary>
/// <param name="Value">Null unless the outcome is <see cref="Outcome.Value"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Computed(Outcome Outcome, RuleValue? Value);

/// <summary>What has been computed, by slot.</summary>
public sealed class ComputedSlots(int count)
{
    private readonly Outcome[] _outcomes = new Outcome[count];

    // What an earlier evaluation left here is behind an outcome that says so: only the outcomes are cleared.
    private readonly Computed[] _computed = new Computed[count];

    public Computed this[int slot]
    {
        get => _outcomes[slot] == Outcome.NotGiven ? default : _computed[slot];
        set
        {
            _outcomes[slot] = value.Outcome;
            _computed[slot] = value;
        }
    }

    /// <summary>Whether something came of it.</summary>
    public bool IsSet(int slot) => _outcomes[slot] != Outcome.NotGiven;

    public void Clear() => Array.Clear(_outcomes);
}

/// <summary>The values that one evaluation works on. Not shared between threads.</summary>
public sealed class Frame(int computed, int locals = CelExpression.MaxMacroNesting)
{
    /// <summary>By fact slot; null where not given. Never written to by expressions.</summary>
    public RuleValue?[] Facts { get; set; } = [];

    /// <summary>By slot: decisions' outputs and lets.</summary>
    public ComputedSlots Computed { get; } = new(computed);

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
}
