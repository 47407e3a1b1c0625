using System.Collections.Immutable;

namespace AfterSales.Domain.Rulebooks;

/// <summary>Evidence that a rulebook wants for a claim.</summary>
/// <param name="Kinds">Any of these will do: <c>photo</c>, <c>video</c>, <c>document</c>.</param>
/// <param name="Count">How many files of these kinds.</param>
/// <param name="From">Whose: <c>customer</c>, <c>supplier</c>; null = anybody's.</param>
/// <param name="Clause">The clause that wants it, or <c>P</c> where the rulebook proposes it.</param>
/// <param name="HoldsClocks">The case's clocks wait for it.</param>
public sealed record EvidenceItem(
    string Id, ImmutableArray<string> Kinds, int Count, string? From, string Clause, string Chinese, string English, bool HoldsClocks);
