using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>A decision as written, or as a clock makes it, before its expressions are compiled.</summary>
/// <param name="Lets">The expression of a clock's let depends on the types of those before it, so it is asked for when its turn comes.</param>
/// <param name="Exports">Lets that others may read, as <c>decision.let</c>.</param>
/// <param name="QuietThen">Whether what the rules' values lack is not asked for.</param>
internal sealed record Draft(
    string Id,
    SourcePosition At,
    ImmutableArray<SourceText> Answers,
    SourceText? When,
    ImmutableArray<DraftLet> Lets,
    HitPolicy Hit,
    bool Internal,
    bool Partial,
    ImmutableArray<RuleSource> Rules,
    ImmutableArray<string> Exports,
    bool QuietThen)
{
    public static Draft Of(DecisionSource decision, HitPolicy hit) => new(
        decision.Id.Value,
        decision.Id.At,
        decision.Answers,
        decision.When,
        [.. decision.Let.Select(let => new DraftLet(let.Name, [let.Expression.Value], _ => let.Expression))],
        hit,
        decision.Internal,
        decision.Partial,
        decision.Rules,
        [],
        QuietThen: false);

    /// <summary>The names that its expressions mention.</summary>
    public IEnumerable<string> Mentions => Lets.SelectMany(let => let.Mentions)
        .Append(When?.Value ?? "")
        .Concat(Rules.SelectMany(rule => rule.Then.Select(then => then.Expression.Value).Append(rule.When?.Value ?? "")))
        .SelectMany(MentionedNames.In);

    /// <summary>The names that its rules conclude, in order.</summary>
    public IEnumerable<SourceText> Outputs => Rules.SelectMany(rule => rule.Then).Select(then => then.Name).DistinctBy(name => name.Value);
}

/// <param name="Mentions">Texts with the names that it reads.</param>
/// <param name="Expression">By the types of the lets before it; null when there is nothing to compute.</param>
internal sealed record DraftLet(SourceText Name, ImmutableArray<string> Mentions, Func<Func<string, CelType?>, SourceText?> Expression);
