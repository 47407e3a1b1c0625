using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>Goes through a question's decisions in order. Allocates nothing but values.</summary>
internal static class Run
{
    public static void Decide(Question question, FactSlots facts, Work work)
    {
        work.Begin(facts);
        foreach (CompiledDecision decision in question.Plan)
        {
            if (decision.When is { } when && work.Test(when) is not true and var applies)
            {
                if (applies is null) work.HasMore = true;
                continue;
            }
            foreach (Let let in decision.Exported) work.Compute(let);
            switch (decision.Hit)
            {
                case HitPolicy.First: First(decision, work); break;
                case HitPolicy.Known: Known(decision, work); break;
                case HitPolicy.Each: Each(decision, work); break;
                default: Collect(decision, work); break;
            }
        }
        MarkWhatBears(question, work);
    }

    private static void First(CompiledDecision decision, Work work)
    {
        foreach (CompiledRule rule in decision.Rules)
        {
            work.Looked[decision.Index]++;
            bool? holds = rule.When is { } when ? work.Test(when) : true;
            if (holds == false) continue;
            if (holds == true) Fire(rule, work);
            else work.HasMore = true;
            return;
        }
    }

    private static void Known(CompiledDecision decision, Work work)
    {
        bool unknown = false;
        foreach (CompiledRule rule in decision.Rules)
        {
            work.Looked[decision.Index]++;
            bool? holds = rule.When is { } when ? work.Test(when) : unknown ? null : true;
            unknown |= holds is null;
            if (holds != true) continue;
            Fire(rule, work);
            return;
        }
        work.HasMore |= unknown;
    }

    private static void Each(CompiledDecision decision, Work work)
    {
        work.Looked[decision.Index] = decision.Rules.Length;
        foreach (CompiledRule rule in decision.Rules)
        {
            bool? holds = rule.When is { } when ? work.Test(when) : true;
            if (holds == true) Fire(rule, work);
            else if (holds is null) work.HasMore = true;
        }
    }

    private static void Collect(CompiledDecision decision, Work work)
    {
        work.Looked[decision.Index] = decision.Rules.Length;
        int before = work.FiredCount;
        bool unknown = false;
        foreach (CompiledRule rule in decision.Rules)
        {
            bool? holds = rule.When is { } when ? work.Test(when) : true;
            if (holds == true) work.Fired[work.FiredCount++] = rule.Index;
            unknown |= holds is null;
        }
        work.HasMore |= unknown;
        if (unknown && !(decision.IsPartial && work.FiredCount > before))
        {
            work.FiredCount = before;
            return;
        }
        foreach (Output output in decision.Outputs) Gather(decision, output, work.Fired.AsSpan(before, work.FiredCount - before), work);
    }

    private static void Gather(CompiledDecision decision, Output output, ReadOnlySpan<int> fired, Work work)
    {
        int first = decision.Rules.Length == 0 ? 0 : decision.Rules[0].Index;
        var values = ImmutableArray.CreateBuilder<RuleValue>();
        foreach (int index in fired)
        {
            foreach (Conclude then in decision.Rules[index - first].Then)
            {
                if (then.Output != output) continue;
                Outcome outcome = work.Evaluate(then.Step, out RuleValue? value);
                if (outcome is Outcome.NotGiven or Outcome.Fault)
                {
                    work.HasMore = true;
                    return;
                }
                if (then.IsElement) values.Add(value ?? RuleValue.Nothing.Instance);
                else if (value is RuleValue.Items items) values.AddRange(items.Values);
            }
        }
        work.Set(output.Slot, Outcome.Value, new RuleValue.Items(values.DrainToImmutable()));
    }

    private static void Fire(CompiledRule rule, Work work)
    {
        bool applied = rule.Then.Length == 0;
        foreach (Conclude then in rule.Then)
        {
            int slot = then.Output.Slot;
            if (work.Frame.Outcomes[slot] != Outcome.NotGiven)
            {
                // Concluded by an earlier rule of this decision, which goes before; whether they agree is looked at in the report.
                work.HasMore = true;
                applied = true;
                continue;
            }
            Outcome outcome = work.Evaluate(then.Step, out RuleValue? value);
            if (outcome is Outcome.Value or Outcome.Null)
            {
                work.Set(slot, outcome, value);
                applied = true;
            }
            else if (!then.Quiet || outcome == Outcome.Fault)
            {
                work.HasMore = true;
            }
        }
        if (applied) work.Fired[work.FiredCount++] = rule.Index;
        if (rule.IsRemark) work.HasMore = true;
    }

    /// <summary>What was asked bears on the answer, and what was looked at to decide it.</summary>
    private static void MarkWhatBears(Question question, Work work)
    {
        for (int i = question.Plan.Length - 1; i >= 0; i--)
        {
            CompiledDecision decision = question.Plan[i];
            if (!question.IsAsked[i] && !work.Bears[decision.Index]) continue;
            work.Bears[decision.Index] = true;
            if (decision.When is { } when) Mark(when, work);
            foreach (Let let in decision.Exported) Mark(let.Step, work);
            int looked = work.Looked[decision.Index];
            for (int r = 0; r < looked; r++)
            {
                CompiledRule rule = decision.Rules[r];
                if (rule.When is { } condition) Mark(condition, work);
                // Under first and known only the last rule looked at can have fired.
                if (r == looked - 1 || decision.Hit is HitPolicy.Each or HitPolicy.Collect)
                    foreach (Conclude then in rule.Then) Mark(then.Step, work);
            }
        }
    }

    private static void Mark(Step step, Work work)
    {
        foreach (int decision in step.Needs) work.Bears[decision] = true;
    }
}
