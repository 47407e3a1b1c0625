using System.Collections.Immutable;

namespace AfterSales.Domain.Rulebooks;

/// <summary>The types a fact may have. A fact that different clauses use differently has several.</summary>
[Flags]
public enum FactKinds
{
    None = 0,

    /// <summary>JSON true or false.</summary>
    Truth = 1,

    /// <summary>A JSON number without fraction, not negative.</summary>
    Whole = 2,

    /// <summary>An exact decimal, not negative, as a string or a JSON number.</summary>
    Number = 4,

    /// <summary>An amount in CNY, not negative, at most two decimals, as a string or a JSON number.</summary>
    Amount = 8,

    /// <summary>2026-11-02.</summary>
    Day = 16,

    /// <summary>2026-11-02T09:00:00 in the rulebook's zone, or with an offset.</summary>
    Moment = 32,

    /// <summary>2026-11.</summary>
    Month = 64,

    /// <summary>A text, or one of the symbols when the set is closed.</summary>
    Text = 128,

    /// <summary>An array of texts, or of symbols when the set is closed.</summary>
    TextList = 256,

    /// <summary>An array of dates.</summary>
    DayList = 512,
}

/// <summary>One fact that a rulebook knows.</summary>
/// <param name="Name">As in the vocabulary, snake_case.</param>
/// <param name="Symbols">The closed set of values, or empty when any text will do.</param>
public sealed record FactDefinition(string Name, FactKinds Kinds, string English, string Chinese, ImmutableArray<string> Symbols);

/// <summary>All the facts that a rulebook knows, by name.</summary>
public sealed class FactCatalogue
{
    private readonly Dictionary<string, FactDefinition> _byName;

    public FactCatalogue(IEnumerable<FactDefinition> definitions) => _byName = definitions.ToDictionary(fact => fact.Name);

    public IReadOnlyCollection<FactDefinition> All => _byName.Values;

    public FactDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <exception cref="KeyNotFoundException">The rulebook does not know the fact; a rule that asks for it is a bug.</exception>
    public FactDefinition this[string name] => _byName[name];
}
