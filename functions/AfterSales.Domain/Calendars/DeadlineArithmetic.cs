using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Calendars;

/// <summary>What a clock runs from, in words and time.</summary>
public sealed record ClockAnchor(Instant At, string En, string Zh);

/// <summary>
/// How a deadline was reckoned, to be shown beside it. <see cref="Due"/> is the last on-time instant; the deadline elapses at
/// the first instant after it. It is kept as reckoned: no later change of a policy or a calendar rewrites it.
/// </summary>
/// <param name="Anchor">Where the clock starts.</param>
/// <param name="Length">Such as <c>10 min</c>, <c>4 h</c>, <c>7 d</c>, <c>2 wd</c>.</param>
/// <param name="Rule">The clause that sets the clock; <c>P</c> when it is a proposed reading.</param>
/// <param name="English">The whole sum in words.</param>
/// <param name="Chinese">The same in Chinese.</param>
public sealed record DeadlineArithmetic(Instant Anchor, string Length, string Rule, Instant Due, string English, string Chinese)
{
    private static readonly LocalDateTimePattern Shown = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss");

    /// <summary>The calendar that working days were counted on, with the version of its source; null for other clocks.</summary>
    public string? Calendar { get; init; }

    /// <summary>The weekends and holidays crossed, of working days; null for other clocks.</summary>
    public IReadOnlyList<LocalDate>? DaysOff { get; init; }

    /// <summary>Null when it never stood still.</summary>
    public IReadOnlyList<ClockPause>? Pauses { get; init; }

    /// <summary>Of a clock that may stand still: what it runs from, so that a pause can be reckoned in.</summary>
    public ClockAnchor? From { get; init; }

    /// <summary>The same clock, which may stand still.</summary>
    public DeadlineArithmetic Pausable(ClockAnchor anchor) => this with { From = anchor };

    /// <summary>The same clock with one pause more.</summary>
    /// <exception cref="InvalidOperationException">It does not stand still.</exception>
    public DeadlineArithmetic With(ClockPause pause, DateTimeZone zone, WorkCalendar? calendar)
    {
        ClockAnchor anchor = From ?? throw new InvalidOperationException("This clock does not stand still.");
        return Of(anchor, ClockLength.Parse(Length), Rule, zone, calendar, [.. Pauses ?? [], pause]).Pausable(anchor);
    }

    /// <summary>A clock of this length.</summary>
    /// <param name="pauses">During which it stood still, in order.</param>
    public static DeadlineArithmetic Of(
        ClockAnchor anchor, ClockLength length, string rule, DateTimeZone zone, WorkCalendar? calendar, params ImmutableArray<ClockPause> pauses)
    {
        Instant due = length.Due(
            anchor.At, pauses, zone, calendar?.Days ?? WorkingDays.Weekdays, out ImmutableArray<LocalDate> daysOff, out bool unannounced);
        (string en, string zh) = Sum(anchor, length, zone);
        foreach (ClockPause pause in pauses)
        {
            en += $" + paused {Local(pause.From, zone)} to {Local(pause.To, zone)} ({pause.Reason})";
            zh += $" + 暂停 {Local(pause.From, zone)} 至 {Local(pause.To, zone)}({pause.Reason})";
        }

        bool timed = length is ClockLength.Elapsed;
        string reading = length switch { ClockLength.Elapsed => "X-04", ClockLength.WorkingDays => "X-05", ClockLength.Months => "X-03", _ => "X-02" };
        return new DeadlineArithmetic(
            anchor.At,
            length.ToString(),
            rule,
            due,
            $"{en}{(timed ? "" : ", end of day")} = {Local(due, zone)} ({rule}, {reading}){(unannounced ? "; a year's holidays are not announced yet" : "")}",
            $"{zh}{(timed ? "" : ",当日终了")} = {Local(due, zone)}({rule},{reading}){(unannounced ? ";所涉年份的节假日尚未公布" : "")}")
        {
            Calendar = length is ClockLength.WorkingDays && calendar is not null ? $"{calendar.Id} {calendar.Source.Version}" : null,
            DaysOff = length is ClockLength.WorkingDays ? daysOff : null,
            Pauses = pauses.IsEmpty ? null : pauses,
        };
    }

    /// <summary>A limit that is given as an instant, such as the end of a shift.</summary>
    public static DeadlineArithmetic Given(ClockAnchor anchor, Instant due, string rule, DateTimeZone zone)
    {
        var time = new ClockLength.Elapsed(due - anchor.At);
        (string en, string zh) = Sum(anchor, time, zone);
        return new DeadlineArithmetic(
            anchor.At, time.ToString(), rule, due, $"{en} = {Local(due, zone)} ({rule}, X-04)", $"{zh} = {Local(due, zone)}({rule},X-04)");
    }

    private static (string En, string Zh) Sum(ClockAnchor anchor, ClockLength length, DateTimeZone zone)
    {
        Wordings words = length.InWords();
        if (length is ClockLength.Elapsed)
            return ($"{anchor.En} {Local(anchor.At, zone)} + {words.En}", $"{anchor.Zh} {Local(anchor.At, zone)} + {words.Zh}");
        string day = LocalDatePattern.Iso.Format(anchor.At.InZone(zone).Date);
        return ($"{anchor.En} {day} (day 0) + {words.En}", $"{anchor.Zh} {day}(第0日)+ {words.Zh}");
    }

    private static string Local(Instant at, DateTimeZone zone) => Shown.Format(at.InZone(zone).LocalDateTime);
}
