using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Engine;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Checks;

/// <summary>What can be found by trying decisions with sampled facts. Every finding but the unreachable rule names facts that
/// show it.</summary>
internal sealed class DecisionLint
{
    private const int MostFactsShown = 6;

    // Of a decision of more rules, only so many are compared with each other.
    private const int MostCompared = 100;

    private readonly Rulebook _rulebook;
    private readonly CompiledRulebook _model;
    private readonly Seeds _seeds;
    private readonly Dictionary<string, DecisionSource> _sources;
    private readonly Work _work;

    private DecisionLint(Rulebook rulebook)
    {
        (_rulebook, _model, _seeds) = (rulebook, rulebook.Model, new Seeds(rulebook));
        _sources = rulebook.Source.Decisions.ToDictionary(decision => decision.Id.Value);
        _work = _model.NewWork();
    }

    public static IEnumerable<SourceFault> Of(Rulebook rulebook)
    {
        var lint = new DecisionLint(rulebook);
        return [.. lint._model.Decisions.SelectMany(lint.Look), .. lint.Disagreements()];
    }

    private IEnumerable<SourceFault> Look(CompiledDecision decision)
    {
        // Clocks are written by the engine; their rules exclude each other.
        if (decision.Rules.Length < 2 || !_sources.TryGetValue(decision.Id, out DecisionSource? source)) return [];
        if (decision.Hit is HitPolicy.First or HitPolicy.Known) return Ordered(decision, source);
        return decision.Hit == HitPolicy.Each && SharesNames(decision) ? Each(decision) : [];
    }

    private IEnumerable<SourceFault> Ordered(CompiledDecision decision, DecisionSource source)
    {
        bool isClosed = decision.Rules[^1].When is null || source.Otherwise is not null;
        bool orderMeant = decision.Hit == HitPolicy.Known || source.IsOrdered;
        int count = decision.Rules.Length;
        var holds = new bool?[count];
        var ever = new bool[count];
        int compared = Math.Min(count, MostCompared);
        var alone = new bool[compared, compared];
        var differ = new string?[compared, compared];
        string? gap = null;
        Question question = Plan([decision]);
        CelName[] shown = [.. Conditions(decision).SelectMany(step => step.ReadsDeep).Distinct()];
        SampleSpace conditions = SampleSpace.Of(_rulebook, [.. Rests(decision)], _seeds);
        foreach (FactSlots facts in Run(question, conditions))
        {
            if (!Holds()) continue;
            for (int r = 0; r < count; r++) ever[r] |= holds[r] == true;
            if (!isClosed && gap is null && holds.All(hold => hold == false) && !facts.Values.Any(SampleSpace.IsOutlandish))
            {
                gap = Shown(shown);
            }
        }

        if (!orderMeant)
        {
            foreach (FactSlots _ in Run(question, SampleSpace.Of(_rulebook, [.. Rests(question.Decisions)], _seeds)))
            {
                if (Holds()) Compare();
            }
        }

        return Told();

        bool Holds()
        {
            if (decision.When is { } when && _work.Test(when) != true) return false;
            for (int r = 0; r < count; r++) holds[r] = decision.Rules[r].When is { } condition ? _work.Test(condition) : true;
            return true;
        }

        void Compare()
        {
            for (int later = 0; later < compared; later++)
            {
                if (decision.Rules[later].When is null || holds[later] is null) continue;
                for (int earlier = 0; earlier < later; earlier++)
                {
                    if (holds[earlier] is null) continue;
                    if (holds[earlier] == true && holds[later] == true)
                        differ[earlier, later] ??= Difference(decision, earlier, later, shown);
                    else if (holds[earlier] == true) alone[earlier, later] = true;
                    else if (holds[later] == true) alone[later, earlier] = true;
                }
            }
        }

        IEnumerable<SourceFault> Told()
        {
            for (int r = 0; r < count && conditions.IsComplete; r++)
            {
                if (ever[r]) continue;
                yield return Found(
                    decision.Rules[r].At,
                    Finding.Unreachable,
                    $"Rule {r + 1} of '{decision.Id}' never fires: no facts make its condition true.");
            }

            if (gap is not null)
            {
                yield return Found(
                    decision.At,
                    Finding.Gap,
                    $"'{decision.Id}' concludes nothing for {gap}: none of its rules holds."
                    + " Add a rule, or say 'otherwise: nothing' if that is meant.");
            }

            for (int later = 0; later < compared; later++)
            {
                for (int earlier = 0; earlier < later; earlier++)
                {
                    if (differ[earlier, later] is not { } difference || !alone[earlier, later] || !alone[later, earlier]) continue;
                    yield return Found(
                        decision.Rules[later].At,
                        Finding.Overlap,
                        $"Rules {earlier + 1} and {later + 1} of '{decision.Id}' both hold for {difference}, neither being the narrower:"
                        + " their order decides. Make one exclude the other, or say 'ordered: true' if the order is meant.");
                }
            }
        }
    }

    private IEnumerable<SourceFault> Each(CompiledDecision decision)
    {
        var told = new HashSet<(int, int)>();
        Question question = Plan([decision]);
        SampleSpace space = SampleSpace.Of(_rulebook, [.. Rests(question.Decisions)], _seeds);
        CelName[] shown = [.. Conditions(decision).SelectMany(step => step.ReadsDeep).Distinct()];
        var found = new List<SourceFault>();
        foreach (FactSlots _ in Run(question, space))
        {
            if (decision.When is { } when && _work.Test(when) != true) continue;
            CompiledRule[] rules = decision.Rules.Length > MostCompared ? decision.Rules[..MostCompared] : decision.Rules;
            bool[] holds = [.. rules.Select(rule => rule.When is not { } condition || _work.Test(condition) == true)];
            for (int later = 1; later < holds.Length; later++)
            {
                for (int earlier = 0; earlier < later; earlier++)
                {
                    if (!holds[earlier] || !holds[later] || told.Contains((earlier, later))) continue;
                    if (Difference(decision, earlier, later, shown) is not { } difference) continue;
                    told.Add((earlier, later));
                    found.Add(Found(
                        decision.Rules[later].At,
                        Finding.Contradiction,
                        $"Rules {earlier + 1} and {later + 1} of '{decision.Id}' both hold for {difference}. Make one exclude the other."));
                }
            }
        }

        return found;
    }

    /// <summary>Decisions that answer one clause and conclude one name with different values.</summary>
    private IEnumerable<SourceFault> Disagreements()
    {
        var looked = new HashSet<string>(StringComparer.Ordinal);
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (string clause in _model.Decisions.SelectMany(decision => decision.Answers).Distinct())
        {
            CompiledDecision[] answering =
                [.. _model.Decisions.Where(decision => !decision.IsInternal && decision.Answers.Contains(clause))];
            CompiledDecision[] sharing =
                [.. answering.Where(one => answering.Any(other => other != one && Shared(one, other).Any())).Take(MostCompared)];
            if (sharing.Length < 2 || !looked.Add(string.Join(' ', sharing.Select(decision => decision.Id)))) continue;
            (CompiledDecision First, CompiledDecision Second, Output One, Output Other)[] pairs =
            [
                .. sharing.SelectMany((second, at) => sharing.Take(at)
                    .SelectMany(first => Shared(first, second).Select(shared => (first, second, shared.One, shared.Other)))),
            ];
            Question question = Plan(sharing);
            foreach (FactSlots _ in Run(question, SampleSpace.Of(_rulebook, [.. Rests(question.Decisions)], _seeds)))
            {
                foreach ((CompiledDecision first, CompiledDecision second, Output one, Output other) in pairs)
                {
                    if (Concluded(one) is not { } here || Concluded(other) is not { } there || here.Equals(there)) continue;
                    if (!told.Add($"{first.Id} {second.Id} {one.Name}")) continue;
                    string shown = Shown([.. Conditions(first).Concat(Conditions(second)).SelectMany(step => step.ReadsDeep).Distinct()]);
                    yield return Found(
                        second.At,
                        Finding.Contradiction,
                        $"Asked about {clause}, '{first.Id}' concludes {one.Name} {here} and '{second.Id}' {there} for {shown}."
                        + " Let only one of them conclude it.");
                }
            }
        }
    }

    private IEnumerable<FactSlots> Run(Question question, SampleSpace space)
    {
        var facts = new FactSlots(_rulebook, Facts.None);
        foreach (RuleValue?[] sample in space.Samples())
        {
            sample.CopyTo(facts.Values, 0);
            Engine.Run.Decide(question, question.Plan, facts, _work);
            yield return facts;
        }
    }

    private Question Plan(CompiledDecision[] asked)
    {
        var wanted = new bool[_model.Decisions.Length];
        foreach (CompiledDecision decision in asked) wanted[decision.Index] = true;
        for (int i = _model.Order.Length - 1; i >= 0; i--)
        {
            if (!wanted[_model.Order[i]]) continue;
            foreach (int need in _model.Decisions[_model.Order[i]].Needs) wanted[need] = true;
        }

        CompiledDecision[] plan = [.. _model.Order.Where(index => wanted[index]).Select(index => _model.Decisions[index])];
        return new Question(_rulebook, [], isClaim: false, plan, [.. plan.Select(asked.Contains)], claim: null);
    }

    /// <summary>What a decision's conditions rest on.</summary>
    private IEnumerable<Step> Rests(CompiledDecision decision)
    {
        CompiledDecision[] read =
            [.. Conditions(decision).SelectMany(step => step.Needs).Distinct().Select(index => _model.Decisions[index])];
        return Conditions(decision).SelectMany(step => step.Lets.Select(let => let.Step).Append(step))
            .Concat(read.Length == 0 ? [] : Rests(Plan(read).Decisions));
    }

    /// <summary>Every expression of these decisions.</summary>
    private static IEnumerable<Step> Rests(IEnumerable<CompiledDecision> plan) =>
        plan.SelectMany(decision => Conditions(decision)
            .Concat(decision.Rules.SelectMany(rule => rule.Then).Select(then => then.Step))
            .SelectMany(step => step.Lets.Select(let => let.Step).Append(step)));

    private static IEnumerable<Step> Conditions(CompiledDecision decision) =>
        decision.Rules.Select(rule => rule.When).Append(decision.When).OfType<Step>();

    private static bool SharesNames(CompiledDecision decision) =>
        decision.Rules.SelectMany(rule => rule.Then.Select(then => then.Output.Name).Distinct())
            .GroupBy(name => name).Any(same => same.Count() > 1);

    private static IEnumerable<(Output One, Output Other)> Shared(CompiledDecision one, CompiledDecision other) =>
        one.Outputs.Where(output => output.Conclusion >= 0)
            .Join(other.Outputs, output => output.Conclusion, output => output.Conclusion, (a, b) => (a, b));

    private RuleValue? Concluded(Output output) =>
        _work.Frame.Computed[output.Slot] is (Outcome.Value, { } value) ? value : null;

    /// <summary>Facts and a name that two rules conclude differently; null when they agree.</summary>
    private string? Difference(CompiledDecision decision, int earlier, int later, CelName[] shown)
    {
        foreach (Conclude one in decision.Rules[earlier].Then)
        {
            if (decision.Rules[later].Then.FirstOrDefault(then => then.Output == one.Output) is not { } other) continue;
            if (_work.Evaluate(one.Step, out RuleValue? first) == Outcome.Value
                && _work.Evaluate(other.Step, out RuleValue? second) == Outcome.Value
                && !Equals(first, second))
                return $"{Shown(shown)} and conclude {one.Output.Name} {first} and {second}";
        }

        return null;
    }

    private string Shown(CelName[] names)
    {
        string[] values = [.. names.Where(name => name.Kind != NameKind.Constant).Select(name => $"{name.Name} {Value(name)}")];
        return string.Join(", ", values.Take(MostFactsShown)) + (values.Length > MostFactsShown ? ", …" : "");
    }

    private string Value(CelName name) => _work.ValueOf(name)?.ToString() is { Length: > 0 } text ? text : "nothing";

    private SourceFault Found(SourcePosition at, string code, string detail) => _rulebook.Source.At(at, code, detail);
}
