using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Rulebooks;
using NodaTime;

namespace AfterSales.Functions.Suppliers;

/// <summary>The rules by which suppliers are judged now: the mall's rulebook in force, and the house's own.</summary>
public sealed class RulesInForce(RulebookRegistry rulebooks, TimeProvider clock)
{
    public static HouseRules House => HouseRules.Shipped;

    public Instant Now => Instant.FromDateTimeOffset(clock.GetUtcNow());

    /// <exception cref="InvalidOperationException">No version of the mall's rulebook is in force.</exception>
    public async ValueTask<MallRules> MallAsync(CancellationToken cancellationToken) =>
        await rulebooks.InForceAsync(MallRules.RulebookId, Now, cancellationToken) is { } rulebook
            ? new MallRules(rulebook)
            : throw new InvalidOperationException($"No version of {MallRules.RulebookId} is in force.");

    /// <summary>Today in the mall's zone.</summary>
    public LocalDate Today(MallRules mall) => Now.InZone(mall.Zone).Date;
}
