using AfterSales.Domain.Calendars;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>Where a name's value is found.</summary>
public enum NameKind
{
    /// <summary>In <see cref="Frame.Facts"/>.</summary>
    Fact,

    /// <summary>A decision's output or a <c>let</c>, in <see cref="Frame.Computed"/>.</summary>
    Computed,

    /// <summary>Known at load.</summary>
    Constant,
}

/// <summary>A name that an expression may read.</summary>
/// <param name="Name">A bare name, or <c>decision.output</c>.</param>
public sealed record CelName(string Name, CelType Type, NameKind Kind, int Slot, RuleValue? Constant = null);

/// <summary>The names that an expression may read.</summary>
public sealed class CelScope(CelScope? outer = null)
{
    private readonly Dictionary<string, CelName> _names = new(StringComparer.Ordinal);

    /// <summary>Counts working days; null when the rulebook names no calendar, and then no expression may.</summary>
    public WorkingDays? Calendar { get => field ?? outer?.Calendar; init; }

    /// <summary>Null when the rulebook states no opening hours, and then no expression may ask for them.</summary>
    public OpeningHours? Hours { get => field ?? outer?.Hours; init; }

    public IEnumerable<CelName> Names => _names.Values.Concat(outer?.Names ?? []);

    public bool TryAdd(CelName name) => Find(name.Name) is null && _names.TryAdd(name.Name, name);

    public CelName? Find(string name) => _names.GetValueOrDefault(name) ?? outer?.Find(name);
}
