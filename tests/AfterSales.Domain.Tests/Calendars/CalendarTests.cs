using AfterSales.Domain.Calendars;
using NodaTime;

namespace AfterSales.Domain.Tests.Calendars;

public class CalendarTests
{
    [Theory]
    [InlineData("2024-01-31", 3, "2024-04-30")]
    [InlineData("2023-11-30", 3, "2024-02-29")]
    [InlineData("2024-06-10", 2, "2024-08-10")]
    public void A_period_of_months_ends_on_the_same_day_or_the_months_last(string start, int months, string last) =>
        Assert.Equal(Day(last), DayCount.LastDayOfMonths(Day(start), months));

    [Fact]
    public void The_Nth_day_ends_a_second_before_midnight_and_the_start_day_is_not_counted() =>
        Assert.Equal(new LocalDateTime(2024, 3, 28, 23, 59, 59), DayCount.EndOfDay(Day("2024-03-21"), 7));

    [Fact]
    public void A_clock_of_minutes_shows_its_arithmetic()
    {
        Instant registered = Shanghai(2026, 11, 2, 9, 0);
        var clock = DeadlineArithmetic.After(registered, "registered", "登记", Duration.FromMinutes(10), "MALL-LIM-1", Zones.Shanghai);
        Assert.Equal(registered + Duration.FromMinutes(10), clock.Due);
        Assert.Equal("10 min", clock.Length);
        Assert.Equal("registered 2026-11-02 09:00:00 + 10 minutes = 2026-11-02 09:10:00 (MALL-LIM-1, X-04)", clock.English);
        Assert.Equal("登记 2026-11-02 09:00:00 + 10分钟 = 2026-11-02 09:10:00(MALL-LIM-1,X-04)", clock.Chinese);
    }

    [Fact]
    public void A_clock_of_days_ends_with_the_local_day()
    {
        var clock = DeadlineArithmetic.EndOfDay(Shanghai(2026, 11, 4, 9, 0), "decided", "决定", 7, "P", Zones.Shanghai);
        Assert.Equal(Shanghai(2026, 11, 11, 23, 59) + Duration.FromSeconds(59), clock.Due);
        Assert.Equal("7 d", clock.Length);
    }

    [Fact]
    public void An_unknown_zone_is_no_zone() => Assert.Null(Zones.Find("Asia/Atlantis"));

    private static LocalDate Day(string text) => NodaTime.Text.LocalDatePattern.Iso.Parse(text).Value;

    private static Instant Shanghai(int year, int month, int day, int hour, int minute) =>
        new LocalDateTime(year, month, day, hour, minute).InZoneStrictly(Zones.Shanghai).ToInstant();
}
