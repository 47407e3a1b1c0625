using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Notices;

/// <summary>How long before a deadline somebody is reminded.</summary>
public abstract record Lead
{
    private Lead()
    {
    }

    /// <summary>This long before it is due.</summary>
    public sealed record Fixed(Duration Before) : Lead;

    /// <summary>When this part of its time is left.</summary>
    /// <param name="Percent">1 to 99.</param>
    public sealed record Part(int Percent) : Lead;

    /// <summary>How long before a due instant, for a clock of this length.</summary>
    public Duration Of(Duration length) => this switch
    {
        Fixed given => given.Before,
        Part part => length * part.Percent / 100,
        _ => throw new InvalidOperationException($"No such lead: {this}"),
    };

    /// <summary>Reads <c>25%</c>, or an ISO 8601 period of days and smaller units such as <c>P1D</c> or <c>PT30M</c>; null for others.</summary>
    public static Lead? Parse(string text)
    {
        if (text.EndsWith('%'))
        {
            return int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int percent)
                && percent is >= 1 and <= 99 ? new Part(percent) : null;
        }
        ParseResult<Period> period = PeriodPattern.NormalizingIso.Parse(text);
        return period.Success && period.Value is { Months: 0, Years: 0 } && period.Value.ToDuration() is var before && before > Duration.Zero
            ? new Fixed(before)
            : null;
    }
}

/// <summary>When people are reminded of a deadline, and when they are left alone.</summary>
public sealed record ReminderPolicy(ImmutableArray<Lead> Leads, QuietHours Quiet)
{
    /// <summary>
    /// The instants at which to remind of a deadline, in order, each once. Every one lies after the start and before the due instant, outside
    /// quiet hours: a reminder that would fall into them moves to their end if that is still before the due instant, else to their beginning.
    /// What then does not come after the start is left out: the time is too short to be reminded of.
    /// </summary>
    /// <param name="started">When the clock began to run.</param>
    /// <param name="due">The last on-time instant.</param>
    /// <param name="zone">The recipient's, in which quiet hours are.</param>
    public ImmutableArray<Instant> Reminders(Instant started, Instant due, DateTimeZone zone)
    {
        var instants = new SortedSet<Instant>();
        foreach (Lead lead in Leads)
        {
            Instant wanted = due - lead.Of(due - started);
            // A lead that is longer than the clock would remind of it the moment it starts.
            if (wanted > started && Awake(wanted, due, zone) is { } at && at > started && at < due) instants.Add(at);
        }
        return [.. instants];
    }

    private Instant? Awake(Instant wanted, Instant due, DateTimeZone zone) => Quiet.Around(wanted, zone) switch
    {
        null => wanted,
        { } night when night.End < due => night.End,
        { } night => night.Start,
    };
}
