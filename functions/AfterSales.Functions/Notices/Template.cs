using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace AfterSales.Functions.Notices;

/// <summary>Words in both languages; names in braces stand for what differs from case to case.</summary>
public sealed partial record Template(string Zh, string En)
{
    /// <summary>A name that must be known for these words to be said; null = none beside those in the words.</summary>
    public string? When { get; init; }

    /// <summary>The names in the Chinese words.</summary>
    public IEnumerable<string> NamesZh => Names().Matches(Zh).Select(match => match.Groups["name"].Value);

    /// <summary>The names in the English words.</summary>
    public IEnumerable<string> NamesEn => Names().Matches(En).Select(match => match.Groups["name"].Value);

    /// <summary>Words that are the same in both languages: an amount, an id.</summary>
    public static Template Same(string text) => new(text, text);

    /// <summary>The words with the names replaced; null when one of them is not known.</summary>
    public Template? Fill(IReadOnlyDictionary<string, Template> known) =>
        (When is null || known.ContainsKey(When)) && NamesZh.Concat(NamesEn).All(known.ContainsKey)
            ? new Template(
                Names().Replace(Zh, match => known[match.Groups["name"].Value].Zh),
                Names().Replace(En, match => known[match.Groups["name"].Value].En))
            : null;

    /// <summary>What can be said of several templates.</summary>
    public static ImmutableArray<Template> Fill(IEnumerable<Template> templates, IReadOnlyDictionary<string, Template> known) =>
        [.. templates.Select(template => template.Fill(known)).OfType<Template>()];

    [GeneratedRegex(@"\{(?<name>[A-Za-z]+)\}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Names();
}
