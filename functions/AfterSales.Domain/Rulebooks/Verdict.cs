using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Engine;

namespace AfterSales.Domain.Rulebooks;

/// <summary>
/// The answer to one question, kept small: conclusions, money, and the rules that applied with the values they showed. Texts are
/// made when <see cref="ToDocument"/> is called. Immutable; safe to share.
/// </summary>
public sealed class Verdict
{
    internal Verdict(Question question, FactSlots facts, Concluded[] concluded, CompiledRule[] applied, Computed[] shown, bool hasMore)
    {
        (Question, Facts, Concluded, Applied, Shown, HasMore) = (question, facts, concluded, applied, shown, hasMore);
    }

    internal Question Question { get; }

    internal FactSlots Facts { get; }

    /// <summary>In the order reached.</summary>
    internal Concluded[] Concluded { get; }

    /// <summary>The rules that bear on the answer, in the order applied.</summary>
    internal CompiledRule[] Applied { get; }

    /// <summary>What the reasons of <see cref="Applied"/> show, one after the other.</summary>
    internal Computed[] Shown { get; }

    /// <summary>Whether something is missing or to be remarked.</summary>
    internal bool HasMore { get; }

    /// <summary>Null unless a claim was asked.</summary>
    public ClaimOutcome? Outcome { get; internal init; }

    /// <summary>Empty unless a claim was asked and is to be paid or charged.</summary>
    public ImmutableArray<MoneyComponent> Money { get; internal init; } = [];

    /// <summary>Null when it was not concluded.</summary>
    public RuleValue? Find(string conclusion)
    {
        foreach (Concluded concluded in Concluded)
        {
            if (NameOf(concluded) == conclusion) return concluded.Value;
        }
        return null;
    }

    /// <summary>The clauses that were applied, in order, each once.</summary>
    public IEnumerable<string> Clauses => Applied.SelectMany(rule => rule.Clauses).Select(clause => clause.Id).Distinct();

    /// <summary>What was concluded, by name in the order reached.</summary>
    public Conclusions Conclusions => Rulebooks.Conclusions.Of(
        Array.ConvertAll(Concluded, concluded => KeyValuePair.Create(NameOf(concluded), concluded.Value)));

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

    private string NameOf(Concluded concluded) =>
        Question.Rulebook.ConclusionAt(concluded.Conclusion).Name;

    private ImmutableArray<Citation> Citations()
    {
        var citations = ImmutableArray.CreateBuilder<Citation>(Applied.Length);
        int shown = 0;
        for (int i = 0; i < Applied.Length; i++)
        {
            CompiledRule rule = Applied[i];
            ReadOnlySpan<Computed> values = Shown.AsSpan(shown, rule.Reason.Slots.Length);
            shown += values.Length;
            (string? because, string? becauseZh) = (null, null);
            foreach (Clause clause in rule.Clauses)
            {
                if (IsCitedBefore(clause, i)) continue;
                because ??= rule.Reason.English(Facts.Values, values);
                becauseZh ??= rule.Reason.Chinese(Facts.Values, values);
                citations.Add(new Citation(clause.Id, clause.Text, clause.TextEn, clause.Source, because, becauseZh, clause.Readings));
            }
        }
        return citations.DrainToImmutable();
    }

    private bool IsCitedBefore(Clause clause, int applied)
    {
        for (int i = 0; i < applied; i++)
        {
            foreach (Clause cited in Applied[i].Clauses)
                if (ReferenceEquals(cited, clause)) return true;
        }
        return false;
    }
}

/// <summary>A value that was reached.</summary>
/// <param name="Conclusion">Its index.</param>
internal readonly record struct Concluded(int Conclusion, RuleValue Value);
