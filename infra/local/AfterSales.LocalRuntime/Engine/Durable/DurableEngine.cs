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
    private readonly Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>> _orchestrators = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Func<DurableActivityCall, CancellationToken, Task<object?>>> _activities = new(StringComparer.OrdinalIgnoreCase);
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
            throw new ArgumentException("maxConcurrentActivityFunctions and maxConcurrentOrchestratorFunctions must be at least 1.", nameof(options));
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

    /// <summary>Makes an orchestrator known. <paramref name="run"/> must do nothing before its first durable await that does not happen on its own flow.</summary>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public void RegisterOrchestrator(string name, Func<TaskOrchestrationContext, Task<object?>> run) => Register(_orchestrators, "orchestrator", name, run);

    /// <summary>Makes an activity known. What <paramref name="run"/> returns is stored as JSON; what it throws fails the task.</summary>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public void RegisterActivity(string name, Func<DurableActivityCall, CancellationToken, Task<object?>> run) => Register(_activities, "activity", name, run);

    /// <inheritdoc/>
    public IReadOnlyList<DueItem> Waiting(int max) => _timers.Waiting(max);

    /// <inheritdoc/>
    public void Fire(DateTimeOffset now) => _timers.Fire(now);

    /// <summary>Takes up what the store holds: activities that were under way run again, timers are armed, unsent events are sent.</summary>
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

    // ---- Messages to instances

    /// <summary>Puts a message into an instance's mailbox and makes sure that a step will take it; false when the instance has ended.</summary>
    private bool Deliver(OrchestrationInstance instance, in InstanceMessage message)
    {
        lock (instance.Gate)
        {
            if (instance.HasEnded)
            {
                return false;
            }

            instance.Mailbox.Add(message);
            if (instance.IsScheduled)
            {
                return true;
            }

            instance.IsScheduled = true;
            instance.Work = BeginStep(instance.Name);
        }

        _stepGate.Enqueue(instance);
        return true;
    }

    private void DeliverSent(long seq, string target, in HistoryEvent raised)
    {
        if (!_instances.TryGetValue(target, out var instance) || !Deliver(instance, new InstanceMessage(raised, InstanceMessage.AnyExecution, SentSeq: seq)))
        {
            LogEventDropped(_log, raised.Name!, target);
            _ = _store.WriteAsync(session => DurableStore.RemoveSent(session, seq));
        }
    }

    private void FireTimer(DurableTimer timer) => Deliver(timer.Instance, new InstanceMessage(
        timer.TaskId == DurableTimer.Start ? HistoryEvent.Started : HistoryEvent.TimerFired(timer.TaskId), timer.Execution));

    private void ReportViolation(OrchestrationExecution execution, string message) =>
        Deliver(execution.Instance, new InstanceMessage(HistoryEvent.Violation(message), execution.Number));

    private WorkItem BeginStep(string orchestrator) =>
        _work.Begin(_orchestrationWork.GetOrAdd(orchestrator, static name => $"orchestration '{name}'"));

    // ---- Steps

    private void RunStep(OrchestrationInstance instance)
    {
        List<InstanceMessage> messages;
        lock (instance.Gate)
        {
            messages = instance.Mailbox;
            instance.Mailbox = [];
        }

        if (!_busy.TryEnter(_stopping.Token))
        {
            PutBack(instance, messages);
            _stepGate.Release();
            return;
        }

        OrchestrationStep step;
        try
        {
            step = MakeStep(instance, messages);
        }
        catch (Exception e)
        {
            // The history could not be read (an I/O error, say): nothing was run; try again later.
            _ = RetryLaterAsync(instance, messages, e);
            return;
        }
        finally
        {
            _stepGate.Release();
        }

        if (step.IsEmpty)
        {
            Keep(step.Execution);
            Settle(instance, step.Left);
            _busy.Exit();
        }
        else
        {
            _ = CommitAsync(step, messages);
        }
    }

    private OrchestrationStep MakeStep(OrchestrationInstance instance, List<InstanceMessage> messages)
    {
        var at = Math.Max(_clock.GetUtcNow().UtcTicks, instance.LastStepAt);
        OrchestrationExecution execution;
        try
        {
            execution = _cache.Take(instance) ?? Rebuild(instance);
        }
        catch (NonDeterminismException e)
        {
            return OrchestrationStep.OfUnreplayable(instance, at, e, messages);
        }

        var step = new OrchestrationStep(instance, at);
        step.Run(execution, messages, _nextSentSeq);
        return step;
    }

    /// <summary>Brings the code to where the history ends.</summary>
    private OrchestrationExecution Rebuild(OrchestrationInstance instance)
    {
        if (instance.Fresh is { } fresh)
        {
            return NewExecution(instance, fresh.Json);
        }

        var (input, customStatus, history) = _store.Read(session =>
        {
            var (json, status) = DurableStore.Input(session, instance.Key);
            return (json, status, DurableStore.History(session, instance.Key));
        });
        instance.CustomStatus = customStatus;
        var execution = NewExecution(instance, input);
        if (!execution.IsMissing)
        {
            history.ForEach(execution.Replay);
            execution.EndReplay();
        }

        return execution;
    }

    private OrchestrationExecution NewExecution(OrchestrationInstance instance, string? input) =>
        new(instance, input, _orchestrators.GetValueOrDefault(instance.Name), _options, _loggers, _reportViolation);

    private async Task CommitAsync(OrchestrationStep step, List<InstanceMessage> messages)
    {
        try
        {
            await _store.WriteAsync(step.Write);
        }
        catch (Exception e)
        {
            // The disk is full or failing: the step never happened. Its code is forgotten, so that the next try replays it.
            await RetryLaterAsync(step.Instance, messages, e);
            return;
        }

        step.Commit();
        if (step.HasEnded)
        {
            EndInstance(step);
        }
        else
        {
            GoOn(step);
        }

        _busy.Exit();
    }

    private void GoOn(OrchestrationStep step)
    {
        var instance = step.Instance;
        BeginActions(step);
        Accept(step.Taken);
        if (step.Status == OrchestrationRuntimeStatus.ContinuedAsNew)
        {
            CancelTimers(instance);
            var next = NewExecution(instance, step.Execution!.Continuation!.Input);
            if (step.CarriedEvents.Count > 0)
            {
                next.Replay(new HistoryChunk(0, step.At, step.CarriedEvents));
            }

            step.Left.Insert(0, new InstanceMessage(HistoryEvent.Started, instance.ExecutionNumber));
            Keep(next);
        }
        else
        {
            Keep(step.Execution);
        }

        if (step.Starts)
        {
            TaskCompletionSource? waiters;
            lock (instance.Gate)
            {
                waiters = instance.StartWaiters;
            }

            waiters?.TrySetResult();
        }

        Settle(instance, step.Left);
    }

    private void Keep(OrchestrationExecution? execution)
    {
        if (execution is not null)
        {
            _cache.Keep(execution);
        }
    }

    /// <summary>Begins what a step asked for, now that it is on disk.</summary>
    private void BeginActions(OrchestrationStep step)
    {
        var instance = step.Instance;
        var number = step.Execution?.Number ?? 0;
        var sent = 0;
        foreach (var action in step.Actions)
        {
            switch (action.Kind)
            {
                case HistoryKind.TaskScheduled:
                    Begin(instance, number, action);
                    break;
                case HistoryKind.TimerCreated when step.Status == OrchestrationRuntimeStatus.Running:
                    ArmTimer(instance, number, action);
                    break;
                case HistoryKind.TimerCanceled when instance.Timers is { } timers && timers.Remove(action.TaskId, out var timer):
                    _timers.Cancel(timer);
                    break;
                case HistoryKind.EventSent:
                    DeliverSent(step.SentSeqs[sent++], action.Target!, HistoryEvent.EventRaised(action.Name!, action.Data));
                    break;
                default:
                    break;
            }
        }
    }

    private void ArmTimer(OrchestrationInstance instance, int execution, in HistoryEvent created)
    {
        if (created.Ticks <= _clock.GetUtcNow().UtcTicks)
        {
            Deliver(instance, new InstanceMessage(HistoryEvent.TimerFired(created.TaskId), execution));
            return;
        }

        (instance.Timers ??= [])[created.TaskId] = _timers.Arm(instance, execution, created.TaskId, created.Ticks);
    }

    private void CancelTimers(OrchestrationInstance instance)
    {
        foreach (var timer in instance.Timers?.Values ?? Enumerable.Empty<DurableTimer>())
        {
            _timers.Cancel(timer);
        }

        instance.Timers = null;
    }

    private static void Accept(List<InstanceMessage> taken)
    {
        foreach (var message in taken)
        {
            message.Accepted?.TrySetResult();
        }
    }

    /// <summary>After a step: goes on with what has come in the meantime, or rests.</summary>
    private void Settle(OrchestrationInstance instance, List<InstanceMessage> left)
    {
        WorkItem? done = null;
        lock (instance.Gate)
        {
            instance.Mailbox.InsertRange(0, left);
            if (instance.Mailbox.Count == 0)
            {
                instance.IsScheduled = false;
                done = instance.Work;
                instance.Work = null;
            }
        }

        if (done is null)
        {
            _stepGate.Enqueue(instance);
        }
        else
        {
            done.Dispose();
        }
    }

    private void EndInstance(OrchestrationStep step)
    {
        var instance = step.Instance;
        BeginActions(step);
        CancelTimers(instance);
        if (step.Failure is { } failure)
        {
            LogOrchestrationFailed(_log, instance.Name, instance.Id, failure.ErrorType, failure.ErrorMessage);
        }

        List<InstanceMessage> unread;
        WorkItem? work;
        TaskCompletionSource? startWaiters, endWaiters;
        lock (instance.Gate)
        {
            instance.HasEnded = true;
            unread = instance.Mailbox;
            instance.Mailbox = [];
            (work, startWaiters, endWaiters) = (instance.Work, instance.StartWaiters, instance.EndWaiters);
            instance.Work = null;
        }

        _instances.TryRemove(KeyValuePair.Create(instance.Id, instance));
        Accept(step.Taken);
        unread.InsertRange(0, step.Left);
        unread.ForEach(message => Refuse(instance, message));
        startWaiters?.TrySetResult();
        endWaiters?.TrySetResult();
        work?.Dispose();
    }

    /// <summary>Tells whom it concerns that a message came after the instance's end.</summary>
    private void Refuse(OrchestrationInstance instance, InstanceMessage message)
    {
        message.Accepted?.TrySetException(HasEnded(instance.Id));
        if (message.SentSeq != 0)
        {
            _ = _store.WriteAsync(session => DurableStore.RemoveSent(session, message.SentSeq));
        }
        else if (message.Event.Kind is HistoryKind.TaskCompleted or HistoryKind.TaskFailed)
        {
            ForgetDetached(instance, message.Execution, message.Event.TaskId);
        }
    }

    private static OrchestrationGoneException HasEnded(string id) => new($"The orchestration '{id}' has ended.");

    private async Task RetryLaterAsync(OrchestrationInstance instance, List<InstanceMessage> messages, Exception failure)
    {
        LogStepNotStored(_log, failure, instance.Name, instance.Id);
        foreach (var message in messages)
        {
            // Not acknowledged, so it is the sender's to try again.
            message.Accepted?.TrySetException(failure);
        }

        _busy.Exit();
        messages = messages.FindAll(message => message.Accepted is null);
        try
        {
            await Task.Delay(RetryAfterStoreFailure, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Settle(instance, messages);
    }

    private static void PutBack(OrchestrationInstance instance, List<InstanceMessage> messages)
    {
        lock (instance.Gate)
        {
            instance.Mailbox.InsertRange(0, messages);
        }
    }

    // ---- Activities

    private sealed record ActivityRun(OrchestrationInstance Instance, int Execution, int TaskId, string Name, string? Input, WorkItem Work);

    private void Begin(OrchestrationInstance instance, int execution, in HistoryEvent scheduled) => _activityGate.Enqueue(new ActivityRun(
        instance, execution, scheduled.TaskId, scheduled.Name!, scheduled.Data, BeginActivity(scheduled.Name!)));

    private WorkItem BeginActivity(string activity) => _work.Begin(_activityWork.GetOrAdd(activity, static name => $"activity '{name}'"));

    private async Task RunActivityAsync(ActivityRun run)
    {
        if (!_busy.TryEnter(_stopping.Token))
        {
            _activityGate.Release();
            return;
        }

        await run.Work.RunAsync(async () =>
        {
            var result = await InvokeAsync(run);
            _activityGate.Release();
            if (result is { } e && !Deliver(run.Instance, new InstanceMessage(e, run.Execution)))
            {
                ForgetDetached(run.Instance, run.Execution, run.TaskId);
            }
        });
        _busy.Exit();
    }

    /// <summary>Runs the activity; null when it was cut off by the engine's stop, to be run again.</summary>
    private async Task<HistoryEvent?> InvokeAsync(ActivityRun run)
    {
        if (!_activities.TryGetValue(run.Name, out var activity))
        {
            return HistoryEvent.TaskFailed(run.TaskId, DurableFailures.MissingActivity(run.Name));
        }

        try
        {
            var result = await activity(new DurableActivityCall(run.Instance.Id, run.Name, run.Input, run.TaskId), _stopping.Token);
            return HistoryEvent.TaskCompleted(run.TaskId, _options.DataConverter.Serialize(result));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            // Whatever an activity throws is its orchestrator's to deal with.
            return HistoryEvent.TaskFailed(run.TaskId, TaskFailureDetails.FromException(e));
        }
    }

    private void ForgetDetached(OrchestrationInstance instance, int execution, int taskId) =>
        _ = _store.WriteAsync(session => DurableStore.RemoveDetached(session, instance.Key, execution, taskId));

    // ---- Recovery and stop

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

    [LoggerMessage(Level = LogLevel.Error, Message = "A step of orchestration {Name} ({InstanceId}) could not be stored; it will be tried again")]
    private static partial void LogStepNotStored(ILogger log, Exception exception, string name, string instanceId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Event {EventName} to orchestration {InstanceId} was dropped: it does not run")]
    private static partial void LogEventDropped(ILogger log, string eventName, string instanceId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped while work was still under way after {Patience}; it will be done again")]
    private static partial void LogStoppedWithWork(ILogger log, TimeSpan patience);
}
