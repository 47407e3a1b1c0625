using System.Diagnostics.CodeAnalysis;
using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>
/// Narrows a question's plan to cases of one kind: the decisions are gone through once with all other facts open, and what comes out
/// the same whatever those are is left out of the plan; what is left is compiled again with what is known as constants. This rests on
/// conditions being three-valued: one that is known while a fact is open stays as it is when the fact is looked at.
/// </summary>
internal sealed class Narrowing
{
    private readonly Work _work;
    private readonly Question _question;
    private readonly List<PlannedDecision> _decisions = [];
    private readonly Dictionary<int, Let> _lets = [];
    private readonly HashSet<Conclude> _settled = new(ReferenceEqualityComparer.Instance);
    private bool _hasMore;

    private Narrowing(Question question, Work work) => (_question, _work) = (question, work);

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
        work.Begin(facts.Kind.Narrowed(facts.Values));
        return new Narrowing(question, work).Plan();
    }

    private Plan Plan()
    {
        foreach (CompiledDecision decision in _question.Decisions) Look(decision);
        Question.Candidate[] conclusions = [.. Conclusions()];
        PlannedClaim? claim = _question.Claim is { } asked ? Claim(asked) : null;
        DecisionSet? bears = Bearing();
        // Which rules were looked at decides what bears, unless that is known: then what is done is left out.
        PlannedDecision[] decisions = [.. bears is null ? _decisions : _decisions.Where(planned => !IsDone(planned))];
        return new Plan(decisions, conclusions, claim, [.. Known(decisions, conclusions, claim)], bears, _hasMore || _work.Frame.LeansOnUnannounced);
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
        (CompiledRule Rule, Step? When, Truth Holds)[] rules = [.. Rules(decision)];
        Conclude(decision, rules, applies == Truth.True);
        _decisions.Add(new PlannedDecision(
            decision,
            Rest(decision.When, applies),
            [.. decision.Exported.Where(let => ValueIn(let.Slot) is null).Select(Narrowed)],
            [.. rules.Select(rule => new PlannedRule(rule.Rule, rule.When, [.. Then(rule.Rule)]))]));
    }

    /// <summary>The rules that may fire, or be unknown.</summary>
    private IEnumerable<(CompiledRule Rule, Step? When, Truth Holds)> Rules(CompiledDecision decision)
    {
        bool isFirst = true;
        foreach (CompiledRule rule in decision.Rules)
        {
            Truth holds = Test(rule.When);
            if (holds == Truth.False) continue;
            // Under known, a rule without a condition waits for those before it; one with a condition does not, also when it holds.
            bool goesAhead = decision.Hit == HitPolicy.Known && holds == Truth.True && rule.When is not null;
            yield return (rule, goesAhead && !isFirst ? Step.Always : Rest(rule.When, holds), holds);
            if (goesAhead || (decision.Hit == HitPolicy.First && holds != Truth.Open)) break;
            isFirst = false;
        }
    }

    /// <summary>Sets the outputs: known where the rule that concludes them is sure to fire, otherwise open.</summary>
    private void Conclude(CompiledDecision decision, IEnumerable<(CompiledRule Rule, Step? When, Truth Holds)> rules, bool applies)
    {
        bool settled = applies && decision.Hit != HitPolicy.Collect;
        if (decision.Hit == HitPolicy.Collect)
        {
            foreach (Output output in decision.Outputs) _work.Set(output.Slot, Outcome.Open, null);
        }
        foreach ((CompiledRule rule, _, Truth holds) in rules)
        {
            if (decision.Hit != HitPolicy.Each) settled &= holds == Truth.True;
            foreach (Conclude then in rule.Then)
            {
                int slot = then.Output.Slot;
                if (_work.Frame.Computed.IsSet(slot)) continue;
                RuleValue? value = null;
                Outcome outcome = settled && holds == Truth.True ? _work.Evaluate(then.Step, out value) : Outcome.Open;
                if (outcome is Outcome.Value or Outcome.Null or Outcome.Open) _work.Set(slot, outcome, value);
                if (outcome is Outcome.Value or Outcome.Null) _settled.Add(then);
            }
        }
    }

    /// <summary>What is left to be concluded by a rule. Lists are gathered as they are written.</summary>
    private IEnumerable<Conclude> Then(CompiledRule rule) => rule.Decision.Hit == HitPolicy.Collect
        ? rule.Then
        : rule.Then.Where(then => !_settled.Contains(then)).Select(then => new Conclude(then.Output, Narrowed(then.Step), then.IsElement, then.Quiet));

    /// <summary>The conclusions that may be reached and where from; what the claim reads of them is set.</summary>
    private IEnumerable<Question.Candidate> Conclusions()
    {
        foreach (Question.Candidate candidate in _question.Conclusions)
        {
            int[] slots = [.. candidate.Slots.Where(_work.Frame.Computed.IsSet)];
            if (slots.Length == 0) continue;
            if (candidate.ReadAt is { } place) _work.Frame.Computed[place] = _work.Frame.Computed[slots[0]];
            yield return candidate with { Slots = slots };
        }
    }

    private PlannedClaim Claim(CompiledClaim claim) =>
        new(Narrowed(claim.Covered), Narrowed(claim.Remedy), Narrowed(claim.RefusedBy), PayGroup.Of(Pays(claim)));

    private IEnumerable<Pay> Pays(CompiledClaim claim)
    {
        foreach (Pay pay in claim.Pays)
        {
            if (PayGroup.Leading(pay) is { } test && !MayCome(test)) continue;
            Truth applies = Test(pay.When);
            if (applies is Truth.True or Truth.Open) yield return pay with { When = Rest(pay.When, applies), Amount = Narrowed(pay.Amount) };
        }
    }

    /// <summary>Whether some rule that may fire concludes the text, or what is no constant. A line does not apply either when it is unknown.</summary>
    private bool MayCome(SymbolTest test)
    {
        int[] slots = _question.Conclusions.FirstOrDefault(candidate => candidate.ReadAt == test.Name.Slot)?.Slots ?? [test.Name.Slot];
        Output[] outputs = [.. _question.Decisions.SelectMany(decision => decision.Outputs).Where(output => slots.Contains(output.Slot))];
        if (test.Name.Kind != NameKind.Computed || outputs.Length < slots.Length) return true;
        return _decisions.SelectMany(planned => planned.Rules).SelectMany(planned => planned.Rule.Then)
            .Where(then => slots.Contains(then.Output.Slot))
            .Any(then => then.Constant is not RuleValue.Text text || text.Value == test.Symbol);
    }

    /// <summary>What bears however many rules are looked at, when that is all that can be cited.</summary>
    private DecisionSet? Bearing()
    {
        Run.MarkWhatBears(_question, _work);
        bool isAll = _decisions.TrueForAll(planned =>
            _work.Bears.Contains(planned.Decision.Index) || planned.Rules.All(rule => rule.Rule.Clauses.Length == 0));
        return isAll ? _work.Bears.Copy() : null;
    }

    /// <summary>Whether all that it concludes is known and there is nothing to cite or to remark.</summary>
    private static bool IsDone(PlannedDecision planned) =>
        planned is { When: null, Exported: [], Decision.Hit: not HitPolicy.Collect }
        && planned.Rules.All(rule => rule is { When: null, Then: [], Rule: { Clauses: [], IsRemark: false } });

    /// <summary>The values that are known of what the plan reads.</summary>
    private IEnumerable<KnownValue> Known(PlannedDecision[] decisions, Question.Candidate[] conclusions, PlannedClaim? claim)
    {
        PlannedRule[] rules = [.. decisions.SelectMany(planned => planned.Rules)];
        Pay[] pays = [.. claim?.Pays.SelectMany(group => group.All) ?? []];
        IEnumerable<Step?> steps =
        [
            claim?.Covered, claim?.Remedy, claim?.RefusedBy,
            .. decisions.Select(planned => planned.When), .. decisions.SelectMany(planned => planned.Exported).Select(let => let.Step),
            .. rules.Select(rule => rule.When), .. rules.SelectMany(rule => rule.Then).Select(then => then.Step),
            .. rules.SelectMany(rule => rule.Rule.Shown).Select(let => let.Step),
            .. pays.Select(pay => pay.When), .. pays.Select(pay => pay.Amount),
        ];
        // An output that is concluded again is looked at to tell whether both agree.
        return steps.OfType<Step>().SelectMany(Slots)
            .Concat(rules.SelectMany(rule => rule.Rule.Reason.Slots))
            .Concat(rules.SelectMany(rule => rule.Then).Select(then => then.Output.Slot))
            .Concat(conclusions.SelectMany(candidate => candidate.Slots))
            .Distinct()
            .Where(slot => ValueIn(slot) is not null)
            .Select(slot => new KnownValue(slot, _work.Frame.Computed[slot]));
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
    private Step? Rest(Step? step, Truth holds) => holds switch
    {
        Truth.True => null,
        Truth.Open => Narrowed(step),
        _ => step,
    };

    [return: NotNullIfNotNull(nameof(step))]
    private Step? Narrowed(Step? step)
    {
        if (step is null) return null;
        Outcome outcome = _work.Evaluate(step, out RuleValue? value);
        if (outcome is Outcome.Value or Outcome.Null) return new Step(step.Expression.Always(value), [], step.Needs);
        if (outcome != Outcome.Open) return step;
        CelExpression expression = step.Expression.Narrowed(Known);
        var read = new HashSet<int>(Slots(expression));
        var lets = new List<Let>();
        // Each let stands after those that it reads.
        for (int i = step.Lets.Length - 1; i >= 0; i--)
        {
            if (!read.Contains(step.Lets[i].Slot)) continue;
            Let let = Narrowed(step.Lets[i]);
            lets.Insert(0, let);
            read.UnionWith(Slots(let.Step.Expression));
        }
        return new Step(expression, [.. lets], step.Needs);
    }

    private Let Narrowed(Let let)
    {
        if (_lets.TryGetValue(let.Slot, out Let? narrowed)) return narrowed;
        return _lets[let.Slot] = let with { Step = Narrowed(let.Step) };
    }

    /// <summary>The value of a name, null as nothing; null when it is not known.</summary>
    private RuleValue? Known(CelName name) => name.Kind switch
    {
        NameKind.Fact => _work.Frame.Facts[name.Slot] switch
        {
            RuleValue.Open => null,
            null => name.Type is CelType.Optional ? RuleValue.Nothing.Instance : null,
            var given => given,
        },
        NameKind.Computed => ValueIn(name.Slot),
        _ => null,
    };

    private RuleValue? ValueIn(int slot) => _work.Frame.Computed[slot] switch
    {
        { Outcome: Outcome.Value or Outcome.Null } computed => computed.Value ?? RuleValue.Nothing.Instance,
        _ => null,
    };

    private static IEnumerable<int> Slots(Step step) => step.Lets.SelectMany(let => Slots(let.Step.Expression)).Concat(Slots(step.Expression));

    private static IEnumerable<int> Slots(CelExpression expression) =>
        expression.Reads.Where(name => name.Kind == NameKind.Computed).Select(name => name.Slot);
}
