using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>
/// Lines of money that stand together, by the symbol that their conditions want of one name, such as the claim's result: the value
/// of the name finds those that are left to be tested.
/// </summary>
internal sealed class PayGroup
{
    private readonly CelName? _name;
    private readonly Dictionary<string, Pay[]> _bySymbol = [];
    private readonly Pay[] _all;

    private PayGroup(CelName? name, IEnumerable<Pay> pays)
    {
        _name = name;
        _all = [.. pays];
        if (name is null) return;
        foreach (IGrouping<string, Pay> same in _all.GroupBy(pay => Leading(pay)!.Symbol)) _bySymbol[same.Key] = [.. same.Select(Found)];
    }

    /// <summary>In the same order: lines that want something of the same name, one after the other, make a group.</summary>
    public static PayGroup[] Of(IEnumerable<Pay> pays)
    {
        var groups = new List<(CelName? Name, List<Pay> Pays)>();
        foreach (Pay pay in pays)
        {
            CelName? name = Leading(pay)?.Name;
            if (groups.Count == 0 || groups[^1].Name != name) groups.Add((name, []));
            groups[^1].Pays.Add(pay);
        }
        return [.. groups.Select(group => new PayGroup(group.Name, group.Pays))];
    }

    public IReadOnlyList<Pay> All => _all;

    /// <summary>Those that may apply.</summary>
    public Pay[] For(Work work)
    {
        if (_name is null) return _all;
        return work.ValueOf(_name) is RuleValue.Text text && _bySymbol.TryGetValue(text.Value, out Pay[]? pays) ? pays : [];
    }

    /// <summary>A line as it is left when its symbol was found.</summary>
    private static Pay Found(Pay pay) => pay.When?.Expression.SymbolTest is null ? pay : pay with { When = null };

    /// <summary>What its condition wants of a name first, if that is a symbol.</summary>
    public static SymbolTest? Leading(Pay pay) => pay.When?.Expression.Conjuncts[0].SymbolTest is { Name.Kind: not NameKind.Constant } test ? test : null;
}
