using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NodaTime;

namespace AfterSales.Domain.Calendars;

/// <summary>Which days some hours are for.</summary>
public enum OpenDays
{
    EveryDay,
    WorkingDay,
    DayOff,
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// <summary>A stretch of a day in which somebody is there, its first and its last moment included.</summary>
/// <param name="From">Seconds since midnight.</param>
/// <param name="Until">Seconds since midnight, after <paramref name="From"/>; 86400 is the end of the day.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct OpenWindow(int From, int Until)
{
    private const int SecondsOfDay = 86_400;

    /// <summary>Reads <c>09:00-12:00</c>; the end of the day is <c>24:00</c>.</summary>
    public static bool TryParse(string text, out OpenWindow window)
    {
        window = default;
        if (text.Split('-') is not [var from, var until] || Seconds(from) is not { } start || Seconds(until) is not { } end) return false;
        window = new OpenWindow(start, end);
        return start < end;
    }

    public bool Contains(LocalTime time) =>
        time.NanosecondOfDay >= From * NodaConstants.NanosecondsPerSecond && time.NanosecondOfDay <= Until * NodaConstants.NanosecondsPerSecond;

    public LocalDateTime FromOn(LocalDate day) => day.AtMidnight().PlusSeconds(From);

    public LocalDateTime UntilOn(LocalDate day) => day.AtMidnight().PlusSeconds(Until);

    public override string ToString() => $"{From / 3600:00}:{From / 60 % 60:00}-{Until / 3600:00}:{Until / 60 % 60:00}";

    private static int? Seconds(string text) =>
        text is [>= '0' and <= '2', >= '0' and <= '9', ':', >= '0' and <= '5', >= '0' and <= '9']
        && ((((text[0] - '0') * 10) + text[1] - '0') * 3600) + ((((text[3] - '0') * 10) + text[4] - '0') * 60) is <= SecondsOfDay and var seconds
            ? seconds
            : null;
}

/// <summary>
/// When somebody is there: several windows a day. The narrowest entry that speaks of a day counts: a weekday by its name, then a
/// working day or a day off by the calendar, then every day. A day of which none speaks is closed.
/// </summary>
/// <param name="windows">By days; those of one entry in order, not overlapping.</param>
/// <param name="zone">Where the clock on the wall hangs: a night in which it is put forward is an hour shorter.</param>
public sealed class OpeningHours(IReadOnlyDictionary<OpenDays, ImmutableArray<OpenWindow>> windows, DateTimeZone zone)
{
    /// <summary>How far ahead is looked for an open hour: ten years.</summary>
    public const int MostDays = 3_660;

    private static readonly IsoDayOfWeek[] Weekdays = [.. Enumerable.Range(1, 7).Select(day => (IsoDayOfWeek)day)];

    /// <summary>Whether a time of day alone says if it is open.</summary>
    public bool IsSameEveryDay { get; } = Weekdays.SelectMany(day => new[] { Of(windows, day, true), Of(windows, day, false) })
        .All(day => day.SequenceEqual(Of(windows, IsoDayOfWeek.Monday, true)));

    /// <summary>Of hours that are the same every day.</summary>
    public bool IsOpen(LocalTime time) => Contain(Of(windows, IsoDayOfWeek.Monday, true), time);

    /// <param name="leansOnUnannounced">Whether it matters if the day is a working day, in a year whose holidays are not announced.</param>
    public bool IsOpen(LocalDateTime at, WorkingDays days, out bool leansOnUnannounced) =>
        Contain(On(at.Date, days, out leansOnUnannounced), at.TimeOfDay);

    /// <summary>The moment when it will have been open for so long since the start; the start itself for nothing.</summary>
    /// <param name="start">Local; of an hour that comes twice the first is meant, of one that is skipped the moment after.</param>
    /// <param name="leansOnUnannounced">As of <see cref="IsOpen(LocalDateTime, WorkingDays, out bool)"/>, for any day passed.</param>
    /// <returns>Null when it is not open for so long within <see cref="MostDays"/>.</returns>
    public LocalDateTime? After(LocalDateTime start, Duration open, WorkingDays days, out bool leansOnUnannounced)
    {
        leansOnUnannounced = false;
        if (open <= Duration.Zero) return start;
        Instant began = start.InZoneLeniently(zone).ToInstant();
        for (int passed = 0; passed < MostDays; passed++)
        {
            LocalDate day = start.Date.PlusDays(passed);
            ImmutableArray<OpenWindow> windowsOfDay = On(day, days, out bool leans);
            leansOnUnannounced |= leans;
            foreach (OpenWindow window in windowsOfDay)
            {
                Instant from = Instant.Max(window.FromOn(day).InZoneLeniently(zone).ToInstant(), began);
                Duration there = window.UntilOn(day).InZoneLeniently(zone).ToInstant() - from;
                if (there <= Duration.Zero) continue;
                if (open <= there) return (from + open).InZone(zone).LocalDateTime;
                open -= there;
            }
        }

        return null;
    }

    private ImmutableArray<OpenWindow> On(LocalDate day, WorkingDays days, out bool leansOnUnannounced)
    {
        bool isWorking = days.IsWorkingDay(day);
        ImmutableArray<OpenWindow> on = Of(windows, day.DayOfWeek, isWorking);
        leansOnUnannounced = !days.IsAnnounced(day.Year) && !on.SequenceEqual(Of(windows, day.DayOfWeek, !isWorking));
        return on;
    }

    private static ImmutableArray<OpenWindow> Of(
        IReadOnlyDictionary<OpenDays, ImmutableArray<OpenWindow>> windows, IsoDayOfWeek weekday, bool isWorking) =>
        windows.TryGetValue(OpenDays.DayOff + (int)weekday, out ImmutableArray<OpenWindow> named) ? named
        : windows.TryGetValue(isWorking ? OpenDays.WorkingDay : OpenDays.DayOff, out named) ? named
        : windows.TryGetValue(OpenDays.EveryDay, out named) ? named
        : [];

    private static bool Contain(ImmutableArray<OpenWindow> windows, LocalTime time) => windows.Any(window => window.Contains(time));
}
