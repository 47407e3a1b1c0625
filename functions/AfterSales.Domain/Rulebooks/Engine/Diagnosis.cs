using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>What an answer lacked and what is to be remarked on it, found by looking again at a run that has just ended.</summary>
internal sealed record Diagnosis(ImmutableArray<MissingFact> Missing, ImmutableArray<string> Notes)
{
    public static Diagnosis Nothing { get; } = new([], []);

    public static Diagnosis Of(Question question, FactSlots facts, Work work)
    {
        var finder = new Finder(question, work);
        foreach (CompiledDecision decision in question.Decisions.Where(decision => work.Bears.Contains(decision.Index))) finder.Look(decision, facts);
        finder.CompareConclusions();
        if (work.Frame.LeansOnUnannounced)
            finder.Note("A working day was counted in a year whose holidays are not announced yet; the date may move.");
        return finder.Found();
    }

    private sealed class Finder(Question question, Work work)
    {
        private readonly List<(int Fact, string Clause)> _missing = [];
        private readonly List<string> _notes = [];
        private readonly FactCatalogue _catalogue = question.Rulebook.FactCatalogue;

        public void Look(CompiledDecision decision, FactSlots facts)
        {
            if (decision.When is { } when && work.Test(when) is not true and var applies)
            {
                if (applies is null) Unknown(when, decision, ClausesOf(decision));
                return;
            }
            ReadOnlySpan<CompiledRule> fired = work.Fired.AsSpan(0, work.FiredCount);
            for (int r = 0; r < work.Looked[decision.Index]; r++)
            {
                CompiledRule rule = decision.Rules[r];
                bool? holds = rule.When is { } condition ? work.Test(condition) : true;
                bool hasFired = fired.Contains(rule);
                // Under known, what is unknown does not matter once a rule has fired.
                bool decided = decision.Hit == HitPolicy.Known && fired.ContainsAny(decision.Rules);
                if (holds is null && !decided) Unknown(rule.When!, decision, ClausesOf(rule));
                if (holds != true) continue;
                foreach (Conclude then in rule.Then) LookAtConclusion(then, rule);
                if (!rule.IsRemark || !hasFired) continue;
                work.Prepare(rule.Shown);
                Note(rule.Reason.English(facts.Values, [.. rule.Reason.Slots.Select(slot => work.Frame.Computed[slot])]));
            }
        }

        public void CompareConclusions()
        {
            foreach (Question.Candidate candidate in question.Conclusions.Where(candidate => candidate.Slots.Length > 1))
            {
                RuleValue?[] values = [.. candidate.Slots.Select(slot => work.Frame.Computed[slot])
                    .Where(computed => computed.Outcome is Outcome.Value or Outcome.Null).Select(computed => computed.Value).Distinct()];
                if (values.Length > 1)
                {
                    string name = question.Rulebook.ConclusionAt(candidate.Conclusion).Name;
                    Note($"'{name}' is concluded as {string.Join(" and as ", values.Select(value => value?.ToString() ?? "null"))}; the first was taken.");
                }
            }
        }

        public void Note(string text)
        {
            if (text.Length > 0 && !_notes.Contains(text)) _notes.Add(text);
        }

        public Diagnosis Found() => new(
            [.. _missing.GroupBy(miss => miss.Fact, miss => miss.Clause).Select(misses => AsMissing(_catalogue.All[misses.Key], misses))], [.. _notes]);

        private static MissingFact AsMissing(FactDefinition fact, IEnumerable<string> clauses) =>
            new(fact.Name, fact.English, fact.Chinese, [.. clauses.Distinct()]);

        private string[] ClausesOf(CompiledRule rule) =>
            rule.Clauses.Length > 0 ? [.. rule.Clauses.Select(clause => clause.Id)] : ClausesOf(rule.Decision);

        // A decision that cites nothing only serves others: what it lacks, the answer to what was asked lacks.
        private string[] ClausesOf(CompiledDecision decision) =>
            decision.Rules.SelectMany(rule => rule.Clauses).Select(clause => clause.Id).Distinct().ToArray() is { Length: > 0 } cited
                ? cited
                : [.. question.Clauses];

        private void LookAtConclusion(Conclude then, CompiledRule rule)
        {
            Outcome outcome = work.Evaluate(then.Step, out RuleValue? value);
            if (outcome == Outcome.Fault) Faulty(then.Step, rule.Decision, then.Output.Name);
            else if (outcome == Outcome.NotGiven && !then.Quiet) Lacks(then.Step, ClausesOf(rule));
            else if (outcome is Outcome.Value or Outcome.Null
                && rule.Decision.Hit == HitPolicy.Each
                && !Equals(work.Frame.Computed[then.Output.Slot].Value, value))
                Note($"{rule.Decision.Id}: rule {rule.Number} concludes '{then.Output.Name}' otherwise than a rule before it, which was taken.");
        }

        private void Unknown(Step condition, CompiledDecision decision, string[] clauses)
        {
            foreach (Step part in Parts(condition).Where(part => work.Test(part) is null))
            {
                Lacks(part, clauses);
                if (work.Evaluate(part, out _) == Outcome.Fault) Faulty(part, decision, "a condition");
            }
        }

        private void Lacks(Step step, string[] clauses)
        {
            foreach (CelName name in step.ReadsDeep)
            {
                if (name.Kind != NameKind.Fact || work.Frame.Facts[name.Slot] is not null || _catalogue.All[name.Slot].Optional) continue;
                foreach (string clause in clauses)
                    if (!_missing.Contains((name.Slot, clause))) _missing.Add((name.Slot, clause));
            }
        }

        // An operator on null is unknown, as a fact is that was not given; that is no fault of the rule.
        private void Faulty(Step step, CompiledDecision decision, string what)
        {
            if (step.ReadsDeep.Any(name => work.ValueOf(name) is null)) return;
            string values = string.Join(", ", step.ReadsDeep.Where(name => name.Kind != NameKind.Constant).Select(name => $"{name.Name} {work.ValueOf(name)}"));
            Note($"{decision.Id}: {what} cannot be computed: {step.Expression.Source.Value}{(values.Length > 0 ? $" with {values}" : "")}.");
        }
    }

    /// <summary>The operands of a condition that is a conjunction; itself when it is none.</summary>
    public static IEnumerable<Step> Parts(Step condition) => condition.Expression.Conjuncts.Length > 1
        ? condition.Expression.Conjuncts.Select(part => new Step(part, condition.Lets, condition.Needs))
        : [condition];
}
