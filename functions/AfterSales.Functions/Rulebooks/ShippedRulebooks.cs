using AfterSales.Domain.Rulebooks;

namespace AfterSales.Functions.Rulebooks;

/// <summary>The rulebooks that come with the app.</summary>
internal static class ShippedRulebooks
{
    public static IReadOnlyList<Rulebook> All { get; } = [MallSanbao.Shipped];

    public static Rulebook? Find(string? id) => All.FirstOrDefault(rulebook => rulebook.Version.Id == id);
}
