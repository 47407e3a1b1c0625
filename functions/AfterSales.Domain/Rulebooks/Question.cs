using System.Collections.Concurrent;
using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Engine;

namespace AfterSales.Domain.Rulebooks;

/// <summary>
/// What is asked of a rulebook, planned once: the decisions that answer the clauses and those that they read, in an order in
/// which each comes after what it reads. Immutable; safe to share.
/// </summary>
public sealed class Question
{
    /// <param name="claim">How the claim is read from the answer; null when it is not a claim that is asked about.</param>
    internal Question(
        Rulebook rulebook, ImmutableArray<string> clauses, bool isClaim, CompiledDecision[] decisions, bool[] isAsked, CompiledClaim? claim)
    {
        Rulebook = rulebook;
        Clauses = clauses;
        IsClaim = isClaim;
        Claim = claim;
        Decisions = decisions;
        IsAsked = isAsked;
        Conclusions = [.. decisions.Where((_, i) => isAsked[i])
            .SelectMany(decision => decision.Outputs.Where(output => output.Conclusion >= 0).Select(output => (decision.Index, output)))
            .GroupBy(candidate => candidate.output.Conclusion)
            .Select(same => new Candidate(
                same.Key, [.. same.OrderBy(candidate => candidate.Index).Select(candidate => candidate.output.Slot)], claim?.SlotOf(same.Key)))];
        Plan = Plan.Of(decisions, Conclusions, claim);
    }

    public Rulebook Rulebook { get; }

    /// <summary>The clauses asked about.</summary>
    public ImmutableArray<string> Clauses { get; }

    /// <summary>Asked what a customer's claim asks: the answer says what he gets.</summary>
    public bool IsClaim { get; }

    internal CompiledClaim? Claim { get; }

    /// <summary>Each after what it reads.</summary>
    internal CompiledDecision[] Decisions { get; }

    /// <summary>For any facts.</summary>
    internal Plan Plan { get; }

    /// <summary>The kinds of cases that came up.</summary>
    internal ConcurrentDictionary<CaseKind, SeenKind> Kinds { get; } = new();

    internal bool[] IsAsked { get; }

    /// <summary>In the order reached.</summary>
    internal Candidate[] Conclusions { get; }

    /// <summary>A conclusion and where it may come from, first in the file first.</summary>
    /// <param name="ReadAt">Where the claim's expressions read it; null when they do not.</param>
    internal sealed record Candidate(int Conclusion, int[] Slots, int? ReadAt);
}
