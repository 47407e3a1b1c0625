using AfterSales.Domain.Calendars;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Tests.Calendars;

public sealed class DeadlineArithmeticTests
{
    private static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];

    [Fact]
    public void A_clock_of_minutes_shows_its_arithmetic()
    {
        var sum = Sum("2026-11-02 09:00:00", "10 minutes");

        Assert.Equal(Shanghai("2026-11-02 09:10:00"), sum.Due);
        Assert.Equal("10 min", sum.Length);
        Assert.Equal("registered 2026-11-02 09:00:00 + 10 minutes = 2026-11-02 09:10:00 (RULE-1, X-04)", sum.English);
        Assert.Equal("登记 2026-11-02 09:00:00 + 10分钟 = 2026-11-02 09:10:00(RULE-1,X-04)", sum.Chinese);
    }

    [Theory]
    [InlineData("2026-11-04 09:00:00", "7 days", "2026-11-11 23:59:59")]
    [InlineData("2028-02-28 22:00:00", "1 days", "2028-02-29 23:59:59")] // the leap day
    [InlineData("2027-02-28 22:00:00", "1 days", "2027-03-01 23:59:59")]
    [InlineData("2026-01-31 10:00:00", "1 months", "2026-02-28 23:59:59")] // the end of a shorter month
    [InlineData("2028-01-31 10:00:00", "1 months", "2028-02-29 23:59:59")]
    [InlineData("2026-03-31 10:00:00", "6 months", "2026-09-30 23:59:59")]
    [InlineData("2026-11-02 09:00:00", "48 hours", "2026-11-04 09:00:00")]
    public void Days_and_months_end_with_the_local_day(string anchor, string length, string due) =>
        Assert.Equal(Shanghai(due), Sum(anchor, length).Due);

    [Fact]
    public void Working_days_pass_over_the_Spring_Festival_and_count_its_make_up_days()
    {
        // In 2025 the festival lasts from 28 January to 4 February; Sunday 26 January and Saturday 8 February are worked.
        var sum = Sum("2025-01-24 15:00:00", "5 working days");

        Assert.Equal(Shanghai("2025-02-07 23:59:59"), sum.Due);
        Assert.Equal(
            ["2025-01-25", "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31", "2025-02-01", "2025-02-02", "2025-02-03", "2025-02-04"],
            sum.DaysOff!.Select(LocalDatePattern.Iso.Format));
        Assert.StartsWith("china ", sum.Calendar, StringComparison.Ordinal);
        Assert.Equal(Shanghai("2025-02-08 23:59:59"), Sum("2025-01-24 15:00:00", "6 working days").Due);
    }

    [Fact]
    public void A_year_without_announced_holidays_is_said() =>
        Assert.EndsWith("a year's holidays are not announced yet", Sum("2031-01-20 15:00:00", "5 working days").English, StringComparison.Ordinal);

    [Fact]
    public void Hours_are_hours_of_the_clock_on_the_wall_also_in_the_night_in_which_it_is_put_forward()
    {
        // On 8 March 2026 New York's clocks go from 02:00 to 03:00.
        var sum = Sum("2026-03-07 12:00:00", "24 hours", NewYork);

        Assert.Equal(Local("2026-03-08 13:00:00", NewYork), sum.Due);
        Assert.Equal("registered 2026-03-07 12:00:00 + 24 hours = 2026-03-08 13:00:00 (RULE-1, X-04)", sum.English);
    }

    [Theory]
    [InlineData("2026-03-07 12:00:00", "1 days", "2026-03-08 23:59:59")] // a day of 23 hours
    [InlineData("2026-10-31 12:00:00", "1 days", "2026-11-01 23:59:59")] // a day of 25 hours
    public void Days_end_with_the_local_day_however_long_it_was(string anchor, string length, string due) =>
        Assert.Equal(Local(due, NewYork), Sum(anchor, length, NewYork).Due);

    [Fact]
    public void A_pause_in_the_middle_leaves_what_time_was_left()
    {
        var sum = Sum("2026-11-02 09:00:00", "48 hours").With(Pause("2026-11-03 08:00:00", "2026-11-03 20:30:00"), Zones.Shanghai, null);

        Assert.Equal(Shanghai("2026-11-04 21:30:00"), sum.Due);
        Assert.Equal(
            "registered 2026-11-02 09:00:00 + 48 hours + paused 2026-11-03 08:00:00 to 2026-11-03 20:30:00 (force-majeure)"
            + " = 2026-11-04 21:30:00 (RULE-1, X-04)",
            sum.English);
    }

    [Theory]
    [InlineData("2026-11-05 10:00:00", "2026-11-05 18:00:00", "2026-11-11 23:59:59")] // it ran at the end of the day
    [InlineData("2026-11-05 10:00:00", "2026-11-06 09:00:00", "2026-11-12 23:59:59")]
    [InlineData("2026-11-05 10:00:00", "2026-11-09 09:00:00", "2026-11-15 23:59:59")]
    public void A_day_counts_when_the_clock_runs_at_its_end(string from, string to, string due) =>
        Assert.Equal(Shanghai(due), Sum("2026-11-04 09:00:00", "7 days").With(Pause(from, to), Zones.Shanghai, null).Due);

    [Fact]
    public void Two_pauses_add_up()
    {
        var sum = Sum("2026-11-02 09:00:00", "10 hours")
            .With(Pause("2026-11-02 10:00:00", "2026-11-02 11:00:00"), Zones.Shanghai, null)
            .With(Pause("2026-11-02 18:00:00", "2026-11-03 09:00:00"), Zones.Shanghai, null);

        Assert.Equal(Shanghai("2026-11-03 11:00:00"), sum.Due);
    }

    [Fact]
    public void Working_days_during_a_pause_over_a_weekend_lose_only_working_days() => Assert.Equal(
        Shanghai("2026-11-11 23:59:59"),
        Sum("2026-11-05 09:00:00", "3 working days").With(Pause("2026-11-06 12:00:00", "2026-11-09 09:00:00"), Zones.Shanghai, China).Due);

    private static WorkCalendar China => CalendarSet.Shipped.Find("china")!;

    private static ClockPause Pause(string from, string to) => new(Shanghai(from), Shanghai(to), "force-majeure");

    private static DeadlineArithmetic Sum(string anchor, string length, DateTimeZone? zone = null)
    {
        var from = new ClockAnchor(Local(anchor, zone ?? Zones.Shanghai), "registered", "登记");
        return DeadlineArithmetic.Of(from, ClockLength.Parse(length), "RULE-1", zone ?? Zones.Shanghai, China).Pausable(from);
    }

    private static Instant Shanghai(string local) => Local(local, Zones.Shanghai);

    private static Instant Local(string local, DateTimeZone zone) =>
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss").Parse(local).Value.InZoneStrictly(zone).ToInstant();
}
