using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Notices;

/// <summary>Instants as people read them, in a zone.</summary>
public static class LocalTimes
{
    private static readonly LocalDateTimePattern ChineseMinutes = LocalDateTimePattern.CreateWithInvariantCulture("uuuu'年'M'月'd'日' HH:mm");
    private static readonly LocalDateTimePattern EnglishMinutes = LocalDateTimePattern.CreateWithInvariantCulture("HH:mm 'on' d MMMM uuuu");
    private static readonly LocalDatePattern ChineseDay = LocalDatePattern.CreateWithInvariantCulture("uuuu'年'M'月'd'日'");
    private static readonly LocalDatePattern EnglishDay = LocalDatePattern.CreateWithInvariantCulture("d MMMM uuuu");

    /// <summary>To the minute. A last instant within a minute is still that minute's: 23:59:59 is 23:59.</summary>
    public static Template Minute(Instant at, DateTimeZone zone)
    {
        var local = at.InZone(zone).LocalDateTime;
        return new Template(ChineseMinutes.Format(local), EnglishMinutes.Format(local));
    }

    public static Template Day(Instant at, DateTimeZone zone)
    {
        var day = at.InZone(zone).Date;
        return new Template(ChineseDay.Format(day), EnglishDay.Format(day));
    }
}
