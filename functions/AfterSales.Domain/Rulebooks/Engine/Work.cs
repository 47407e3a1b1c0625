using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>The working memory of one evaluation; used again by the next.</summary>
internal sealed class Work(int slots, int rules, int decisions)
{
    private readonly bool[] _computed = new bool[slots];

    public Frame Frame { get; } = new(slots);

    /// <summary>Rules that fired, in order.</summary>
    public int[] Fired { get; } = new int[rules];

    public int FiredCount { get; set; }

    /// <summary>By decision: the number of its rules that were looked at.</summary>
    public int[] Looked { get; } = new int[decisions];

    /// <summary>By decision: whether it bears on the answer.</summary>
    public bool[] Bears { get; } = new bool[decisions];

    /// <summary>Something was unknown, faulty or remarked, so that a report has more to say than the conclusions.</summary>
    public bool HasMore { get; set; }

    public void Begin(FactSlots facts)
    {
        Frame.Facts = facts.Values;
        Frame.LeansOnUnannounced = false;
        Array.Fill(Frame.Outcomes, Outcome.NotGiven);
        Array.Clear(_computed);
        Array.Clear(Looked);
        Array.Clear(Bears);
        FiredCount = 0;
        HasMore = false;
    }

    public void End()
    {
        Frame.Facts = [];
        Array.Clear(Frame.Computed);
    }

    public Outcome Evaluate(Step step, out RuleValue? value)
    {
        Prepare(step);
        return step.Expression.Evaluate(Frame, out value);
    }

    /// <summary>Null when it is not known.</summary>
    public bool? Test(Step step)
    {
        Prepare(step);
        return step.Expression.Test(Frame, out bool holds) == Outcome.Value ? holds : null;
    }

    public void Set(int slot, Outcome outcome, RuleValue? value)
    {
        Frame.Outcomes[slot] = outcome;
        Frame.Computed[slot] = value;
    }

    public void Compute(Let let)
    {
        if (_computed[let.Slot]) return;
        _computed[let.Slot] = true;
        Outcome outcome = let.Step.Expression.Evaluate(Frame, out RuleValue? value);
        Set(let.Slot, outcome, value);
    }

    public void Prepare(Step step)
    {
        foreach (Let let in step.Lets) Compute(let);
    }

    /// <summary>The value of a name as it stands; null when it has none.</summary>
    public RuleValue? ValueOf(CelName name) => name.Kind switch
    {
        NameKind.Fact => Frame.Facts[name.Slot],
        NameKind.Constant => name.Constant,
        _ => Frame.Outcomes[name.Slot] == Outcome.Value ? Frame.Computed[name.Slot] : null,
    };
}
