using NodaTime;

namespace AfterSales.Domain.Calendars;

/// <summary>Time zones by their tz database id, such as Asia/Shanghai.</summary>
public static class Zones
{
    public static DateTimeZone Shanghai { get; } = Find("Asia/Shanghai")!;

    /// <summary>Null when the tz database knows no such zone.</summary>
    public static DateTimeZone? Find(string id) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(id);
}
