using System.Collections.Immutable;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks;

/// <summary>The rulebooks of functions/Rulebooks, embedded in this assembly; each is compiled when it is first wanted.</summary>
public static class ShippedRulebooks
{
    private const string Extension = ".yaml";

    private static readonly ImmutableSortedDictionary<string, Lazy<Rulebook>> ById = typeof(ShippedRulebooks).Assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(Extension, StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal))
        .ToImmutableSortedDictionary(name => name[..^Extension.Length], name => new Lazy<Rulebook>(() => Load(name)), StringComparer.Ordinal);

    /// <summary>Their ids in order, without compiling any.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. ById.Keys];

    /// <exception cref="InvalidOperationException">A file has faults; the message lists them.</exception>
    public static IReadOnlyList<Rulebook> All => [.. ById.Values.Select(rulebook => rulebook.Value)];

    /// <summary>Null when there is no such rulebook.</summary>
    /// <exception cref="InvalidOperationException">The file has faults; the message lists them.</exception>
    public static Rulebook? Find(string? id) => id is not null && ById.TryGetValue(id, out Lazy<Rulebook>? rulebook) ? rulebook.Value : null;

    /// <summary>The file's bytes, as the digest is of them.</summary>
    /// <exception cref="ArgumentException">There is no such rulebook.</exception>
    public static ReadOnlyMemory<byte> Text(string id)
    {
        using Stream stream = typeof(ShippedRulebooks).Assembly.GetManifestResourceStream(id + Extension)
            ?? throw new ArgumentException($"There is no rulebook '{id}'.", nameof(id));
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static Rulebook Load(string file)
    {
        var faults = new List<SourceFault>();
        return Rulebook.Load(file, Text(file[..^Extension.Length]), CalendarSet.Shipped, faults)
            ?? throw new InvalidOperationException($"The shipped rulebook has faults:\n{string.Join('\n', faults)}");
    }
}
