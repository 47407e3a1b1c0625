using AfterSales.Domain.Rulebooks.Engine;

namespace AfterSales.Domain.Rulebooks;

/// <summary>Facts laid out for one rulebook, so that evaluating looks nothing up. Immutable; safe to share.</summary>
public sealed class FactSlots
{
    internal FactSlots(Rulebook rulebook, Facts facts)
    {
        Facts = facts;
        Values = new RuleValue?[rulebook.FactCatalogue.All.Length];
        foreach (FactDefinition fact in rulebook.FactCatalogue.All)
        {
            if (facts.Find(fact.Name) is not { } given) continue;
            // A decimal that happens to be whole may have been given as one; null stands for not given.
            RuleValue? value = FactReader.Restore(given, fact.Type, rulebook.Zone);
            Values[fact.Slot] = value is RuleValue.Nothing ? null : value;
        }
        Kind = CaseKind.Of(rulebook.FactCatalogue, Values);
    }

    public Facts Facts { get; }

    internal RuleValue?[] Values { get; }

    internal CaseKind Kind { get; }
}
