using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using NodaTime;

namespace AfterSales.Functions.Outbound;

/// <summary>Whose endpoint it is: a marketplace or a supplier by its id, or one of several of a role of the staff by a name.</summary>
public sealed record EndpointKey(Party Party, string Id)
{
    private const int LongestName = 64;

    /// <summary>Under which letters to customers are delivered; they have no endpoint of their own.</summary>
    public static EndpointKey Customers { get; } = new(Party.Customer, "letters");

    /// <summary>As part of other ids and keys.</summary>
    public string Slug => $"{WireName.Of(Party)}.{Id}";

    /// <summary>Null when there can be no such endpoint. Customers have none: they are written to.</summary>
    public static EndpointKey? Parse(string party, string id) =>
        WireName.TryParse<Party>(party, out var known) && known is not (Party.Customer or Party.Clock) && IsName(known, id)
            ? new EndpointKey(known, id)
            : null;

    private static bool IsName(Party party, string id) => party == Party.Supplier
        ? SupplierId.TryParse(id, out _)
        : id.Length is > 0 and <= LongestName && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}

/// <summary>A signing secret; live until <paramref name="Until"/> (business time, null = without end).</summary>
public sealed record EndpointSecret(byte[] Key, DateTimeOffset Since, DateTimeOffset? Until)
{
    public bool IsLive(DateTimeOffset now) => Until is null || now <= Until;
}

/// <summary>Where a party is told what concerns it.</summary>
/// <param name="Url">Where webhooks are posted; null = none are.</param>
/// <param name="Email">Where notices are sent by e-mail; null = none are.</param>
/// <param name="Zone">In which its quiet hours are; null = the zone of the case.</param>
/// <param name="Secrets">The newest first; every live one signs.</param>
/// <param name="Changed">When it was last put; what was found wrong with it before is out of date.</param>
/// <param name="DisabledAt">Since when nothing is sent to it.</param>
public sealed record Endpoint(
    EndpointKey Key, Uri? Url, string? Email, DateTimeZone? Zone, IReadOnlyList<EndpointSecret> Secrets, DateTimeOffset Changed,
    DateTimeOffset? DisabledAt);
