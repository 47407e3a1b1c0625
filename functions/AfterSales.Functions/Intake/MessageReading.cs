using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Http;
using AfterSales.Functions.Rulebooks;
using AfterSales.Functions.Storage;
using NodaTime;
using NodaTime.Extensions;

namespace AfterSales.Functions.Intake;

/// <summary>A message, with the version of the rulebook by which its facts were read.</summary>
/// <param name="Case">The case that it is about, where that had to be read to know the version.</param>
public sealed record UnderstoodMessage(CanonicalMessage Message, Rulebook Rulebook, Case? Case)
{
    /// <summary>What the same delivery says beside it, about the same case.</summary>
    public IReadOnlyList<CanonicalMessage> Then { get; init; } = [];

    /// <summary>How new the statement is; null when its sender does not say.</summary>
    public SnapshotVersion? Version { get; init; }

    /// <summary>A platform's event, which is noted where it cannot be followed.</summary>
    public bool IsPlatforms { get; init; }
}

/// <summary>Reads a body by the right version of the marketplace's rulebook: a new case's by the one in force, others by the one that
/// their case is frozen to.</summary>
public sealed class MessageReading(CanonicalAdapter adapter, RulebookRegistry rulebooks, CaseStore cases, TimeProvider clock)
{
    /// <summary>The message, or every fault of the body.</summary>
    /// <exception cref="InvalidOperationException">No version of the rulebook is in force; a start or a withdrawal should have refused
    /// that.</exception>
    public async Task<(UnderstoodMessage? Message, IReadOnlyList<Fault> Faults)> ReadAsync(
        Marketplace marketplace, JsonElement body, CancellationToken cancellationToken)
    {
        var type = TextOf(body, "type");
        var @case = type == "case.updated" ? await CaseAsync(marketplace, body, cancellationToken) : null;
        var rulebook = @case is null
            ? await InForceAsync(marketplace, cancellationToken)
            : await rulebooks.OfAsync(@case.Decision.Rulebook, cancellationToken);

        // A platform tells when it sent, by the world's clock; business time may be another.
        var now = marketplace.Platform is null ? clock.GetUtcNow().ToInstant() : (Instant?)null;
        var (message, faults) = adapter.Read(body, rulebook, now);
        if (message is not null)
        {
            return (new UnderstoodMessage(message, rulebook, @case), faults);
        }

        // A request that is sent again is read as it was at first, whatever was published since.
        return type == "case.requested" && await CaseAsync(marketplace, body, cancellationToken) is { } known
            && known.Decision.Rulebook.Digest != rulebook.Version.Digest
                ? ReadAs(known, body, await rulebooks.OfAsync(known.Decision.Rulebook, cancellationToken), now)
                : (null, faults);
    }

    private (UnderstoodMessage? Message, IReadOnlyList<Fault> Faults) ReadAs(Case @case, JsonElement body, Rulebook rulebook, Instant? now)
    {
        var (message, faults) = adapter.Read(body, rulebook, now);
        return (message is null ? null : new UnderstoodMessage(message, rulebook, @case), faults);
    }

    private async Task<Rulebook> InForceAsync(Marketplace marketplace, CancellationToken cancellationToken) =>
        await rulebooks.InForceAsync(marketplace.RulebookId, clock.GetUtcNow().ToInstant(), cancellationToken)
        ?? throw new InvalidOperationException($"No version of {marketplace.RulebookId} is in force.");

    private async Task<Case?> CaseAsync(Marketplace marketplace, JsonElement body, CancellationToken cancellationToken) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("data", out var data) && TextOf(data, "externalId") is { } externalId
            ? await cases.LoadAsync(CaseId.For(marketplace.Id, externalId), cancellationToken)
            : null;

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
