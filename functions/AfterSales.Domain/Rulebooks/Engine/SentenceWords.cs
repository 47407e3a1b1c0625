using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>What a name means and what its symbols are called, for sentences.</summary>
internal sealed record NameWords(string English, string Chinese, ImmutableArray<SymbolWords> Symbols);

/// <summary>The words of a rulebook: labels of its names, and what its symbols are called.</summary>
internal sealed class SentenceWords
{
    private readonly IReadOnlyDictionary<string, NameWords> _names;

    public SentenceWords(IReadOnlyDictionary<string, NameWords> names)
    {
        _names = names;
        // A symbol that reaches a sentence through a let is called what the first fact that has it calls it.
        SymbolWords[] symbols = [.. names.Values.SelectMany(name => name.Symbols).DistinctBy(symbol => symbol.Symbol)];
        InEnglish = new LanguageWords(this, symbols, inChinese: false);
        InChinese = new LanguageWords(this, symbols, inChinese: true);
    }

    public LanguageWords InEnglish { get; }

    public LanguageWords InChinese { get; }

    /// <summary>Null for lets, which have no label.</summary>
    public NameWords? Find(CelName name) => _names.GetValueOrDefault(name.Name);
}

/// <summary>The words of a rulebook in one language.</summary>
internal sealed class LanguageWords(SentenceWords words, IEnumerable<SymbolWords> symbols, bool inChinese)
{
    private readonly Dictionary<string, string> _symbols = symbols.ToDictionary(symbol => symbol.Symbol, symbol => inChinese ? symbol.Chinese : symbol.English);

    public string Yes => inChinese ? "是" : "yes";

    public string No => inChinese ? "否" : "no";

    public string None => inChinese ? "无" : "none";

    /// <summary>Between the items of a list.</summary>
    public string And => inChinese ? "、" : ", ";

    /// <summary>Between values.</summary>
    public string Comma => inChinese ? "," : ", ";

    /// <summary>Null for lets, which have none.</summary>
    public string? LabelOf(CelName name) => words.Find(name) is { } known ? inChinese ? known.Chinese : known.English : null;

    /// <summary>What the name's own symbols are called.</summary>
    public IReadOnlyDictionary<string, string> SymbolsOf(CelName name) =>
        (words.Find(name)?.Symbols ?? []).DistinctBy(symbol => symbol.Symbol)
            .ToDictionary(symbol => symbol.Symbol, symbol => inChinese ? symbol.Chinese : symbol.English);

    /// <param name="own">The words that the value's name has for its symbols, which go first.</param>
    public string Show(RuleValue value, IReadOnlyDictionary<string, string> own) => value switch
    {
        RuleValue.Truth truth => truth.Value ? Yes : No,
        RuleValue.Nothing => None,
        RuleValue.Text text => own.TryGetValue(text.Value, out string? called) || _symbols.TryGetValue(text.Value, out called) ? called : text.Value,
        RuleValue.Items { Values: [] } => None,
        RuleValue.Items { Values: [var only] } => Show(only, own),
        RuleValue.Items items => string.Join(And, items.Values.Select(item => Show(item, own))),
        RuleValue.Row row => string.Join(Comma, row.Fields.Select(field => $"{field.Key} {Show(field.Value, own)}")),
        _ => value.ToString()!,
    };
}
