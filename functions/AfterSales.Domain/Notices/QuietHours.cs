using NodaTime;

namespace AfterSales.Domain.Notices;

/// <summary>
/// The hours of a day, by the recipient's own clock, in which nobody is disturbed. They may go over midnight. Their first and their last
/// instant are not quiet: at these something may be sent.
/// </summary>
/// <param name="From">When they begin; the same as <paramref name="To"/> = there are none.</param>
public sealed record QuietHours(LocalTime From, LocalTime To)
{
    public static QuietHours None { get; } = new(LocalTime.Midnight, LocalTime.Midnight);

    /// <summary>
    /// The quiet hours that an instant falls into, or null. A wall time that does not exist on a day (clocks put forward) is taken at the
    /// moment after the gap; one that comes twice is taken the first time.
    /// </summary>
    public Interval? Around(Instant at, DateTimeZone zone)
    {
        if (From == To) return null;
        LocalDate day = at.InZone(zone).Date;
        foreach (LocalDate start in new[] { day.PlusDays(-1), day })
        {
            LocalDate end = To > From ? start : start.PlusDays(1);
            Instant from = zone.AtLeniently(start + From).ToInstant();
            Instant to = zone.AtLeniently(end + To).ToInstant();
            if (at > from && at < to) return new Interval(from, to);
        }
        return null;
    }
}
