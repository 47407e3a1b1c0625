using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>Goes through a question's decisions in order. Allocates nothing but values.</summary>
internal static class Run
{
    /// <param name="plan">The question's, or one narrowed to the kind of these facts.</param>
    public static void Decide(Question question, Plan plan, FactSlots facts, Work work)
    {
        work.Begin(facts.Values);
        work.HasMore = plan.HasMore;
        foreach (KnownValue known in plan.Known) work.Frame.Computed[known.Slot] = known.Value;
        foreach (PlannedDecision planned in plan.Decisions)
        {
            if (planned.When is { } when && work.Test(when) is not true and var applies)
            {
                work.HasMore |= applies is null;
                continue;
            }
            CompiledDecision decision = planned.Decision;
            foreach (Let let in planned.Exported) work.Compute(let);
            CompiledRule? last = decision.Hit switch
            {
                HitPolicy.First => First(planned.Rules, work),
                HitPolicy.Known => Known(planned.Rules, work),
                HitPolicy.Each => Each(planned.Rules, work),
                _ => Collect(decision, planned.Rules, work),
            };
            work.Looked[decision.Index] = last?.Number ?? decision.Rules.Length;
        }
        if (plan.Bears is { } bears) work.Bears.AddAll(bears);
        else MarkWhatBears(question, work);
    }

    /// <summary>What was asked bears on the answer, and what was looked at to decide it.</summary>
    public static void MarkWhatBears(Question question, Work work)
    {
        for (int i = question.Decisions.Length - 1; i >= 0; i--)
        {
            CompiledDecision decision = question.Decisions[i];
            if (!question.IsAsked[i] && !work.Bears.Contains(decision.Index)) continue;
            work.Bears.Add(decision.Index);
            work.Bears.AddAll(decision.BearingWhenLooked[work.Looked[decision.Index]]);
        }
    }

    // These return the rule after which none was looked at; null when all were.
    private static CompiledRule? First(PlannedRule[] rules, Work work)
    {
        foreach (PlannedRule rule in rules)
        {
            bool? holds = rule.When is { } when ? work.Test(when) : true;
            if (holds == false) continue;
            if (holds == true) Fire(rule, work);
            else work.HasMore = true;
            return rule.Rule;
        }
        return null;
    }

    private static CompiledRule? Known(PlannedRule[] rules, Work work)
    {
        bool unknown = false;
        foreach (PlannedRule rule in rules)
        {
            bool? holds = rule.When is { } when ? work.Test(when) : unknown ? null : true;
            unknown |= holds is null;
            if (holds != true) continue;
            Fire(rule, work);
            return rule.Rule;
        }
        work.HasMore |= unknown;
        return null;
    }

    private static CompiledRule? Each(PlannedRule[] rules, Work work)
    {
        foreach (PlannedRule rule in rules)
        {
            bool? holds = rule.When is { } when ? work.Test(when) : true;
            if (holds == true) Fire(rule, work);
            else work.HasMore |= holds is null;
        }
        return null;
    }

    private static CompiledRule? Collect(CompiledDecision decision, PlannedRule[] rules, Work work)
    {
        int before = work.FiredCount;
        bool unknown = false;
        foreach (PlannedRule rule in rules)
        {
            bool? holds = rule.When is { } when ? work.Test(when) : true;
            if (holds == true) work.Fired[work.FiredCount++] = rule.Rule;
            unknown |= holds is null;
        }
        work.HasMore |= unknown;
        if (unknown && !(decision.IsPartial && work.FiredCount > before))
        {
            work.FiredCount = before;
        }
        else
        {
            foreach (Output output in decision.Outputs) Gather(output, work.Fired.AsSpan(before, work.FiredCount - before), work);
        }
        return null;
    }

    private static void Gather(Output output, ReadOnlySpan<CompiledRule> fired, Work work)
    {
        var values = ImmutableArray.CreateBuilder<RuleValue>(fired.Length);
        foreach (CompiledRule rule in fired)
        {
            foreach (Conclude then in rule.Then)
            {
                if (then.Output.Slot != output.Slot) continue;
                RuleValue? value = then.Constant;
                Outcome outcome = value is null ? work.Evaluate(then.Step, out value) : Outcome.Value;
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

    private static void Fire(PlannedRule rule, Work work)
    {
        bool applied = rule.IsSure;
        ComputedSlots computed = work.Frame.Computed;
        foreach (Conclude then in rule.Then)
        {
            int slot = then.Output.Slot;
            if (computed.IsSet(slot))
            {
                // Concluded by an earlier rule of this decision, which goes before; whether they agree is looked at in the report.
                work.HasMore = true;
                applied = true;
                continue;
            }
            RuleValue? value = then.Constant;
            Outcome outcome = value is null ? work.Evaluate(then.Step, out value) : Outcome.Value;
            if (outcome is Outcome.Value or Outcome.Null)
            {
                computed[slot] = new Computed(outcome, value);
                applied = true;
            }
            else if (!then.Quiet || outcome == Outcome.Fault)
            {
                work.HasMore = true;
            }
        }
        if (applied) work.Fired[work.FiredCount++] = rule.Rule;
        if (rule.Rule.IsRemark) work.HasMore = true;
    }
}
