using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Sets a function off on a schedule: six NCRONTAB fields (seconds first) in UTC, or the setting that holds them as
/// <c>%NAME%</c>.</summary>
public sealed class TimerTriggerAttribute : TriggerBindingAttribute
{
    public TimerTriggerAttribute(string schedule)
    {
        Schedule = schedule;
    }

    public string Schedule { get; }

    /// <summary>Also runs when the app starts.</summary>
    public bool RunOnStartup { get; set; }

    /// <summary>Whether the last run is kept, so that a missed one is made up for. On the platform, the default.</summary>
    public bool UseMonitor { get; set; } = true;
}

/// <summary>What a timer function is told of its schedule.</summary>
public class TimerInfo
{
    public TimerInfo()
    {
    }

    /// <summary>Null when the schedule is not monitored.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether this run comes late, because nothing ran when it was due.</summary>
    public bool IsPastDue { get; set; }
}

/// <summary>Instants in UTC.</summary>
public class ScheduleStatus
{
    public ScheduleStatus()
    {
    }

    public DateTime Last { get; set; }

    public DateTime Next { get; set; }

    public DateTime LastUpdated { get; set; }
}
