using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;

namespace AfterSales.Domain.Calendars;

/// <summary>
/// How long somebody has. Minutes and hours are wall-clock time, exactly at the limit is on time (X-04). Days, working days and
/// months end at 23:59:59 of their last day, the start day not counted (X-02, X-03, X-05).
/// </summary>
public abstract partial record ClockLength
{
    private ClockLength()
    {
    }

    public sealed record Elapsed(Duration Time) : ClockLength;

    public sealed record Days(int Count) : ClockLength;

    public sealed record WorkingDays(int Count) : ClockLength;

    public sealed record Months(int Count) : ClockLength;

    /// <summary>
    /// Such as <c>10 minutes</c>, <c>48 hours</c>, <c>7 days</c>, <c>2 working days</c>, <c>1 months</c>, or as <see cref="ToString"/>
    /// writes it.
    /// </summary>
    public static bool TryParse(string text, out ClockLength length)
    {
        length = new Days(0);
        if (Written().Match(text) is not { Success: true } match) return false;
        int count = int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture);
        length = match.Groups["unit"].Value.TrimEnd('s') switch
        {
            "minute" or "min" => new Elapsed(Duration.FromMinutes(count)),
            "hour" or "h" => new Elapsed(Duration.FromHours(count)),
            "day" or "d" => new Days(count),
            "working day" or "wd" => new WorkingDays(count),
            _ => new Months(count),
        };
        return count > 0;
    }

    /// <exception cref="FormatException">Not a length.</exception>
    public static ClockLength Parse(string text) =>
        TryParse(text, out ClockLength length) ? length : throw new FormatException($"'{text}' is no length such as '48 hours'.");

    /// <summary>As it is shown: <c>10 min</c>, <c>4 h</c>, <c>7 d</c>, <c>2 wd</c>, <c>1 mo</c>.</summary>
    public sealed override string ToString() => this switch
    {
        Elapsed { Time: var time } => IsWholeHours(time) ? $"{time.TotalHours:0} h" : $"{time.TotalMinutes:0} min",
        Days { Count: var count } => $"{count} d",
        WorkingDays { Count: var count } => $"{count} wd",
        Months { Count: var count } => $"{count} mo",
        _ => throw new InvalidOperationException($"Unknown length {GetType().Name}."),
    };

    internal Wordings InWords() => this switch
    {
        Elapsed { Time: var time } when IsWholeHours(time) => new($"{time.TotalHours:0} hours", $"{time.TotalHours:0}小时"),
        Elapsed { Time: var time } => new($"{time.TotalMinutes:0} minutes", $"{time.TotalMinutes:0}分钟"),
        Days { Count: var count } => new($"{count} days", $"{count}日"),
        WorkingDays { Count: var count } => new($"{count} working days", $"{count}个工作日"),
        Months { Count: var count } => new($"{count} months", $"{count}个月"),
        _ => throw new InvalidOperationException($"Unknown length {GetType().Name}."),
    };

    /// <summary>The last on-time instant of a clock that stands still during <paramref name="pauses"/>.</summary>
    /// <param name="pauses">In order, not overlapping, each begun before the clock ran out.</param>
    /// <param name="daysOff">The days that are not counted, of working days.</param>
    /// <param name="leansOnUnannounced">A year whose holidays are not announced was counted through.</param>
    internal Instant Due(
        Instant anchor, IReadOnlyList<ClockPause> pauses, DateTimeZone zone, Calendars.WorkingDays calendar,
        out ImmutableArray<LocalDate> daysOff, out bool leansOnUnannounced)
    {
        (daysOff, leansOnUnannounced) = ([], false);
        if (this is Elapsed { Time: var time })
        {
            return pauses.Aggregate(anchor + time, (due, pause) => due + (pause.To - Instant.Max(pause.From, anchor)));
        }

        LocalDate day = anchor.InZone(zone).Date;
        LocalDate last = this is Months months ? DayCount.LastDayOfMonths(day, months.Count) : day;
        int left = this switch
        {
            Days days => days.Count,
            WorkingDays days => days.Count,
            _ => Period.DaysBetween(day, last),
        };
        var off = ImmutableArray.CreateBuilder<LocalDate>();
        while (left > 0)
        {
            day = day.PlusDays(1);
            if (this is WorkingDays)
            {
                leansOnUnannounced |= !calendar.IsAnnounced(day.Year);
                if (!calendar.IsWorkingDay(day))
                {
                    off.Add(day);
                    continue;
                }
            }

            // A day counts when the clock runs at its end.
            Instant end = EndOf(day, zone);
            if (!pauses.Any(pause => pause.From <= end && end < pause.To)) left--;
        }

        daysOff = off.ToImmutable();
        return EndOf(day, zone);
    }

    private static Instant EndOf(LocalDate day, DateTimeZone zone) => (day + DayCount.LastSecond).InZoneLeniently(zone).ToInstant();

    private static bool IsWholeHours(Duration time) => time.TotalMinutes >= 60 && time.TotalMinutes % 60 == 0;

    [GeneratedRegex(
        @"^(?<count>\d{1,6}) (?<unit>minutes?|min|hours?|h|days?|d|working days?|wd|months?|mo)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Written();
}

/// <summary>The same said in both languages.</summary>
internal readonly record struct Wordings(string En, string Zh);

/// <summary>A time during which a clock stood still.</summary>
/// <param name="Reason">Why, as a symbol: <c>waiting-for-customer</c>, <c>force-majeure</c>.</param>
public sealed record ClockPause(Instant From, Instant To, string Reason);
