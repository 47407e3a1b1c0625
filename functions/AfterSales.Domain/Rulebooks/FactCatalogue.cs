using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks;

/// <summary>A symbol of a fact or a conclusion, in words.</summary>
public sealed record SymbolWords(string Symbol, string English, string Chinese);

/// <summary>One fact that a rulebook knows.</summary>
/// <param name="Name">As in the vocabulary, snake_case.</param>
/// <param name="Symbols">The closed set of values, or empty when any text will do.</param>
public sealed record FactDefinition(string Name, CelType Type, string English, string Chinese, ImmutableArray<string> Symbols)
{
    /// <summary>Never asked for; not given, it is null.</summary>
    public bool Optional { get; init; }

    /// <summary>Numbers may be negative.</summary>
    public bool Signed { get; init; }

    public string? Unit { get; init; }

    /// <summary>Words for values; not a closed list.</summary>
    public ImmutableArray<SymbolWords> Words { get; init; } = [];

    /// <summary>Its place in the catalogue and in the slots of a question.</summary>
    public int Slot { get; init; }
}

/// <summary>All the facts that a rulebook knows, by name.</summary>
public sealed class FactCatalogue
{
    private readonly Dictionary<string, FactDefinition> _byName;

    public FactCatalogue(IEnumerable<FactDefinition> definitions)
    {
        All = [.. definitions.Select((fact, slot) => fact with { Slot = slot })];
        _byName = All.ToDictionary(fact => fact.Name);
    }

    /// <summary>In the order of their slots.</summary>
    public ImmutableArray<FactDefinition> All { get; }

    public FactDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <exception cref="KeyNotFoundException">The rulebook does not know the fact; a rule that asks for it is a bug.</exception>
    public FactDefinition this[string name] => _byName[name];
}
