using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>
/// Narrows a question's plan to cases of one kind: the decisions are gone through once with all other facts open, and what comes out
/// the same whatever those are is left out of the plan. This rests on conditions being three-valued: one that is known while a fact
/// is open stays as it is when the fact is looked at.
/// </summary>
internal sealed class Narrowing
{
    private readonly Work _work;
    private readonly List<PlannedDecision> _decisions = [];
    private readonly List<Let> _lets = [];
    private bool _hasMore;

    private Narrowing(Work work) => _work = work;

    /// <summary>What is known of a condition.</summary>
    private enum Truth
    {
        False,
        True,
        Unknown,
        Open,
    }

    /// <param name="work">Used for this; nothing in it is kept.</param>
    public static Plan Of(Question question, FactSlots facts, Work work)
    {
        var narrowing = new Narrowing(work);
        work.Begin(facts.Kind.Narrowed(facts.Values));
        foreach (CompiledDecision decision in question.Decisions) narrowing.Look(decision);
        Question.Candidate[] conclusions = [.. narrowing.Conclusions(question)];
        PayGroup[] pays = PayGroup.Of(narrowing.Pays(question));
        KnownLet[] known = [.. narrowing._lets.Where(work.IsComputed)
            .Select(let => new KnownLet(let, work.Frame.Computed[let.Slot])).Where(let => let.Value.Outcome != Outcome.Open)];
        return new Plan([.. narrowing._decisions], conclusions, pays, known, narrowing.Bearing(question), narrowing._hasMore || work.Frame.LeansOnUnannounced);
    }

    private void Look(CompiledDecision decision)
    {
        Truth applies = Test(decision.When);
        _hasMore |= applies == Truth.Unknown;
        if (applies is Truth.False or Truth.Unknown) return;
        foreach (Let let in decision.Exported)
        {
            if (applies == Truth.True) _work.Compute(let);
            else _work.SetAside(let);
        }
        _lets.AddRange(decision.Lets);
        (PlannedRule Planned, Truth Holds)[] rules = [.. Rules(decision)];
        Conclude(decision, rules, applies == Truth.True);
        _decisions.Add(new PlannedDecision(decision, Rest(decision.When, applies), [.. rules.Select(rule => rule.Planned)]));
    }

    /// <summary>The rules that may fire, or be unknown.</summary>
    private IEnumerable<(PlannedRule Planned, Truth Holds)> Rules(CompiledDecision decision)
    {
        foreach (CompiledRule rule in decision.Rules)
        {
            Truth holds = Test(rule.When);
            if (holds == Truth.False) continue;
            // Under known, a rule without a condition waits for those before it; one with a condition does not, also when it holds.
            Step? rest = holds == Truth.True && decision.Hit == HitPolicy.Known && rule.When is not null ? Step.Always : Rest(rule.When, holds);
            yield return (new PlannedRule(rule, rest), holds);
            if (decision.Hit == HitPolicy.First && holds != Truth.Open) break;
            if (decision.Hit == HitPolicy.Known && holds == Truth.True && rule.When is not null) break;
        }
    }

    /// <summary>Sets the outputs: known where the rule that concludes them is sure to fire, otherwise open.</summary>
    private void Conclude(CompiledDecision decision, IEnumerable<(PlannedRule Planned, Truth Holds)> rules, bool applies)
    {
        bool settled = applies && decision.Hit != HitPolicy.Collect;
        if (decision.Hit == HitPolicy.Collect)
        {
            foreach (Output output in decision.Outputs) _work.Set(output.Slot, Outcome.Open, null);
        }
        foreach ((PlannedRule planned, Truth holds) in rules)
        {
            if (decision.Hit != HitPolicy.Each) settled &= holds == Truth.True;
            foreach (Conclude then in planned.Rule.Then)
            {
                int slot = then.Output.Slot;
                if (_work.Frame.Computed[slot].Outcome != Outcome.NotGiven) continue;
                RuleValue? value = null;
                Outcome outcome = settled && holds == Truth.True ? _work.Evaluate(then.Step, out value) : Outcome.Open;
                if (outcome is Outcome.Value or Outcome.Null or Outcome.Open) _work.Set(slot, outcome, value);
            }
        }
    }

    /// <summary>The conclusions that may be reached; what the claim reads of them is set.</summary>
    private IEnumerable<Question.Candidate> Conclusions(Question question)
    {
        foreach (Question.Candidate candidate in question.Conclusions)
        {
            foreach (int slot in candidate.Slots)
            {
                Computed computed = _work.Frame.Computed[slot];
                if (computed.Outcome is not (Outcome.Value or Outcome.Null or Outcome.Open)) continue;
                if (candidate.ReadAt is { } place) _work.Frame.Computed[place] = computed;
                yield return candidate;
                break;
            }
        }
    }

    /// <summary>What bears however many rules are looked at, when that is all that can be cited.</summary>
    private DecisionSet? Bearing(Question question)
    {
        Run.MarkWhatBears(question, _work);
        bool isAll = _decisions.TrueForAll(planned =>
            _work.Bears.Contains(planned.Decision.Index) || planned.Rules.All(rule => rule.Rule.Clauses.Length == 0));
        return isAll ? _work.Bears.Copy() : null;
    }

    private IEnumerable<Pay> Pays(Question question)
    {
        foreach (Pay pay in question.Claim?.Pays ?? [])
        {
            Truth applies = Test(pay.When);
            if (applies is Truth.True or Truth.Open) yield return pay with { When = Rest(pay.When, applies) };
        }
    }

    private Truth Test(Step? step)
    {
        if (step is null) return Truth.True;
        return _work.Test(step, out bool holds) switch
        {
            Outcome.Value => holds ? Truth.True : Truth.False,
            Outcome.Open => Truth.Open,
            _ => Truth.Unknown,
        };
    }

    /// <summary>What is left to be tested of a condition.</summary>
    private Step? Rest(Step? step, Truth holds)
    {
        if (step is null || holds == Truth.True) return null;
        if (holds == Truth.Unknown || step.Expression.Conjuncts.Length < 2) return step;
        ImmutableArray<CelExpression> open =
            [.. step.Expression.Conjuncts.Where(part => part.Test(_work.Frame, out bool sure) != Outcome.Value || !sure)];
        return step.With(step.Expression.With(open));
    }
}
