namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>What there is to do to answer a question: for any facts, or less for facts of one kind.</summary>
/// <param name="Decisions">Each after what it reads.</param>
/// <param name="Conclusions">Those that may be reached, in the order reached.</param>
/// <param name="Claim">How the claim is read from the conclusions; null when it is not a claim that is asked about.</param>
/// <param name="Known">What is known beforehand of that which is read.</param>
/// <param name="Bears">The decisions that bear on the answer, as far as they may be cited; null when the facts decide it.</param>
/// <param name="HasMore">Whether something is known to be unknown, faulty or remarked.</param>
internal sealed record Plan(
    PlannedDecision[] Decisions, Question.Candidate[] Conclusions, PlannedClaim? Claim, KnownValue[] Known, DecisionSet? Bears, bool HasMore)
{
    /// <summary>For any facts.</summary>
    public static Plan Of(IEnumerable<CompiledDecision> decisions, Question.Candidate[] conclusions, CompiledClaim? claim) => new(
        [.. decisions.Select(decision => new PlannedDecision(
            decision, decision.When, decision.Exported, [.. decision.Rules.Select(rule => new PlannedRule(rule, rule.When, rule.Then))]))],
        conclusions,
        claim is null ? null : new PlannedClaim(claim.Covered, claim.Remedy, claim.RefusedBy, PayGroup.Of(claim.Pays)),
        [],
        Bears: null,
        HasMore: false);
}

/// <param name="When">What is left to be tested; null: it applies.</param>
/// <param name="Exported">The lets that are to be computed when it applies, because others may read them.</param>
/// <param name="Rules">Those that may fire.</param>
internal sealed record PlannedDecision(CompiledDecision Decision, Step? When, Let[] Exported, PlannedRule[] Rules);

/// <param name="When">What is left to be tested; null: always.</param>
/// <param name="Then">What is left to be concluded.</param>
internal sealed record PlannedRule(CompiledRule Rule, Step? When, Conclude[] Then)
{
    /// <summary>Whether it counts as fired whatever comes of <see cref="Then"/>: something is concluded already, or it concludes nothing.</summary>
    public bool IsSure { get; } = Then.Length < Rule.Then.Length || Rule.Then.Length == 0;
}

/// <param name="Pays">The lines of money that may apply.</param>
internal sealed record PlannedClaim(Step? Covered, Step? Remedy, Step? RefusedBy, PayGroup[] Pays);

/// <summary>A let or an output whose value is the same for every case of a kind.</summary>
internal sealed record KnownValue(int Slot, Cel.Computed Value);
