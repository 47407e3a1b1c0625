using AfterSales.Domain.Rulebooks;

namespace AfterSales.Functions.Rulebooks;

/// <summary>The rulebooks that come with the app.</summary>
internal static class ShippedRulebooks
{
    public static IReadOnlyList<string> Ids { get; } = [MallSanbao.RulebookId];

    public static Rulebook? Find(string? id) => id == MallSanbao.RulebookId ? MallSanbao.Shipped : null;

    /// <summary>The file's bytes, as the digest is of them.</summary>
    public static ReadOnlyMemory<byte> Text(string id)
    {
        using Stream stream = typeof(Rulebook).Assembly.GetManifestResourceStream($"{id}.clauses.yaml")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
