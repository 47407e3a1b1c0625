using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>What a name means and what its symbols are called, for sentences.</summary>
internal sealed record NameWords(string English, string Chinese, ImmutableArray<SymbolWords> Symbols);

/// <summary>One piece of a sentence: a text, or a name's value.</summary>
/// <param name="Percent">Shown as a rate: 0.005 is 0.5%.</param>
internal sealed record ReasonPart(string? Text, CelName? Name, bool Percent);

/// <summary>Why a rule applied: a sentence with values in both languages, or the values that it read, labelled.</summary>
internal sealed class Reason(
    ImmutableArray<ReasonPart> english, ImmutableArray<ReasonPart> chinese, ImmutableArray<CelName> read, SentenceWords words)
{
    /// <summary>The computed slots whose values the sentence shows.</summary>
    public int[] Slots { get; } = [.. english.Concat(chinese).Select(part => part.Name).Concat(read)
        .Where(name => name?.Kind == NameKind.Computed).Select(name => name!.Slot).Distinct()];

    /// <param name="facts">By fact slot.</param>
    /// <param name="computed">The values of <see cref="Slots"/>, in that order.</param>
    public string English(ReadOnlySpan<RuleValue?> facts, ReadOnlySpan<RuleValue?> computed) =>
        read.IsDefaultOrEmpty ? Sentence(english, facts, computed, inChinese: false) : Values(facts, computed, inChinese: false);

    /// <inheritdoc cref="English"/>
    public string Chinese(ReadOnlySpan<RuleValue?> facts, ReadOnlySpan<RuleValue?> computed) =>
        read.IsDefaultOrEmpty ? Sentence(chinese, facts, computed, inChinese: true) : Values(facts, computed, inChinese: true);

    private string Sentence(ImmutableArray<ReasonPart> parts, ReadOnlySpan<RuleValue?> facts, ReadOnlySpan<RuleValue?> computed, bool inChinese)
    {
        var text = new StringBuilder();
        foreach (ReasonPart part in parts)
        {
            if (part.Name is not { } name) text.Append(part.Text);
            else if (ValueOf(name, facts, computed) is not { } value) text.Append('?');
            else if (part.Percent && value is RuleValue.Number rate) text.Append((rate.Value * 100m).ToString("0.0#####", CultureInfo.InvariantCulture)).Append('%');
            else text.Append(words.Show(value, name, inChinese));
        }
        return text.ToString();
    }

    private string Values(ReadOnlySpan<RuleValue?> facts, ReadOnlySpan<RuleValue?> computed, bool inChinese)
    {
        var text = new StringBuilder();
        foreach (CelName name in read)
        {
            if (words.Find(name) is not { } label || ValueOf(name, facts, computed) is not { } value) continue;
            if (text.Length > 0) text.Append(inChinese ? "," : ", ");
            text.Append(inChinese ? label.Chinese : label.English).Append(' ').Append(words.Show(value, name, inChinese));
        }
        return text.ToString();
    }

    private RuleValue? ValueOf(CelName name, ReadOnlySpan<RuleValue?> facts, ReadOnlySpan<RuleValue?> computed) => name.Kind switch
    {
        NameKind.Fact => facts[name.Slot],
        NameKind.Constant => name.Constant,
        _ => computed[Array.IndexOf(Slots, name.Slot)],
    };
}

/// <summary>The words of a rulebook: labels of its names, and what its symbols are called.</summary>
internal sealed class SentenceWords(IReadOnlyDictionary<string, NameWords> names)
{
    private static readonly (string En, string Zh) Yes = ("yes", "是");
    private static readonly (string En, string Zh) No = ("no", "否");
    private static readonly (string En, string Zh) None = ("none", "无");

    // A symbol that reaches a sentence through a let is called what the first fact that has it calls it.
    private readonly Dictionary<string, SymbolWords> _symbols = names.Values.SelectMany(name => name.Symbols)
        .GroupBy(symbol => symbol.Symbol).ToDictionary(symbol => symbol.Key, symbol => symbol.First());

    /// <summary>Null for lets, which have no label.</summary>
    public NameWords? Find(CelName name) => names.GetValueOrDefault(name.Name);

    public string Show(RuleValue value, CelName name, bool inChinese) => value switch
    {
        RuleValue.Truth truth => Pick(truth.Value ? Yes : No, inChinese),
        RuleValue.Nothing => Pick(None, inChinese),
        RuleValue.Text text => Symbol(text.Value, name, inChinese),
        RuleValue.Items { Values.IsEmpty: true } => Pick(None, inChinese),
        RuleValue.Items items => string.Join(inChinese ? "、" : ", ", items.Values.Select(item => Show(item, name, inChinese))),
        RuleValue.Row row => string.Join(inChinese ? "," : ", ", row.Fields.Select(field => $"{field.Key} {Show(field.Value, name, inChinese)}")),
        _ => value.ToString()!,
    };

    private string Symbol(string symbol, CelName name, bool inChinese)
    {
        SymbolWords? words = Find(name)?.Symbols.FirstOrDefault(known => known.Symbol == symbol) ?? _symbols.GetValueOrDefault(symbol);
        return words is null ? symbol : inChinese ? words.Chinese : words.English;
    }

    private static string Pick((string En, string Zh) words, bool inChinese) => inChinese ? words.Zh : words.En;
}
