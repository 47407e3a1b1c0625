using System.Collections.Immutable;

namespace AfterSales.Domain.Rulebooks;

/// <summary>One clause of a policy, as data.</summary>
/// <param name="Text">Original wording.</param>
/// <param name="TextEn">What it says, in English.</param>
/// <param name="Source">File and line of the source document.</param>
/// <param name="Readings">Adopted readings where the wording leaves a question open.</param>
public sealed record Clause(string Id, string Text, string TextEn, string Source, ImmutableArray<string> Readings)
{
    /// <summary>computable, timed, ledger, record, conduct.</summary>
    public ImmutableArray<string> Marks { get; init; } = [];
}
