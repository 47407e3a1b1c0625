using AfterSales.Domain.Calendars;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Tests.Calendars;

public class WorkingDaysTests
{
    private static readonly WorkingDays China = CalendarSet.Shipped.Find("china")!.Days;

    [Theory]
    [InlineData("2024-03-08", 2, "2024-03-12", "a weekend is not counted")]
    [InlineData("2024-09-30", 3, "2024-10-10", "National Day 2024 ends on the 7th")]
    [InlineData("2024-09-23", 5, "2024-09-29", "Sunday 29 September makes up for National Day")]
    [InlineData("2026-02-13", 1, "2026-02-14", "Saturday 14 February makes up for Spring Festival")]
    [InlineData("2026-02-14", 1, "2026-02-24", "Spring Festival 2026 lasts until 23 February")]
    [InlineData("2025-12-31", 1, "2026-01-04", "Sunday 4 January makes up for New Year")]
    [InlineData("2020-01-23", 1, "2020-02-03", "the Spring Festival of 2020 was prolonged to 2 February")]
    [InlineData("2024-03-09", 0, "2024-03-09", "no working day is counted")]
    public void Working_days_follow_the_announced_calendar(string start, int n, string nth, string why)
    {
        Assert.True(Day(nth) == China.NthAfter(Day(start), n, out bool leans), why);
        Assert.False(leans);
    }

    [Theory]
    [InlineData("2026-12-30", 1, "2026-12-31", false)]
    [InlineData("2026-12-30", 2, "2027-01-01", true)]
    [InlineData("2003-12-30", 2, "2004-01-02", true)]
    [InlineData("2030-05-01", 1, "2030-05-02", true)]
    public void A_result_that_counts_a_day_of_an_unannounced_year_says_so(string start, int n, string nth, bool leans)
    {
        Assert.Equal(Day(nth), China.NthAfter(Day(start), n, out bool said));
        Assert.Equal(leans, said);
    }

    [Fact]
    public void Years_are_announced_one_by_one()
    {
        Assert.All(Enumerable.Range(2004, 23), year => Assert.True(China.IsAnnounced(year)));
        Assert.False(China.IsAnnounced(2003));
        Assert.False(China.IsAnnounced(2027));
    }

    [Fact]
    public void Lists_that_a_question_tells_take_the_place_of_the_calendars_own()
    {
        WorkingDays told = China.With([Day("2027-02-08")], [Day("2027-02-06")]);
        Assert.Equal(Day("2027-02-06"), told.NthAfter(Day("2027-02-05"), 1, out bool leans));
        Assert.Equal(Day("2027-02-09"), told.NthAfter(Day("2027-02-05"), 2, out _));
        Assert.False(leans);
        Assert.True(told.IsWorkingDay(Day("2024-10-01")));

        WorkingDays makeupOnly = China.With(null, [Day("2024-10-05")]);
        Assert.False(makeupOnly.IsWorkingDay(Day("2024-10-01")));
        Assert.True(makeupOnly.IsWorkingDay(Day("2024-10-05")));
        Assert.False(makeupOnly.IsWorkingDay(Day("2024-10-12")));
    }

    [Fact]
    public void Counting_is_bounded()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => China.NthAfter(Day("2024-01-01"), WorkingDays.MaxCount + 1, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => China.NthAfter(Day("2024-01-01"), -1, out _));
    }

    [Fact]
    public void The_calendar_tells_where_it_comes_from_and_what_its_days_are_called()
    {
        WorkCalendar calendar = CalendarSet.Shipped.Find("china")!;
        Assert.Equal("Asia/Shanghai", calendar.Zone);
        Assert.Equal("chinese-days", calendar.Source.Package);
        Assert.Equal("MIT", calendar.Source.Licence);
        Assert.Equal("春节", calendar.NameOf(Day("2026-02-17"))?.Zh);
        Assert.Equal("National Day", calendar.NameOf(Day("2026-10-10"))?.En);
        Assert.Null(calendar.NameOf(Day("2026-03-03")));
        Assert.Null(CalendarSet.Shipped.Find("atlantis"));
    }

    [Theory]
    [InlineData("id: x\nzone: Asia/Shanghai\nsource: {retrieved: 2026-13-01}", "'2026-13-01' is no date")]
    [InlineData("id: x\nzone: Asia/Atlantis\nsource: {retrieved: 2026-01-01}", "no zone 'Asia/Atlantis'")]
    [InlineData("id: x\nholydays: []", "x.yaml:2:1")]
    [InlineData(
        "id: x\nzone: UTC\nsource: {retrieved: 2026-01-01}\nyears: [{year: 2026, holidays: [{zh: 元旦, days: [2025-01-01]}]}]",
        "'元旦' of 2026")]
    [InlineData("", "empty")]
    public void A_calendar_with_faults_is_refused_and_the_place_named(string yaml, string said)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => WorkCalendar.Read("x.yaml", yaml));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    private static LocalDate Day(string text) => LocalDatePattern.Iso.Parse(text).Value;
}
