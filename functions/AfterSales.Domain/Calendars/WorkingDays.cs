using System.Collections.Frozen;
using NodaTime;

namespace AfterSales.Domain.Calendars;

/// <summary>
/// Working days of a calendar: Monday to Friday, minus statutory holidays, plus make-up working days. What is known of
/// holidays ends with the last announced year; a result that depends on a day of another year says so.
/// </summary>
public sealed class WorkingDays
{
    /// <summary>The most working days that can be counted off at once: forty years.</summary>
    public const int MaxCount = 10_000;

    private readonly FrozenSet<LocalDate> _holidays;
    private readonly FrozenSet<LocalDate> _makeup;
    private readonly FrozenSet<int>? _announced;

    private WorkingDays(FrozenSet<LocalDate> holidays, FrozenSet<LocalDate> makeup, FrozenSet<int>? announced) =>
        (_holidays, _makeup, _announced) = (holidays, makeup, announced);

    /// <summary>Monday to Friday, without any holiday; every year leans on nothing announced.</summary>
    public static WorkingDays Weekdays { get; } = new([], [], []);

    /// <param name="announced">The years whose holidays are known.</param>
    public static WorkingDays Of(IEnumerable<LocalDate> holidays, IEnumerable<LocalDate> makeup, IEnumerable<int> announced) =>
        new(holidays.ToFrozenSet(), makeup.ToFrozenSet(), announced.ToFrozenSet());

    /// <summary>Whether the holidays of this year are known.</summary>
    public bool IsAnnounced(int year) => _announced is null || _announced.Contains(year);

    /// <summary>A day that is both a holiday and a make-up day is worked.</summary>
    public bool IsWorkingDay(LocalDate day) => _makeup.Contains(day)
        || (day.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) && !_holidays.Contains(day));

    /// <summary>The nth working day after a day, which is itself never counted; the day itself for 0.</summary>
    /// <param name="n">From 0 to <see cref="MaxCount"/>.</param>
    /// <param name="leansOnUnannounced">Whether a day was counted or passed over in a year whose holidays are not announced.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is out of range.</exception>
    public LocalDate NthAfter(LocalDate day, int n, out bool leansOnUnannounced)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, MaxCount);
        leansOnUnannounced = false;
        while (n > 0)
        {
            day = day.PlusDays(1);
            leansOnUnannounced |= !IsAnnounced(day.Year);
            n -= IsWorkingDay(day) ? 1 : 0;
        }

        return day;
    }

    /// <summary>
    /// The same calendar with lists that a question tells: a list given takes the place of the calendar's own, null keeps it.
    /// With holidays given, no year leans on what is not announced.
    /// </summary>
    public WorkingDays With(IEnumerable<LocalDate>? holidays, IEnumerable<LocalDate>? makeup) => new(
        holidays?.ToFrozenSet() ?? _holidays,
        makeup?.ToFrozenSet() ?? _makeup,
        holidays is null ? _announced : null);
}
