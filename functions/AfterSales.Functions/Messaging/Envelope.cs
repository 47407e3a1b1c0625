using System.Text.Json;

namespace AfterSales.Functions.Messaging;

/// <summary>A domain event on the bus. Carries ids and amounts only, nothing personal.</summary>
/// <param name="Id">Unique per event (<c>{caseId}-{seq}</c>); the MessageId, and the key by which handlers make effects happen once.</param>
/// <param name="Type">The event's name in kebab case, also the application property <c>type</c> that subscriptions filter by.</param>
/// <param name="Version">Version of <paramref name="Data"/>'s shape; a published shape never changes.</param>
/// <param name="At">When it happened, in business time.</param>
/// <param name="Data">The event's own JSON.</param>
public sealed record Envelope(
    string Id, string Type, int Version, string CaseId, string? SupplierId, string? Marketplace, DateTimeOffset At, JsonElement Data);
