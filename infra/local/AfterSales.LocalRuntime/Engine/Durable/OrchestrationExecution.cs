using Microsoft.DurableTask;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>
/// An orchestrator's code in memory: what it waits for and what it has asked for in the current step. It is driven by history
/// events, one at a time on one thread; being the synchronization context of that thread, it sees every continuation, and refuses
/// those that come from elsewhere, for they would not come in the same order when the history is replayed.
/// </summary>
internal sealed class OrchestrationExecution : SynchronizationContext
{
    private readonly OrchestratorContext _context;
    private readonly Func<TaskOrchestrationContext, Task<object?>>? _orchestrator;
    private readonly Action<OrchestrationExecution, string> _reportViolation;
    private readonly Dictionary<int, OpenTask> _open = [];
    private readonly Dictionary<string, EventWaiter> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly List<HistoryEvent> _unreadEvents = [];
    private int _nextTaskId;
    private int _historyIndex;
    private volatile int _thread;
    private volatile string? _violation;

    /// <param name="orchestrator">The code; null when no orchestrator of the name is registered.</param>
    /// <param name="reportViolation">Told of a breach that happens between steps.</param>
    public OrchestrationExecution(
        OrchestrationInstance instance,
        string? input,
        Func<TaskOrchestrationContext, Task<object?>>? orchestrator,
        DurableOptions options,
        Microsoft.Extensions.Logging.ILoggerFactory loggers,
        Action<OrchestrationExecution, string> reportViolation)
    {
        Instance = instance;
        Number = instance.ExecutionNumber;
        Converter = options.DataConverter;
        _orchestrator = orchestrator;
        _reportViolation = reportViolation;
        _context = new OrchestratorContext(this, input, options.MaximumTimerInterval, loggers);
    }

    public OrchestrationInstance Instance { get; }

    /// <summary>Which execution of the instance this is: 0, and one more for each time it continued as new.</summary>
    public int Number { get; }

    public DataConverter Converter { get; }

    public DateTime CurrentUtcDateTime { get; private set; }

    public bool IsReplaying { get; private set; }

    /// <summary>The code's task; null until the orchestration has started.</summary>
    public Task<object?>? Completion { get; private set; }

    /// <summary>What the code has asked for in the step that runs.</summary>
    public List<HistoryEvent> Actions { get; private set; } = [];

    /// <summary>The custom status as last set; null when never set in this execution.</summary>
    public string? CustomStatus { get; set; }

    /// <summary>Set when the code has asked to go on as a new execution.</summary>
    public ContinuationAsNew? Continuation { get; set; }

    /// <summary>Events that came and that no code has taken yet, oldest first.</summary>
    public IReadOnlyList<HistoryEvent> UnreadEvents => _unreadEvents;

    public IEnumerable<OpenActivity> OpenActivities => _open.Values.OfType<OpenActivity>();

    /// <summary>What is wrong with the code, if anything was found.</summary>
    public string? Violation => _violation;

    public bool IsMissing => _orchestrator is null;

    /// <summary>Whether something durable is still to come that could wake the code.</summary>
    public bool WaitsForSomethingDurable => _open.Count > 0 || _waiters.Values.Any(AnyWaiting);

    /// <summary>Begins a step at an instant; the code that runs until <see cref="Leave"/> asks for <see cref="Actions"/>.</summary>
    public void Enter(long atTicks, bool replaying)
    {
        CurrentUtcDateTime = new DateTime(atTicks, DateTimeKind.Utc);
        IsReplaying = replaying;
        Actions = [];
        _thread = Environment.CurrentManagedThreadId;
        SetSynchronizationContext(this);
    }

    /// <summary>Ends a step.</summary>
    public void Leave()
    {
        SetSynchronizationContext(null);
        _thread = 0;
        Interlocked.MemoryBarrier();
    }

    /// <summary>Whether the event still means something to the code. Results of tasks that are no longer open do not.</summary>
    public bool Accepts(in HistoryEvent e) => e.Kind switch
    {
        HistoryKind.TaskCompleted or HistoryKind.TaskFailed or HistoryKind.TimerFired => _open.ContainsKey(e.TaskId),
        HistoryKind.ExecutionStarted => Completion is null,
        _ => true,
    };

    /// <summary>Gives an event to the code and runs the code until it waits again.</summary>
    public void Apply(in HistoryEvent e)
    {
        switch (e.Kind)
        {
            case HistoryKind.ExecutionStarted:
                Start();
                break;
            case HistoryKind.TaskCompleted or HistoryKind.TimerFired:
                if (_open.Remove(e.TaskId, out var done))
                {
                    done.Succeed(e.Data, Converter);
                }

                break;
            case HistoryKind.TaskFailed:
                if (_open.Remove(e.TaskId, out var failed))
                {
                    failed.Fail(e.Failure!);
                }

                break;
            case HistoryKind.EventRaised:
                Raise(e);
                break;
            case HistoryKind.Violation:
                _violation ??= e.Data;
                break;
            default:
                throw new InvalidOperationException($"{e.Kind} is not applied.");
        }

        while (_posted.TryDequeue(out var posted))
        {
            posted.Callback(posted.State);
        }
    }

    /// <summary>Runs the code through a committed step and holds what it asks for against what is on record.</summary>
    /// <exception cref="NonDeterminismException">The code asked for something else.</exception>
    public void Replay(HistoryChunk chunk)
    {
        Enter(chunk.At, replaying: true);
        try
        {
            var recorded = chunk.Events;
            var incoming = recorded.FindIndex(e => e.IsAction);
            incoming = incoming < 0 ? recorded.Count : incoming;
            for (var i = 0; i < incoming; i++)
            {
                if (Completion is { IsCompleted: true })
                {
                    throw Differs(_historyIndex + i, recorded[i], "has already ended");
                }

                Apply(recorded[i]);
            }

            Compare(recorded, incoming);
            _historyIndex += recorded.Count;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Checks that the code still waits where its history ends.</summary>
    /// <exception cref="NonDeterminismException">It has ended, though it had not when the history was made.</exception>
    public void EndReplay()
    {
        if (Completion is { IsCompleted: true })
        {
            throw Differs(_historyIndex, null, "has already ended");
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (_thread == Environment.CurrentManagedThreadId)
        {
            _posted.Enqueue((d, state));
        }
        else
        {
            Violate();
        }
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        CheckFlow();
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Refuses a call that does not come from the orchestrator's own flow.</summary>
    public void CheckFlow()
    {
        if (_thread != Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException(Violate());
        }
    }

    public Task<T> CallActivity<T>(string name, string? input)
    {
        CheckFlow();
        var id = _nextTaskId++;
        var activity = new OpenActivity<T>(id, name, input);
        _open.Add(id, activity);
        Actions.Add(HistoryEvent.TaskScheduled(id, name, input));
        return activity.Task;
    }

    public Task CreateTimer(DateTime dueUtc, CancellationToken cancellationToken)
    {
        CheckFlow();
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        var id = _nextTaskId++;
        var timer = new OpenTimer();
        _open.Add(id, timer);
        Actions.Add(HistoryEvent.TimerCreated(id, dueUtc.Ticks));
        if (cancellationToken.CanBeCanceled)
        {
            timer.CancelWith(this, id, cancellationToken);
        }

        return timer.Task;
    }

    public void CancelTimer(int taskId, OpenTimer timer, CancellationToken token)
    {
        if (_thread != Environment.CurrentManagedThreadId)
        {
            Violate();
        }
        else if (_open.Remove(taskId))
        {
            Actions.Add(HistoryEvent.TimerCanceled(taskId));
            timer.Cancel(token);
        }
    }

    /// <exception cref="ArgumentException">Another type is already waited for under this name.</exception>
    public Task<T> WaitForEvent<T>(string name, CancellationToken cancellationToken)
    {
        CheckFlow();
        _waiters.TryGetValue(name, out var next);
        if (next is not null && next.EventType != typeof(T))
        {
            throw new ArgumentException(
                $"Events with the same name must have the same type argument. Event '{name}' is awaited as {next.EventType.FullName} "
                + $"but was requested as {typeof(T).FullName}.", nameof(name));
        }

        var waiter = new EventWaiter<T>(next);
        var unread = _unreadEvents.FindIndex(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase));
        if (unread >= 0)
        {
            var payload = _unreadEvents[unread].Data;
            _unreadEvents.RemoveAt(unread);
            waiter.Take(payload, Converter);
            return waiter.Task;
        }

        _waiters[name] = waiter;
        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.UnsafeRegister((_, token) => CancelWaiter(waiter, token), null);
        }

        return waiter.Task;
    }

    public void SendEvent(string target, string name, string? payload)
    {
        CheckFlow();
        Actions.Add(HistoryEvent.EventSent(_nextTaskId++, target, name, payload));
    }

    private void Start()
    {
        if (_orchestrator is null)
        {
            return;
        }

        try
        {
            Completion = _orchestrator(_context);
        }
        catch (Exception e)
        {
            // An orchestrator that is no async method throws here; for its instance that is the same failure.
            Completion = Task.FromException<object?>(e);
        }
    }

    private void Raise(in HistoryEvent e)
    {
        if (!_waiters.TryGetValue(e.Name!, out var waiter))
        {
            _unreadEvents.Add(e);
            return;
        }

        if (waiter.Next is null)
        {
            _waiters.Remove(e.Name!);
        }
        else
        {
            _waiters[e.Name!] = waiter.Next;
        }

        waiter.Take(e.Data, Converter);
    }

    private void CancelWaiter<T>(EventWaiter<T> waiter, CancellationToken token)
    {
        if (_thread != Environment.CurrentManagedThreadId)
        {
            Violate();
        }
        else
        {
            waiter.Cancel(token);
        }
    }

    private static bool AnyWaiting(EventWaiter? waiter)
    {
        for (; waiter is not null; waiter = waiter.Next)
        {
            if (waiter.IsWaiting)
            {
                return true;
            }
        }

        return false;
    }

    private void Compare(List<HistoryEvent> recorded, int incoming)
    {
        for (var i = 0; i < Actions.Count || incoming + i < recorded.Count; i++)
        {
            var was = incoming + i < recorded.Count ? recorded[incoming + i] : (HistoryEvent?)null;
            var now = i < Actions.Count ? Actions[i] : (HistoryEvent?)null;
            if (was is { } a && now is { } b && a.Kind == b.Kind && a.TaskId == b.TaskId
                && string.Equals(a.Name, b.Name, StringComparison.OrdinalIgnoreCase) && a.Target == b.Target)
            {
                continue;
            }

            var code = now is { } asked ? $"asks for {asked.Describe()}"
                : Completion is { IsCompleted: true } ? "has already ended" : "asks for nothing more";
            throw Differs(_historyIndex + incoming + i, was, code);
        }
    }

    private NonDeterminismException Differs(int index, HistoryEvent? recorded, string code) => new(
        $"Orchestrator '{Instance.Name}' (instance '{Instance.Id}') is not deterministic: at event {index} its history has "
        + $"{recorded?.Describe() ?? "nothing yet"}, but the code {code}. An orchestrator must do the same again whenever its history is "
        + "replayed: no clock, random numbers, configuration or I/O of its own, and no change of its calls while instances run.");

    private string Violate()
    {
        var message = $"Orchestrator '{Instance.Name}' (instance '{Instance.Id}') awaited something that is not durable. Only tasks made "
            + "by its TaskOrchestrationContext may be awaited: no Task.Delay, Task.Run, I/O, timed cancellation, CancelAsync or "
            + "ConfigureAwait(false). Do such work in an activity.";
        _violation = message;

        // Either the step that runs sees the violation when it ends, or it has ended and is told.
        Interlocked.MemoryBarrier();
        if (_thread == 0)
        {
            _reportViolation(this, message);
        }

        return message;
    }
}

/// <summary>The code's wish to go on as a new execution.</summary>
internal sealed record ContinuationAsNew(string? Input, bool PreserveUnprocessedEvents);

/// <summary>A replay asked for something else than the history has.</summary>
internal sealed class NonDeterminismException(string message) : Exception(message);
