using System.Collections.Concurrent;
using AfterSales.LocalRuntime.Engine.Clock;
using AfterSales.LocalRuntime.Engine.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>
/// Runs orchestrations and their activities over the store. Every step of an orchestration is one write: what came to it, what its
/// code asked for, and whether it ended. What it asked for is begun only after that write is on disk; so a crash at any instant
/// repeats no completed step, and an activity that was under way runs again.
/// </summary>
public sealed partial class DurableEngine : IDueSource, IAsyncDisposable
{
    internal const string Schema = DurableStore.Schema;

    private static readonly TimeSpan RetryAfterStoreFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PatienceAtStop = TimeSpan.FromSeconds(10);

    private readonly SqliteStore _store;
    private readonly RuntimeClock _clock;
    private readonly WorkTracker _work;
    private readonly DurableOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>> _orchestrators =
        new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Func<DurableActivityCall, CancellationToken, Task<object?>>> _activities =
        new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, OrchestrationInstance> _instances = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _orchestrationWork = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _activityWork = new(StringComparer.Ordinal);
    private readonly ExecutionCache _cache;
    private readonly DurableTimers _timers;
    private readonly WorkGate<OrchestrationInstance> _stepGate;
    private readonly WorkGate<ActivityRun> _activityGate;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Action<OrchestrationExecution, string> _reportViolation;
    private readonly Func<long> _nextSentSeq;
    private readonly BusyCount _busy = new();
    private long _lastKey;
    private long _lastSentSeq;

    /// <summary>Makes the engine over a store that was opened with <see cref="Schema"/>. Register what it runs, add it to the clock, then
    /// call <see cref="StartAsync"/>.</summary>
    public DurableEngine(SqliteStore store, RuntimeClock clock, WorkTracker work, DurableOptions options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.MaxConcurrentActivityFunctions < 1 || options.MaxConcurrentOrchestratorFunctions < 1)
        {
            throw new ArgumentException(
                "maxConcurrentActivityFunctions and maxConcurrentOrchestratorFunctions must be at least 1.", nameof(options));
        }

        _store = store;
        _clock = clock;
        _work = work;
        _options = options;
        _loggers = loggers;
        _log = loggers.CreateLogger<DurableEngine>();
        _cache = new ExecutionCache(options.ReplayEveryStep ? 0 : options.CachedOrchestrators);
        _timers = new DurableTimers(clock, FireTimer);
        _stepGate = new WorkGate<OrchestrationInstance>(options.MaxConcurrentOrchestratorFunctions, RunStep);
        _activityGate = new WorkGate<ActivityRun>(options.MaxConcurrentActivityFunctions, run => _ = RunActivityAsync(run));
        _reportViolation = ReportViolation;
        _nextSentSeq = () => Interlocked.Increment(ref _lastSentSeq);
        Client = new DurableEngineClient(this);
    }

    /// <summary>Starts, finds, tells and ends orchestrations of this engine.</summary>
    public DurableTaskClient Client { get; }

    /// <inheritdoc/>
    public DueItem? Next => _timers.Next;

    internal DurableOptions Options => _options;

    internal SqliteStore Store => _store;

    /// <summary>Makes an orchestrator known. What <paramref name="run"/> awaits, from its first line, must be durable.</summary>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public void RegisterOrchestrator(string name, Func<TaskOrchestrationContext, Task<object?>> run) =>
        Register(_orchestrators, "orchestrator", name, run);

    /// <summary>Makes an activity known. What <paramref name="run"/> returns is stored as JSON; what it throws fails the task.</summary>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public void RegisterActivity(string name, Func<DurableActivityCall, CancellationToken, Task<object?>> run) =>
        Register(_activities, "activity", name, run);

    /// <inheritdoc/>
    public IReadOnlyList<DueItem> Waiting(int max) => _timers.Waiting(max);

    /// <inheritdoc/>
    public void Fire(DateTimeOffset now) => _timers.Fire(now);

    /// <summary>Takes up what the store holds: activities that were under way run again, timers are armed, events are sent.</summary>
    public Task StartAsync()
    {
        using var recovery = _work.Begin("taking up orchestrations");
        _store.Read(session =>
        {
            _lastKey = DurableStore.LastKey(session);
            var recovered = new RecoveredInstances(session);
            foreach (var found in recovered.All)
            {
                _instances[found.Instance.Id] = found.Instance;
            }

            foreach (var found in recovered.All)
            {
                TakeUp(found);
            }

            foreach (var row in DurableStore.Detached(session))
            {
                // The orchestration is past it, whatever its state: an instance of that key and execution will not take the result.
                var gone = new OrchestrationInstance(row.Key, row.Instance, "") { HasEnded = true };
                Begin(gone, row.Execution, HistoryEvent.TaskScheduled(row.Task, row.Name, row.Input));
            }

            foreach (var (seq, target, name, payload) in DurableStore.Sent(session))
            {
                _lastSentSeq = seq;
                DeliverSent(seq, target, HistoryEvent.EventRaised(name, payload));
            }

            return true;
        });
        return Task.CompletedTask;
    }

    /// <summary>Stops: lets steps that run reach the disk, cancels activities (they will run again) and waits a while for them.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        if (!await _busy.DrainAsync(PatienceAtStop))
        {
            LogStoppedWithWork(_log, PatienceAtStop);
        }

        foreach (var instance in _instances.Values)
        {
            Abandon(instance);
        }
    }

    private static void Register<T>(Dictionary<string, T> all, string what, string name, T run)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!all.TryAdd(name, run))
        {
            throw new InvalidOperationException($"There is already an {what} named '{name}'.");
        }
    }

    private void TakeUp(RecoveredInstances.Found found)
    {
        var instance = found.Instance;
        if (!instance.HasStarted)
        {
            StartOrArm(instance, found.StartAt);
        }

        foreach (var open in found.Open)
        {
            if (open.Kind == HistoryKind.TaskScheduled)
            {
                Begin(instance, instance.ExecutionNumber, open);
            }
            else
            {
                ArmTimer(instance, instance.ExecutionNumber, open);
            }
        }
    }

    private void StartOrArm(OrchestrationInstance instance, long? startAt)
    {
        if (startAt > _clock.GetUtcNow().UtcTicks && instance.ExecutionNumber == 0)
        {
            (instance.Timers ??= [])[DurableTimer.Start] = _timers.Arm(instance, 0, DurableTimer.Start, startAt.Value);
        }
        else
        {
            Deliver(instance, new InstanceMessage(HistoryEvent.Started, instance.ExecutionNumber));
        }
    }

    private static void Abandon(OrchestrationInstance instance)
    {
        var stopped = new ObjectDisposedException(nameof(DurableEngine));
        lock (instance.Gate)
        {
            instance.Mailbox.ForEach(message => message.Accepted?.TrySetException(stopped));
            instance.StartWaiters?.TrySetException(stopped);
            instance.EndWaiters?.TrySetException(stopped);
            instance.Work?.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Orchestration {Name} ({InstanceId}) failed: {ErrorType}: {ErrorMessage}")]
    private static partial void LogOrchestrationFailed(ILogger log, string name, string instanceId, string errorType, string errorMessage);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "A step of orchestration {Name} ({InstanceId}) could not be stored; it will be tried again")]
    private static partial void LogStepNotStored(ILogger log, Exception exception, string name, string instanceId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Event {EventName} to orchestration {InstanceId} was dropped: it does not run")]
    private static partial void LogEventDropped(ILogger log, string eventName, string instanceId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped while work was still under way after {Patience}; it will be done again")]
    private static partial void LogStoppedWithWork(ILogger log, TimeSpan patience);
}
