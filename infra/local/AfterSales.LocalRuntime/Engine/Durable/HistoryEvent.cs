using Microsoft.DurableTask;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>What a history event says. The numbers are stored: never reuse one.</summary>
internal enum HistoryKind : byte
{
    /// <summary>Not stored: only wakes an instance.</summary>
    None = 0,
    ExecutionStarted = 1,
    TaskScheduled = 2,
    TaskCompleted = 3,
    TaskFailed = 4,
    TimerCreated = 5,
    TimerFired = 6,
    TimerCanceled = 7,
    EventRaised = 8,
    EventSent = 9,
    ExecutionEnded = 10,

    /// <summary>Not stored: the orchestrator was caught doing what it must not.</summary>
    Violation = 100,
}

/// <summary>One event of an orchestration's history: something that came to it, or something that it asked for. A flat value,
/// because thousands a second are made; which fields are set is said by the factory of each kind.</summary>
internal readonly record struct HistoryEvent(
    HistoryKind Kind, int TaskId = 0, string? Name = null, string? Data = null, long Ticks = 0,
    string? Target = null, TaskFailureDetails? Failure = null)
{
    public static readonly HistoryEvent Started = new(HistoryKind.ExecutionStarted);

    public static HistoryEvent TaskScheduled(int id, string name, string? input) => new(HistoryKind.TaskScheduled, id, name, input);

    public static HistoryEvent TaskCompleted(int id, string? result) => new(HistoryKind.TaskCompleted, id, Data: result);

    public static HistoryEvent TaskFailed(int id, TaskFailureDetails failure) => new(HistoryKind.TaskFailed, id, Failure: failure);

    public static HistoryEvent TimerCreated(int id, long dueTicks) => new(HistoryKind.TimerCreated, id, Ticks: dueTicks);

    public static HistoryEvent TimerFired(int id) => new(HistoryKind.TimerFired, id);

    public static HistoryEvent TimerCanceled(int id) => new(HistoryKind.TimerCanceled, id);

    public static HistoryEvent EventRaised(string name, string? payload) => new(HistoryKind.EventRaised, Name: name, Data: payload);

    public static HistoryEvent EventSent(int id, string target, string name, string? payload) =>
        new(HistoryKind.EventSent, id, name, payload, Target: target);

    /// <summary>The last event. <paramref name="status"/> is the runtime status; output and failure are stored with the instance.</summary>
    public static HistoryEvent Ended(int status, string? output, TaskFailureDetails? failure) =>
        new(HistoryKind.ExecutionEnded, status, Data: output, Failure: failure);

    public static HistoryEvent Violation(string message) => new(HistoryKind.Violation, Data: message);

    /// <summary>Whether the orchestrator's code asked for it; else it came from outside.</summary>
    public bool IsAction =>
        Kind is HistoryKind.TaskScheduled or HistoryKind.TimerCreated or HistoryKind.TimerCanceled or HistoryKind.EventSent;

    /// <summary>In words, for people who read why a replay failed.</summary>
    public string Describe() => Kind switch
    {
        HistoryKind.TaskScheduled => $"the call of activity '{Name}' (task {TaskId})",
        HistoryKind.TimerCreated => $"a timer for {new DateTime(Ticks, DateTimeKind.Utc):O} (task {TaskId})",
        HistoryKind.TimerCanceled => $"the cancellation of the timer of task {TaskId}",
        HistoryKind.EventSent => $"event '{Name}' sent to '{Target}' (task {TaskId})",
        HistoryKind.TaskCompleted => $"the result of task {TaskId}",
        HistoryKind.TaskFailed => $"the failure of task {TaskId}",
        HistoryKind.TimerFired => $"the firing of the timer of task {TaskId}",
        HistoryKind.EventRaised => $"the arrival of event '{Name}'",
        HistoryKind.ExecutionStarted => "the start of the orchestration",
        HistoryKind.ExecutionEnded => "the end of the orchestration",
        _ => Kind.ToString(),
    };
}

/// <summary>What one step of an orchestrator committed: what came to it at an instant, then what its code asked for.</summary>
internal sealed record HistoryChunk(int Seq, long At, List<HistoryEvent> Events);
