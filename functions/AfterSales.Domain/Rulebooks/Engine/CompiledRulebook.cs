using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Format;
using NodaTime;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>A rulebook, compiled.</summary>
/// <param name="Decisions">In the order of the file, clocks last.</param>
/// <param name="Order">Indexes of decisions, each after what it reads; otherwise as in the file.</param>
/// <param name="Slots">Number of computed slots.</param>
internal sealed record CompiledRulebook(
    RulebookSource Source,
    DateTimeZone Zone,
    FactCatalogue Facts,
    ImmutableArray<Clause> Clauses,
    ImmutableArray<ConclusionDefinition> Conclusions,
    CompiledDecision[] Decisions,
    int[] Order,
    CompiledClaim? Claim,
    CompiledCheck[] Checklist,
    SentenceWords Words,
    int Slots)
{
    public CompiledEvidence[] Evidence { get; init; } = [];

    public Work NewWork() => new(Slots, Decisions.Sum(decision => decision.Rules.Length), Decisions.Length, Conclusions.Length, Claim?.Pays.Length ?? 0);
}

/// <summary>An item of evidence with its condition.</summary>
internal sealed record CompiledEvidence(EvidenceItem Item, ImmutableArray<string> Reasons, Step? When);
