using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>One piece of a sentence: a text, or a name's value.</summary>
/// <param name="Percent">Shown as a rate: 0.005 is 0.5%.</param>
internal sealed record ReasonPart(string? Text, CelName? Name, bool Percent);

/// <summary>Why a rule applied: a sentence with values in both languages, or the values that it read, labelled.</summary>
/// <param name="read">The values that are shown when there is no sentence.</param>
internal sealed class Reason(
    ImmutableArray<ReasonPart> english, ImmutableArray<ReasonPart> chinese, ImmutableArray<CelName> read, SentenceWords words)
{
    private Sentence? _english;
    private Sentence? _chinese;

    /// <summary>The computed slots whose values the sentence shows.</summary>
    public int[] Slots { get; } = [.. english.Concat(chinese).Select(part => part.Name).Concat(read)
        .Where(name => name?.Kind == NameKind.Computed).Select(name => name!.Slot).Distinct()];

    /// <param name="facts">By fact slot.</param>
    /// <param name="computed">What <see cref="Slots"/> came to, in that order.</param>
    public string English(ReadOnlySpan<RuleValue?> facts, ReadOnlySpan<Computed> computed) =>
        (_english ??= Written(english, words.InEnglish)).Fill(facts, computed);

    /// <inheritdoc cref="English"/>
    public string Chinese(ReadOnlySpan<RuleValue?> facts, ReadOnlySpan<Computed> computed) =>
        (_chinese ??= Written(chinese, words.InChinese)).Fill(facts, computed);

    // On first use: a name that a later decision gives words to has them by then.
    private Sentence Written(ImmutableArray<ReasonPart> parts, LanguageWords language)
    {
        var sentence = new Sentence.Builder(Slots, language);
        foreach (ReasonPart part in parts)
        {
            if (part.Name is { } name) sentence.AddValue(name, part.Percent);
            else sentence.AddText(part.Text!);
        }
        foreach (CelName name in read) sentence.AddLabelled(name);
        return sentence.Build();
    }
}
