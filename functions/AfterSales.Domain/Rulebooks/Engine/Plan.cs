namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>What there is to do to answer a question: for any facts, or less for facts of one kind.</summary>
/// <param name="Decisions">Each after what it reads.</param>
/// <param name="Conclusions">Those that may be reached, in the order reached.</param>
/// <param name="Pays">The lines of money that may apply.</param>
/// <param name="Known">Lets whose values are known beforehand.</param>
/// <param name="Bears">The decisions that bear on the answer, as far as they may be cited; null when the facts decide it.</param>
/// <param name="HasMore">Whether something is known to be unknown, faulty or remarked.</param>
internal sealed record Plan(
    PlannedDecision[] Decisions, Question.Candidate[] Conclusions, PayGroup[] Pays, KnownLet[] Known, DecisionSet? Bears, bool HasMore)
{
    /// <summary>For any facts.</summary>
    public static Plan Of(IEnumerable<CompiledDecision> decisions, Question.Candidate[] conclusions, CompiledClaim? claim) => new(
        [.. decisions.Select(decision => new PlannedDecision(
            decision, decision.When, [.. decision.Rules.Select(rule => new PlannedRule(rule, rule.When))]))],
        conclusions,
        PayGroup.Of(claim?.Pays ?? []),
        [],
        Bears: null,
        HasMore: false);
}

/// <param name="When">What is left to be tested; null: it applies.</param>
/// <param name="Rules">Those that may fire.</param>
internal sealed record PlannedDecision(CompiledDecision Decision, Step? When, PlannedRule[] Rules);

/// <param name="When">What is left to be tested; null: always.</param>
internal sealed record PlannedRule(CompiledRule Rule, Step? When);

/// <summary>A let whose value is the same for every case of a kind.</summary>
internal sealed record KnownLet(Let Let, Cel.Computed Value);
