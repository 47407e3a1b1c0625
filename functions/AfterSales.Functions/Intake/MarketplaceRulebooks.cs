using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Rulebooks;
using Microsoft.Extensions.Hosting;
using NodaTime.Extensions;

namespace AfterSales.Functions.Intake;

/// <summary>
/// Before the first request: every marketplace has a rulebook that decides, its list of versions is in memory, and the text that its
/// cases will be frozen to is kept, also when the app comes with another one later.
/// </summary>
public sealed class MarketplaceRulebooks(
    Marketplaces marketplaces, RulebookRegistry rulebooks, RulebookVersions versions, TimeProvider clock) : IHostedLifecycleService
{
    /// <exception cref="SettingsException">Some marketplaces name a rulebook that is not there; lists all of them.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().ToInstant();
        var faults = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var marketplace in marketplaces.All)
        {
            if (await rulebooks.InForceAsync(marketplace.RulebookId, now, cancellationToken) is { } rulebook)
            {
                await KeepAsync(rulebook, cancellationToken);
                if (rulebook.Source.Case is null)
                {
                    faults[$"Marketplaces ({marketplace.Id}): Rulebook"] =
                        $"is '{marketplace.RulebookId}', which does not say how cases go: its file needs a section 'case'";
                }
            }
            else
            {
                var known = string.Join(", ", await rulebooks.IdsAsync(cancellationToken));
                faults[$"Marketplaces ({marketplace.Id}): Rulebook"] = $"is '{marketplace.RulebookId}'; expected one of {known}";
            }
        }

        if (faults.Count > 0) throw new SettingsException(faults);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A stored version's text is kept already.
    private Task KeepAsync(Rulebook rulebook, CancellationToken cancellationToken) =>
        ShippedRulebooks.Find(rulebook.Version.Id) == rulebook
            ? versions.KeepTextAsync(ShippedRulebooks.Text(rulebook.Version.Id), cancellationToken)
            : Task.CompletedTask;
}
