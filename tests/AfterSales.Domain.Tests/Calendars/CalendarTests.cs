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
    public void An_unknown_zone_is_no_zone() => Assert.Null(Zones.Find("Asia/Atlantis"));

    private static LocalDate Day(string text) => NodaTime.Text.LocalDatePattern.Iso.Parse(text).Value;
}
