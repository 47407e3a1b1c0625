using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Engine;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks;

/// <summary>A value that a condition looked at.</summary>
/// <param name="Value">Null when it was not given or not concluded.</param>
public sealed record ReadValue(string Name, string English, string Chinese, RuleValue? Value);

/// <summary>One condition of a rule.</summary>
/// <param name="Text">As written in the rulebook.</param>
/// <param name="Holds">Null when it is not known.</param>
public sealed record ConditionState(string Text, bool? Holds, ImmutableArray<ReadValue> Values);

/// <summary>A rule that did not fire, and why.</summary>
/// <param name="Rule">Its place in the decision, from 1.</param>
/// <param name="Reason"><c>condition-false</c>, <c>condition-unknown</c>, <c>decision-does-not-apply</c> (the conditions are the
/// decision's), <c>earlier-rule</c> (<paramref name="DecidedBy"/> went first), <c>earlier-unknown</c> (whether one goes first is not
/// known), <c>conclusion-unknown</c> (it applies; what it concludes cannot be computed, and its expressions stand for conditions).</param>
/// <param name="DecidedBy">The clauses of the rule that went first.</param>
public sealed record UnfiredRule(
    string Decision,
    int Rule,
    SourcePosition At,
    ImmutableArray<string> Clauses,
    string Reason,
    ImmutableArray<string> DecidedBy,
    ImmutableArray<ConditionState> Conditions);

/// <summary>Why a clause was not applied to some facts.</summary>
/// <param name="Applied">A rule of the clause did fire.</param>
public sealed record WhyNot(string Clause, bool Applied, ImmutableArray<UnfiredRule> Rules)
{
    internal static WhyNot Of(string clause, Question question, Work work, Func<CelName, RuleValue?, ReadValue> show)
    {
        var rules = ImmutableArray.CreateBuilder<UnfiredRule>();
        ReadOnlySpan<CompiledRule> fired = work.Fired.AsSpan(0, work.FiredCount);
        bool applied = false;
        foreach (CompiledDecision decision in question.Decisions)
        {
            CompiledRule? first = null;
            foreach (CompiledRule rule in decision.Rules)
            {
                if (fired.Contains(rule)) first ??= rule;
                if (rule.Clauses.All(cited => cited.Id != clause)) continue;
                if (fired.Contains(rule)) applied = true;
                else rules.Add(Unfired(rule, first, work, show));
            }
        }
        return new WhyNot(clause, applied, rules.DrainToImmutable());
    }

    private static UnfiredRule Unfired(CompiledRule rule, CompiledRule? first, Work work, Func<CelName, RuleValue?, ReadValue> show)
    {
        CompiledDecision decision = rule.Decision;
        bool applies = decision.When is null || work.Test(decision.When) == true;
        Step? condition = applies ? rule.When : decision.When;
        bool? holds = condition is null ? true : work.Test(condition);
        string reason = !applies ? "decision-does-not-apply"
            : holds == false ? "condition-false"
            : decision.Hit is HitPolicy.First or HitPolicy.Known && first is not null ? "earlier-rule"
            : holds is null ? "condition-unknown"
            : IsHeldUp(rule, work) ? "earlier-unknown"
            : "conclusion-unknown";
        IEnumerable<Step> shown = reason == "conclusion-unknown" ? rule.Then.Select(then => then.Step)
            : condition is null ? [] : Diagnosis.Parts(condition);
        return new UnfiredRule(
            decision.Id,
            rule.Number,
            rule.At,
            [.. rule.Clauses.Select(clause => clause.Id)],
            reason,
            reason == "earlier-rule" ? [.. first!.Clauses.Select(clause => clause.Id)] : [],
            [.. shown.Select(part => new ConditionState(
                part.Expression.Source.Value,
                reason == "conclusion-unknown" ? null : work.Test(part),
                [.. part.ReadsDeep.Where(name => name.Kind != NameKind.Constant).Select(name => show(name, work.ValueOf(name)))]))]);
    }

    /// <summary>Whether a rule that applies did not get its turn, because it is not known what became of another one.</summary>
    private static bool IsHeldUp(CompiledRule rule, Work work) => rule.Decision.Hit switch
    {
        HitPolicy.First => rule.Decision.Rules.TakeWhile(other => other != rule).Any(other => Test(other, work) != false),
        HitPolicy.Known => rule.When is null && rule.Decision.Rules.TakeWhile(other => other != rule).Any(other => Test(other, work) is null),
        HitPolicy.Collect => rule.Decision.Rules.Any(other => Test(other, work) is null),
        _ => false,
    };

    private static bool? Test(CompiledRule rule, Work work) => rule.When is { } when ? work.Test(when) : true;
}
