using System.Collections.Immutable;
using AfterSales.Domain.Calendars;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Tests.Calendars;

public class OpeningHoursTests
{
    private static readonly WorkingDays China = CalendarSet.Shipped.Find("china")!.Days;

    /// <summary>A shop with a lunch break that opens later on Saturdays, whatever the calendar says.</summary>
    private static readonly OpeningHours Shop = Hours(
        Zones.Shanghai, (OpenDays.WorkingDay, "09:00-12:00 13:30-18:00"), (OpenDays.Saturday, "10:00-16:00"));

    [Theory]
    [InlineData("2024-05-06T09:00:00", true, "the first moment")]
    [InlineData("2024-05-06T12:00:00", true, "the last moment before lunch")]
    [InlineData("2024-05-06T12:00:01", false, "lunch")]
    [InlineData("2024-05-06T13:29:59", false, "lunch, still")]
    [InlineData("2024-05-06T18:00:01", false, "a second after closing")]
    [InlineData("2024-05-11T09:30:00", false, "a make-up working Saturday: Saturdays have hours of their own")]
    [InlineData("2024-05-11T15:00:00", true, "Saturday afternoon")]
    [InlineData("2024-09-29T09:30:00", true, "a make-up working Sunday")]
    [InlineData("2024-05-05T10:00:00", false, "a Sunday")]
    [InlineData("2024-10-01T10:00:00", false, "National Day")]
    public void It_is_open_in_the_windows_of_the_day(string at, bool open, string why)
    {
        Assert.True(open == Shop.IsOpen(Moment(at), China, out bool leans), why);
        Assert.False(leans);
    }

    [Theory]
    [InlineData("2024-05-06T10:00:00", 60, "2024-05-06T11:00:00", "within a window")]
    [InlineData("2024-05-06T10:00:00", 240, "2024-05-06T15:30:00", "over lunch")]
    [InlineData("2024-05-06T10:00:00", 390, "2024-05-06T18:00:00", "until the very end of the day")]
    [InlineData("2024-05-06T12:30:00", 30, "2024-05-06T14:00:00", "begun at lunch")]
    [InlineData("2024-05-06T17:30:00", 60, "2024-05-07T09:30:00", "overnight")]
    [InlineData("2024-05-10T17:00:00", 120, "2024-05-11T11:00:00", "into Saturday")]
    [InlineData("2024-09-30T17:00:00", 420, "2024-10-05T16:00:00", "the first hours of the holiday are those of its Saturday")]
    [InlineData("2024-05-06T03:00:00", 0, "2024-05-06T03:00:00", "nothing is counted")]
    public void Open_hours_are_counted_without_what_lies_between(string start, int minutes, string due, string why)
    {
        Assert.True(Moment(due) == Shop.After(Moment(start), Duration.FromMinutes(minutes), China, out bool leans), why);
        Assert.False(leans);
    }

    [Fact]
    public void Counting_over_days_that_are_not_announced_says_so_only_where_it_matters()
    {
        Shop.After(Moment("2026-12-31T17:30:00"), Duration.FromHours(1), China, out bool leans);
        Assert.True(leans);
        Shop.IsOpen(Moment("2027-01-02T11:00:00"), China, out leans);
        Assert.False(leans);
    }

    [Theory]
    [InlineData("2026-03-28T23:00:00", 3, "2026-03-29T03:00:00", "the clock is put forward: two o'clock does not come")]
    [InlineData("2026-10-24T23:00:00", 3, "2026-10-25T02:00:00", "set back, the third hour ends as the first two o'clock comes again")]
    [InlineData("2026-10-24T23:00:00", 5, "2026-10-25T03:00:00", "an hour comes twice and counts twice")]
    public void A_night_of_the_change_of_clocks_has_the_hours_that_it_has(string start, int hours, string due, string why)
    {
        OpeningHours always = Hours(DateTimeZoneProviders.Tzdb["Europe/Berlin"], (OpenDays.EveryDay, "00:00-24:00"));
        Assert.True(Moment(due) == always.After(Moment(start), Duration.FromHours(hours), China, out _), why);
    }

    [Fact]
    public void The_narrowest_entry_speaks_of_a_day_and_no_entry_means_closed()
    {
        OpeningHours desk = Hours(
            Zones.Shanghai, (OpenDays.EveryDay, "08:00-20:00"), (OpenDays.DayOff, "10:00-12:00"), (OpenDays.Sunday, ""));
        Assert.True(desk.IsOpen(Moment("2024-05-06T19:00:00"), China, out _));
        Assert.False(desk.IsOpen(Moment("2024-10-01T19:00:00"), China, out _));
        Assert.True(desk.IsOpen(Moment("2024-10-01T11:00:00"), China, out _));
        Assert.False(desk.IsOpen(Moment("2024-09-29T11:00:00"), China, out _));
        Assert.False(desk.IsSameEveryDay);
        Assert.False(Hours(Zones.Shanghai, (OpenDays.Monday, "09:00-17:00")).IsOpen(Moment("2024-05-07T10:00:00"), China, out _));
    }

    [Fact]
    public void Hours_that_are_the_same_every_day_are_told_by_the_time_of_day_alone()
    {
        OpeningHours desk = Hours(Zones.Shanghai, (OpenDays.WorkingDay, "09:00-23:30"), (OpenDays.DayOff, "09:00-23:30"));
        Assert.True(desk.IsSameEveryDay);
        Assert.True(desk.IsOpen(new LocalTime(23, 30)));
        Assert.False(desk.IsOpen(new LocalTime(23, 30, 1)));
        Assert.True(Hours(Zones.Shanghai, (OpenDays.EveryDay, "00:00-24:00")).IsOpen(new LocalTime(23, 59, 59).PlusNanoseconds(999_999_999)));
    }

    [Fact]
    public void Hours_that_never_come_are_none() => Assert.Null(
        Hours(Zones.Shanghai, (OpenDays.Monday, "")).After(Moment("2024-05-06T10:00:00"), Duration.FromHours(1), China, out _));

    [Theory]
    [InlineData("09:00")]
    [InlineData("9:00-12:00")]
    [InlineData("12:00-09:00")]
    [InlineData("09:00-09:00")]
    [InlineData("09:00-24:01")]
    [InlineData("09:00-25:00")]
    [InlineData("09:60-12:00")]
    [InlineData("09:00-12:00-13:00")]
    public void What_is_no_window_is_refused(string text) => Assert.False(OpenWindow.TryParse(text, out _));

    [Fact]
    public void A_window_is_written_as_it_is_read()
    {
        Assert.True(OpenWindow.TryParse("08:05-24:00", out OpenWindow window));
        Assert.Equal("08:05-24:00", window.ToString());
    }

    private static OpeningHours Hours(DateTimeZone zone, params (OpenDays Days, string Open)[] entries) => new(
        entries.ToDictionary(
            entry => entry.Days,
            entry => entry.Open.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(text => OpenWindow.TryParse(text, out OpenWindow window) ? window : throw new FormatException(text))
                .ToImmutableArray()),
        zone);

    private static LocalDateTime Moment(string text) => LocalDateTimePattern.ExtendedIso.Parse(text).Value;
}
