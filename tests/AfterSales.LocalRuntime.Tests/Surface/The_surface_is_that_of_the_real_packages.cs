using Microsoft.Azure.Functions.Worker.Builder;

namespace AfterSales.LocalRuntime.Tests.Surface;

public sealed class The_surface_is_that_of_the_real_packages
{
    private static readonly IReadOnlyList<ListedType> Declared =
    [
        .. typeof(FunctionsApplication).Assembly.GetTypes()
            .Where(t => t.IsVisible && t.Namespace is { } n && (IsUnder(n, "Microsoft") || IsUnder(n, "Azure")))
            .Select(Signatures.Of),
    ];

    [Fact]
    public void Every_public_member_is_listed_with_the_same_signature()
    {
        var listing = Listing.OfTheRealPackages();

        var deviations = Declared.SelectMany(listing.Deviations).ToList();

        Assert.True(deviations.Count == 0, string.Join(Environment.NewLine, deviations));
        Assert.True(Declared.Count > 60, $"only {Declared.Count} types were compared");
    }

    [Fact]
    public void A_signature_changed_by_hand_is_found_wherever_it_is()
    {
        var listing = Listing.OfTheRealPackages();
        foreach (var type in Declared)
        {
            Assert.NotEmpty(listing.Deviations(type with { Header = type.Header + " " }));
            Assert.NotEmpty(listing.Deviations(type with { Usage = "[System.AttributeUsageAttribute(System.AttributeTargets.Event)]" }));
            for (var i = 0; i < type.Members.Count; i++)
            {
                var changed = type.Members.ToList();
                changed[i] = changed[i].Insert(changed[i].Length - 1, "x");
                Assert.Contains(listing.Deviations(type with { Members = changed }), d => d.Contains(changed[i], StringComparison.Ordinal));
            }
        }
    }

    private static bool IsUnder(string name, string root) => name == root || name.StartsWith($"{root}.", StringComparison.Ordinal);
}
