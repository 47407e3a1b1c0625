using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>The working memory of one evaluation; used again by the next.</summary>
internal sealed class Work(int slots, int rules, int decisions, int conclusions, int pays)
{
    public Frame Frame { get; } = new(slots);

    /// <summary>Rules that fired, in order.</summary>
    public CompiledRule[] Fired { get; } = new CompiledRule[rules];

    public int FiredCount { get; set; }

    /// <summary>Where a verdict's conclusions are gathered.</summary>
    public Concluded[] Concluded { get; } = new Concluded[conclusions];

    /// <summary>Where a verdict's lines of money are gathered.</summary>
    public MoneyComponent[] Lines { get; } = new MoneyComponent[pays];

    /// <summary>By decision: the number of its rules that were looked at.</summary>
    public int[] Looked { get; } = new int[decisions];

    /// <summary>What bears on the answer.</summary>
    public DecisionSet Bears { get; } = new(decisions);

    /// <summary>Something was unknown, faulty or remarked, so that a report has more to say than the conclusions.</summary>
    public bool HasMore { get; set; }

    /// <param name="facts">By fact slot.</param>
    public void Begin(RuleValue?[] facts)
    {
        Frame.Facts = facts;
        Frame.LeansOnUnannounced = false;
        Frame.Computed.Clear();
        Array.Clear(Looked);
        Bears.Clear();
        FiredCount = 0;
        HasMore = false;
    }

    public Outcome Evaluate(Step step, out RuleValue? value)
    {
        if (step.Lets.Length > 0) Prepare(step.Lets);
        return step.Expression.Evaluate(Frame, out value);
    }

    /// <summary>Null when it is not known.</summary>
    public bool? Test(Step step) => Test(step, out bool holds) == Outcome.Value ? holds : null;

    public Outcome Test(Step step, out bool holds)
    {
        if (step.Lets.Length > 0) Prepare(step.Lets);
        return step.Expression.Test(Frame, out holds);
    }

    public void Set(int slot, Outcome outcome, RuleValue? value) => Frame.Computed[slot] = new Computed(outcome, value);

    /// <summary>One that lacks something is tried again when it is read again: nothing can have been added.</summary>
    public void Compute(Let let)
    {
        if (Frame.Computed.IsSet(let.Slot)) return;
        Outcome outcome = let.Step.Expression.Evaluate(Frame, out RuleValue? value);
        Set(let.Slot, outcome, value);
    }

    public void Prepare(Let[] lets)
    {
        foreach (Let let in lets) Compute(let);
    }

    /// <summary>Leaves a let open.</summary>
    public void SetAside(Let let) => Set(let.Slot, Outcome.Open, null);

    /// <summary>The value of a name as it stands; null when it has none.</summary>
    public RuleValue? ValueOf(CelName name) => name.Kind switch
    {
        NameKind.Fact => Frame.Facts[name.Slot],
        NameKind.Constant => name.Constant,
        _ => Frame.Computed[name.Slot] is (Outcome.Value, { } value) ? value : null,
    };
}
