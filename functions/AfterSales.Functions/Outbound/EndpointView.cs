using AfterSales.Domain.Cases;

namespace AfterSales.Functions.Outbound;

/// <summary>An endpoint as shown.</summary>
/// <param name="State"><c>enabled</c>, or <c>disabled</c> since it answered 410; putting it again enables it.</param>
/// <param name="LiveSecrets">When each secret that signs now was made and until when it does, the newest first.</param>
/// <param name="Secret">The new secret; shown this once.</param>
public sealed record EndpointView(
    string Party, string Id, Uri? Url, string? Email, string? Zone, string State, DateTimeOffset? DisabledAt, IReadOnlyList<SecretView> LiveSecrets,
    string? Secret = null)
{
    public static EndpointView Of(Endpoint endpoint, DateTimeOffset now, string? secret = null) => new(
        WireName.Of(endpoint.Key.Party),
        endpoint.Key.Id,
        endpoint.Url,
        endpoint.Email,
        endpoint.Zone?.Id,
        endpoint.DisabledAt is null ? "enabled" : "disabled",
        endpoint.DisabledAt,
        [.. endpoint.Secrets.Where(s => s.IsLive(now)).Select(s => new SecretView(s.Since, s.Until))],
        secret);
}

public sealed record SecretView(DateTimeOffset Since, DateTimeOffset? Until);
