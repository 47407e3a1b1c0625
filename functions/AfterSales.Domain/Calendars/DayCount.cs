using NodaTime;

namespace AfterSales.Domain.Calendars;

/// <summary>How days and months are counted when a clause does not say: readings .</summary>
public static class DayCount
{
    /// <summary>The last on-time second of a day.</summary>
    public static LocalTime LastSecond { get; } = new(23, 59, 59);

    /// <summary>Whether a day from outside can be reckoned with: from 1990 to 2199. What lies beyond is a slip or mischief, and adding a
    /// period to it could leave the calendar.</summary>
    public static bool IsPlausible(LocalDate day) => day.Year is >= 1990 and <= 2199;

    /// <summary>Calendar days from the start day, which is day 0 and not counted .</summary>
    public static int Days(LocalDate start, LocalDate day) => Period.DaysBetween(start, day);

    /// <summary>23:59:59 of the Nth day after the start day .</summary>
    public static LocalDateTime EndOfDay(LocalDate start, int days) => start.PlusDays(days) + LastSecond;

    /// <summary>
    /// The last day of a period of months, itself inside: the same day number, or the last day of a month that has none.
    /// 31 January and three months is 30 April.
    /// </summary>
    public static LocalDate LastDayOfMonths(LocalDate start, int months) => start.PlusMonths(months);
}
