using AfterSales.LocalRuntime.Engine.Clock;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>Something for an instance to work on. <paramref name="Execution"/> is the execution it is for, or <see cref="AnyExecution"/>;
/// <paramref name="Accepted"/> completes when a step that took it is on disk; <paramref name="SentSeq"/> is its row when another
/// orchestration sent it, else 0.</summary>
internal readonly record struct InstanceMessage(HistoryEvent Event, int Execution, TaskCompletionSource? Accepted = null, long SentSeq = 0)
{
    public const int AnyExecution = -1;
}

/// <summary>
/// An orchestration that has not ended. Messages wait in its mailbox; while there are any it is scheduled, and owes a
/// <see cref="WorkItem"/>. At most one step of it runs at a time, from taking the messages until the step is on disk.
/// </summary>
internal sealed class OrchestrationInstance(long key, string id, string name)
{
    /// <summary>Guards the mailbox and what goes with it.</summary>
    public Lock Gate { get; } = new();

    public long Key => key;

    public string Id => id;

    public string Name => name;

    // Guarded by the gate.
    public List<InstanceMessage> Mailbox { get; set; } = [];

    public bool IsScheduled { get; set; }

    public bool HasEnded { get; set; }

    public WorkItem? Work { get; set; }

    /// <summary>Completes when the orchestration has started; made when somebody waits.</summary>
    public TaskCompletionSource? StartWaiters { get; set; }

    /// <summary>Completes when the orchestration has ended; made when somebody waits.</summary>
    public TaskCompletionSource? EndWaiters { get; set; }

    // Touched only by the step that runs.

    /// <summary>The input that the instance was just started with; null once its first step has run.</summary>
    public FreshInput? Fresh { get; set; }

    public int ExecutionNumber { get; set; }

    public int NextSeq { get; set; }

    public long LastStepAt { get; set; }

    public string? CustomStatus { get; set; }

    public Dictionary<int, DurableTimer>? Timers { get; set; }

    /// <summary>Whether the start of the current execution is on disk.</summary>
    public bool HasStarted { get; set; }

    // Guarded by the cache.
    public LinkedListNode<OrchestrationExecution>? Cached { get; set; }
}

/// <summary>The input of an instance that was started in this process and has not run yet.</summary>
internal sealed record FreshInput(string? Json);
