using System.Collections.Immutable;
using AfterSales.Domain.Notices;
using CsCheck;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Tests.Notices;

public class ReminderTests
{
    private static readonly QuietHours Nights = Hours("22:00", "08:00");

    /// <summary>Instants are written with the offset that the zone has at them, so that a clock change shows.</summary>
    [Theory]
    [InlineData("25%", "Asia/Shanghai", "2026-11-02T09:00:00+08", "2026-11-09T23:59:59+08",
        "2026-11-08T08:00:00+08", "into the night: at its end")]
    [InlineData("25%", "Asia/Shanghai", "2026-11-02T09:00:00+08", "2026-11-02T13:00:00+08", "2026-11-02T12:00:00+08", "by day: as it is")]
    [InlineData("PT1H", "Asia/Shanghai", "2026-11-02T20:00:00+08", "2026-11-03T06:00:00+08",
        "2026-11-02T22:00:00+08", "due before the night is over: when it begins")]
    [InlineData("PT1H", "Asia/Shanghai", "2026-11-02T20:00:00+08", "2026-11-03T08:00:00+08",
        "2026-11-02T22:00:00+08", "due as the night ends: when it begins")]
    [InlineData("PT30M", "Asia/Shanghai", "2026-11-02T20:00:00+08", "2026-11-03T08:00:01+08",
        "2026-11-03T08:00:00+08", "due just after: at its end")]
    [InlineData("PT1H", "Asia/Shanghai", "2026-11-02T22:30:00+08", "2026-11-03T06:00:00+08", "", "started in the night and due in it")]
    [InlineData("PT1H", "Asia/Shanghai", "2026-11-02T21:00:00+08", "2026-11-02T23:00:00+08",
        "2026-11-02T22:00:00+08", "the first quiet instant is not quiet")]
    [InlineData("PT4H", "Asia/Shanghai", "2026-11-02T09:00:00+08", "2026-11-02T12:00:00+08", "", "a lead longer than the clock")]
    [InlineData("P1D", "Asia/Shanghai", "2028-02-27T10:00:00+08", "2028-03-01T10:00:00+08", "2028-02-29T10:00:00+08", "a leap day")]
    [InlineData("P1D", "America/New_York", "2026-03-01T10:00:00-05", "2026-03-08T23:59:59-04",
        "2026-03-08T08:00:00-04", "the night in which clocks go forward lasts nine hours")]
    [InlineData("P1D", "America/New_York", "2026-10-25T10:00:00-04", "2026-11-01T23:30:00-05",
        "2026-11-01T08:00:00-05", "the night in which clocks go back lasts eleven")]
    public void Reminders_come_by_day(string lead, string zone, string started, string due, string expected, string why)
    {
        var policy = new ReminderPolicy([Lead.Parse(lead)!], Nights);

        ImmutableArray<Instant> reminders = policy.Reminders(At(started), At(due), Zone(zone));

        Assert.True((expected.Length == 0 ? [] : new[] { At(expected) }).SequenceEqual(reminders), $"{why}: {string.Join(", ", reminders)}");
    }

    [Theory]
    [InlineData("2026-03-08T01:59:59-05", "02:30", "04:00", false)]
    [InlineData("2026-03-08T03:30:00-04", "02:30", "04:00", false)]
    [InlineData("2026-03-08T03:30:01-04", "02:30", "04:00", true)]
    [InlineData("2026-11-01T01:30:01-04", "01:30", "03:00", true)]
    [InlineData("2026-11-01T01:15:00-05", "01:30", "03:00", true)]
    [InlineData("2026-11-01T01:15:00-04", "01:30", "03:00", false)]
    [InlineData("2026-11-01T01:45:00-05", "23:00", "01:30", false)]
    public void Quiet_hours_on_days_when_clocks_change_are_instants_not_readings(string at, string from, string to, bool quiet) =>
        Assert.Equal(quiet, Hours(from, to).Around(At(at), Zone("America/New_York")) is not null);

    [Fact]
    public void Several_leads_that_fall_on_one_instant_remind_once()
    {
        var policy = new ReminderPolicy([new Lead.Part(50), new Lead.Fixed(Duration.FromHours(2))], QuietHours.None);

        ImmutableArray<Instant> reminders = policy.Reminders(At("2026-11-02T09:00:00+08"), At("2026-11-02T13:00:00+08"), Zone("Asia/Shanghai"));

        Assert.Equal(At("2026-11-02T11:00:00+08"), Assert.Single(reminders));
    }

    [Theory]
    [InlineData("25%", true)]
    [InlineData("1%", true)]
    [InlineData("99%", true)]
    [InlineData("PT30M", true)]
    [InlineData("P1DT2H", true)]
    [InlineData("0%", false)]
    [InlineData("100%", false)]
    [InlineData("-5%", false)]
    [InlineData("P1M", false)]
    [InlineData("PT0S", false)]
    [InlineData("-PT1H", false)]
    [InlineData("4h", false)]
    [InlineData("", false)]
    public void A_lead_is_a_part_of_the_time_or_a_period(string text, bool isOne) => Assert.Equal(isOne, Lead.Parse(text) is not null);

    [Fact]
    public void Whatever_the_policy_the_zone_and_the_clock_nobody_is_reminded_at_night_before_the_start_or_too_late()
    {
        string[] zones = ["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"];
        Gen<LocalTime> time = Gen.Int[0, 1439].Select(minute => LocalTime.FromMinutesSinceMidnight(minute));
        Gen<Lead> lead = Gen.OneOf<Lead>(
            Gen.Int[1, 99].Select(percent => (Lead)new Lead.Part(percent)),
            Gen.Int[1, 20_000].Select(minutes => (Lead)new Lead.Fixed(Duration.FromMinutes(minutes))));
        Gen.Select(
            lead.Array[1, 4], time, time, Gen.OneOf(zones), Gen.Long[1_760_000_000, 1_830_000_000], Gen.Long[1, 30L * 24 * 3600])
            .Sample((leads, from, to, zoneId, start, length) =>
            {
                DateTimeZone zone = Zone(zoneId);
                var policy = new ReminderPolicy([.. leads], new QuietHours(from, to));
                (Instant started, Instant due) = (Instant.FromUnixTimeSeconds(start), Instant.FromUnixTimeSeconds(start + length));

                ImmutableArray<Instant> reminders = policy.Reminders(started, due, zone);

                Assert.True(reminders.Length <= leads.Length);
                Assert.Equal(reminders.Distinct().Order(), reminders);
                Assert.All(reminders, at => Assert.True(at > started && at < due));
                Assert.All(reminders, at => Assert.Null(policy.Quiet.Around(at, zone)));
                // Without quiet hours each lead that fits reminds exactly when it says; quiet hours only move it.
                ImmutableArray<Instant> plain = (policy with { Quiet = QuietHours.None }).Reminders(started, due, zone);
                Assert.All(plain.Where(at => policy.Quiet.Around(at, zone) is null), at => Assert.Contains(at, reminders));
            }, iter: 20_000);
    }

    private static QuietHours Hours(string from, string to) =>
        new(LocalTimePattern.ExtendedIso.Parse($"{from}:00").Value, LocalTimePattern.ExtendedIso.Parse($"{to}:00").Value);

    private static Instant At(string text) => OffsetDateTimePattern.GeneralIso.Parse(Whole(text)).TryGetValue(default, out OffsetDateTime at)
        ? at.ToInstant()
        : OffsetDateTimePattern.ExtendedIso.Parse(Whole(text)).Value.ToInstant();

    private static string Whole(string text) => text.EndsWith('Z') ? text : text + ":00";

    private static DateTimeZone Zone(string id) => DateTimeZoneProviders.Tzdb[id];
}
