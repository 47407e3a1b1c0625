using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Engine;

namespace AfterSales.Domain.Rulebooks;

/// <summary>
/// The answer to one question, kept small: conclusions, money, and the rules that applied with the values they showed. Texts are
/// made when <see cref="ToDocument"/> is called. Immutable; safe to share.
/// </summary>
public sealed class Verdict
{
    internal Verdict(Question question, FactSlots facts, RuleValue?[] values, CompiledRule[] applied, RuleValue?[] shown, bool hasMore)
    {
        (Question, Facts, Values, Applied, Shown, HasMore) = (question, facts, values, applied, shown, hasMore);
    }

    internal Question Question { get; }

    internal FactSlots Facts { get; }

    /// <summary>By the question's conclusions; null where not concluded.</summary>
    internal RuleValue?[] Values { get; }

    /// <summary>The rules that bear on the answer, in the order applied.</summary>
    internal CompiledRule[] Applied { get; }

    /// <summary>What the reasons of <see cref="Applied"/> show, one after the other.</summary>
    internal RuleValue?[] Shown { get; }

    /// <summary>Whether something is missing or to be remarked.</summary>
    internal bool HasMore { get; }

    /// <summary>Null unless a claim was asked.</summary>
    public ClaimOutcome? Outcome { get; internal init; }

    /// <summary>Empty unless a claim was asked and is to be paid or charged.</summary>
    public ImmutableArray<MoneyComponent> Money { get; internal init; } = [];

    /// <summary>Null when it was not concluded.</summary>
    public RuleValue? Find(string conclusion)
    {
        for (int i = 0; i < Values.Length; i++)
        {
            if (Values[i] is { } value && NameOf(i) == conclusion) return value;
        }
        return null;
    }

    /// <summary>The clauses that were applied, in order, each once.</summary>
    public IEnumerable<string> Clauses => Applied.SelectMany(rule => rule.Clauses).Select(clause => clause.Id).Distinct();

    /// <summary>What was concluded, by name in the order reached.</summary>
    public Conclusions Conclusions => Rulebooks.Conclusions.Of(
        Enumerable.Range(0, Values.Length).Where(i => Values[i] is not null).Select(i => KeyValuePair.Create(NameOf(i), Values[i]!)));

    /// <summary>The whole answer with wordings, reasons, what was missing and remarks.</summary>
    public DecisionDocument ToDocument()
    {
        Diagnosis more = HasMore ? Question.Rulebook.Diagnose(Question, Facts) : Diagnosis.Nothing;
        return new DecisionDocument(
            Question.Rulebook.Version, Facts.Facts, Conclusions, Citations(), MoneyStatement.Of(Money), more.Missing, more.Notes)
        {
            Outcome = Outcome,
        };
    }

    private string NameOf(int value) => Question.Rulebook.ConclusionAt(Question.Conclusions[value].Conclusion).Name;

    private ImmutableArray<Citation> Citations()
    {
        var citations = ImmutableArray.CreateBuilder<Citation>();
        var cited = new HashSet<string>();
        int shown = 0;
        foreach (CompiledRule rule in Applied)
        {
            ReadOnlySpan<RuleValue?> values = Shown.AsSpan(shown, rule.Reason.Slots.Length);
            shown += values.Length;
            if (rule.Clauses.All(clause => cited.Contains(clause.Id))) continue;
            string because = rule.Reason.English(Facts.Values, values);
            string becauseZh = rule.Reason.Chinese(Facts.Values, values);
            foreach (Clause clause in rule.Clauses)
            {
                if (cited.Add(clause.Id))
                    citations.Add(new Citation(clause.Id, clause.Text, clause.TextEn, clause.Source, because, becauseZh, clause.Readings));
            }
        }
        return citations.DrainToImmutable();
    }
}
