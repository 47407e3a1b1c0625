using AfterSales.Domain.Cases;
using NodaTime;

namespace AfterSales.Functions.Notices;

public enum ReminderState
{
    Scheduled,
    Sent,

    /// <summary>Not sent, because there was nothing to remind of any more; <see cref="Reminder.Why"/> says what had happened.</summary>
    Suppressed,
}

/// <summary>A reminder of a deadline, planned when its clock started.</summary>
/// <param name="Name">Unique within the case; follows from the deadline and the instant.</param>
/// <param name="Due">The deadline's due instant as it was when this was planned.</param>
/// <param name="Zone">TZDB id: for the recipients whose quiet hours are in this zone.</param>
/// <param name="Why">Of a suppressed one, kebab-case.</param>
public sealed record Reminder(
    string CaseId, string Name, string DeadlineId, Party Owner, Instant Due, Instant At, string Zone, ReminderState State,
    Instant? HandledAt = null, string? Why = null)
{
    public static Reminder Of(Case @case, Deadline deadline, Instant at, DateTimeZone zone)
    {
        var elsewhere = zone.Id == @case.Zone ? "" : $"-{zone.Id.Replace('/', '.')}";
        return new Reminder(
            @case.Id.ToString(), $"reminder-{deadline.Id}-{at.ToDateTimeUtc():yyyyMMdd'T'HHmmss'Z'}{elsewhere}", deadline.Id, deadline.Owner, deadline.Due,
            at, zone.Id, ReminderState.Scheduled);
    }
}
