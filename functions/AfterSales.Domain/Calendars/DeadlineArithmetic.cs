using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Calendars;

/// <summary>
/// How a deadline was reckoned, to be shown beside it. <see cref="Due"/> is the last on-time instant; the deadline elapses at
/// the first instant after it.
/// </summary>
/// <param name="Anchor">Where the clock starts.</param>
/// <param name="Length">Such as <c>10 min</c>, <c>4 h</c>, <c>7 d</c>.</param>
/// <param name="Rule">The clause that sets the clock; <c>P</c> when it is a proposed reading.</param>
/// <param name="English">The whole sum in words.</param>
/// <param name="Chinese">The same in Chinese.</param>
public sealed record DeadlineArithmetic(Instant Anchor, string Length, string Rule, Instant Due, string English, string Chinese)
{
    private static readonly LocalDateTimePattern Shown = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss");

    /// <summary>A clock of minutes or hours: wall-clock time without pauses; exactly at the limit is on time (X-04).</summary>
    /// <param name="anchorEn">What starts it, such as "registered".</param>
    public static DeadlineArithmetic After(Instant anchor, string anchorEn, string anchorZh, Duration length, string rule, DateTimeZone zone)
    {
        Instant due = anchor + length;
        bool hours = length.TotalMinutes >= 60 && length.TotalMinutes % 60 == 0;
        string amount = hours ? $"{length.TotalHours:0}" : $"{length.TotalMinutes:0}";
        return new DeadlineArithmetic(
            anchor,
            $"{amount} {(hours ? "h" : "min")}",
            rule,
            due,
            $"{anchorEn} {Local(anchor, zone)} + {amount} {(hours ? "hours" : "minutes")} = {Local(due, zone)} ({rule}, X-04)",
            $"{anchorZh} {Local(anchor, zone)} + {amount}{(hours ? "小时" : "分钟")} = {Local(due, zone)}({rule},X-04)");
    }

    /// <summary>A clock of days: 23:59:59 of the Nth day, the start day not counted (X-02).</summary>
    public static DeadlineArithmetic EndOfDay(Instant anchor, string anchorEn, string anchorZh, int days, string rule, DateTimeZone zone)
    {
        LocalDate start = anchor.InZone(zone).Date;
        Instant due = DayCount.EndOfDay(start, days).InZoneLeniently(zone).ToInstant();
        return new DeadlineArithmetic(
            anchor,
            $"{days} d",
            rule,
            due,
            $"{anchorEn} {LocalDatePattern.Iso.Format(start)} (day 0) + {days} days, end of day = {Local(due, zone)} ({rule}, X-02)",
            $"{anchorZh} {LocalDatePattern.Iso.Format(start)}(第0日)+ {days}日,当日终了 = {Local(due, zone)}({rule},X-02)");
    }

    private static string Local(Instant at, DateTimeZone zone) => Shown.Format(at.InZone(zone).LocalDateTime);
}
