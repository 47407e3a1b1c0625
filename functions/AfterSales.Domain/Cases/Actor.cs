using System.Text.Json.Serialization;

namespace AfterSales.Domain.Cases;

/// <summary>Who can be the owner of a step or do something to a case. The names are the role codes of the access tokens.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Party>))]
public enum Party
{
    [JsonStringEnumMemberName("customer")] Customer,
    [JsonStringEnumMemberName("supplier")] Supplier,
    [JsonStringEnumMemberName("marketplace")] Marketplace,
    [JsonStringEnumMemberName("agent")] Agent,
    [JsonStringEnumMemberName("floor-manager")] FloorManager,
    [JsonStringEnumMemberName("inspection")] Inspection,
    [JsonStringEnumMemberName("manager")] Manager,
    [JsonStringEnumMemberName("finance")] Finance,

    /// <summary>The system itself: what happens because nobody acted, or because a file arrived.</summary>
    [JsonStringEnumMemberName("clock")] Clock,
}

/// <summary>
/// Who did it. <paramref name="Id"/> is the supplier's or the marketplace's id, or the subject of a staff member's token;
/// never a name (events carry no personal data).
/// </summary>
public sealed record Actor(Party Party, string? Id = null)
{
    public static Actor Clock { get; } = new(Party.Clock);
}
