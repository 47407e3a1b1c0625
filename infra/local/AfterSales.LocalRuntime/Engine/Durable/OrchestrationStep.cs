using AfterSales.LocalRuntime.Engine.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>
/// One step of an orchestration: the messages that came, the code that ran on them, and what it asked for. All of it becomes true in
/// one write, or not at all.
/// </summary>
internal sealed class OrchestrationStep(OrchestrationInstance instance, long at)
{
    private readonly List<HistoryEvent> _incoming = [];
    private List<HistoryEvent> _actions = [];
    private List<long>? _sentSeqs;
    private List<InstanceMessage>? _staleResults;
    private IReadOnlyList<OpenActivity> _detached = [];
    private string? _output;
    private TaskFailureDetails? _failure;
    private string? _customStatus;
    private byte[]? _row;

    public OrchestrationInstance Instance => instance;

    public long At => at;

    /// <summary>The code after the step; null when it could not be rebuilt.</summary>
    public OrchestrationExecution? Execution { get; private set; }

    /// <summary>Messages that somebody waits for, or that another orchestration sent, and that this step took.</summary>
    public List<InstanceMessage> Taken { get; } = [];

    /// <summary>Messages that this step did not get to.</summary>
    public List<InstanceMessage> Left { get; private set; } = [];

    /// <summary>The status after the step: Running while the orchestration goes on.</summary>
    public OrchestrationRuntimeStatus Status { get; private set; } = OrchestrationRuntimeStatus.Running;

    public bool HasEnded => Status is not (OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.ContinuedAsNew);

    public TaskFailureDetails? Failure => _failure;

    /// <summary>Whether this step started the execution.</summary>
    public bool Starts { get; private set; }

    /// <summary>Whether nothing came of it: all messages were of the past.</summary>
    public bool IsEmpty => _incoming.Count == 0 && Taken.Count == 0 && !HasEnded && _staleResults is null;

    public IReadOnlyList<HistoryEvent> Actions => _actions;

    /// <summary>The rows of the events that the step sends, in the order of its <see cref="HistoryKind.EventSent"/> actions.</summary>
    public IReadOnlyList<long> SentSeqs => _sentSeqs ?? [];

    /// <summary>Events that go over to the next execution, when the orchestration continues as new.</summary>
    public List<HistoryEvent> CarriedEvents { get; private set; } = [];

    /// <summary>The step of an orchestration whose code could not be brought to where its history ends.</summary>
    public static OrchestrationStep OfUnreplayable(
        OrchestrationInstance instance, long at, NonDeterminismException e, List<InstanceMessage> messages)
    {
        var step = new OrchestrationStep(instance, at) { Left = messages };
        step.End(OrchestrationRuntimeStatus.Failed, null, DurableFailures.NonDeterminism(e));
        return step;
    }

    /// <summary>Runs the code on the messages, until it has ended or has seen them all.</summary>
    public void Run(OrchestrationExecution execution, List<InstanceMessage> messages, Func<long> nextSentSeq)
    {
        Execution = execution;
        var statusBefore = execution.CustomStatus;
        InstanceMessage? termination = null;
        TaskFailureDetails? crash = null;
        execution.Enter(at, replaying: false);
        try
        {
            termination = Feed(messages);
        }
        catch (Exception e)
        {
            // Thrown outside the orchestrator's task (an async void method in it, say): its failure all the same.
            crash = TaskFailureDetails.FromException(e);
        }
        finally
        {
            execution.Leave();
        }

        if (!ReferenceEquals(execution.CustomStatus, statusBefore) && execution.CustomStatus != instance.CustomStatus)
        {
            _customStatus = execution.CustomStatus;
        }

        Conclude(execution, termination, crash);
        foreach (var action in _actions)
        {
            if (action.Kind == HistoryKind.EventSent)
            {
                (_sentSeqs ??= []).Add(nextSentSeq());
            }
        }
    }

    /// <summary>Makes the row of history, so that the writer need not.</summary>
    public OrchestrationStep Encode()
    {
        if (Status == OrchestrationRuntimeStatus.ContinuedAsNew)
        {
            _row = CarriedEvents.Count > 0 ? HistoryCodec.Encode(CarriedEvents, []) : null;
        }
        else if (_incoming.Count > 0 || _actions.Count > 0)
        {
            _row = HistoryCodec.Encode(_incoming, _actions);
        }

        return this;
    }

    /// <summary>Writes the step, which was encoded.</summary>
    public void Write(StoreSession session)
    {
        if (Status == OrchestrationRuntimeStatus.ContinuedAsNew)
        {
            DurableStore.ContinueAsNew(session, instance.Key, Execution!.Number + 1, Execution.Continuation!.Input);
            if (_row is not null)
            {
                DurableStore.AppendHistory(session, instance.Key, 0, at, _row);
            }
        }
        else if (_row is not null)
        {
            DurableStore.AppendHistory(session, instance.Key, instance.NextSeq, at, _row);
        }

        if (_customStatus is not null)
        {
            DurableStore.SetCustomStatus(session, instance.Key, _customStatus);
        }

        if (HasEnded)
        {
            DurableStore.End(session, instance.Key, Status, at, _output, _failure);
        }

        WriteSideRows(session);
    }

    /// <summary>Brings the instance's own view up to the step that was just written.</summary>
    public void Commit()
    {
        instance.LastStepAt = at;
        instance.Fresh = null;
        if (_customStatus is not null)
        {
            instance.CustomStatus = _customStatus;
        }

        if (Status == OrchestrationRuntimeStatus.ContinuedAsNew)
        {
            instance.ExecutionNumber++;
            instance.NextSeq = _row is null ? 0 : 1;
            instance.HasStarted = false;
        }
        else
        {
            instance.NextSeq += _row is null ? 0 : 1;
            instance.HasStarted |= Starts;
            ForgetFiredTimers();
        }
    }

    private void ForgetFiredTimers()
    {
        if (instance.Timers is not { } timers)
        {
            return;
        }

        foreach (var e in _incoming)
        {
            if (e.Kind == HistoryKind.TimerFired)
            {
                timers.Remove(e.TaskId);
            }
        }
    }

    private InstanceMessage? Feed(List<InstanceMessage> messages)
    {
        var execution = Execution!;
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            if (message.Event.Kind == HistoryKind.ExecutionEnded)
            {
                Left = messages[(i + 1)..];
                return message;
            }

            if (message.Execution != InstanceMessage.AnyExecution && message.Execution != execution.Number)
            {
                if (message.Event.Kind is HistoryKind.TaskCompleted or HistoryKind.TaskFailed)
                {
                    (_staleResults ??= []).Add(message);
                }

                continue;
            }

            if (!execution.Accepts(message.Event))
            {
                continue;
            }

            Take(message);
            execution.Apply(message.Event);
            if (execution.Violation is not null || execution.Completion is { IsCompleted: true })
            {
                Left = messages[(i + 1)..];
                return null;
            }
        }

        return null;
    }

    private void Take(in InstanceMessage message)
    {
        if (message.Event.Kind is not (HistoryKind.None or HistoryKind.Violation))
        {
            _incoming.Add(message.Event);
        }

        if (message.Accepted is not null || message.SentSeq != 0)
        {
            Taken.Add(message);
        }

        Starts |= message.Event.Kind == HistoryKind.ExecutionStarted;
    }

    private void Conclude(OrchestrationExecution execution, InstanceMessage? termination, TaskFailureDetails? crash)
    {
        if (execution.Violation is { } violation)
        {
            End(OrchestrationRuntimeStatus.Failed, null, DurableFailures.Violation(violation));
            return;
        }

        _actions = execution.Actions;
        if (termination is { } terminate)
        {
            Taken.Add(terminate);
            Detach(execution);
            End(OrchestrationRuntimeStatus.Terminated, terminate.Event.Data, null);
        }
        else if (crash is not null)
        {
            Detach(execution);
            End(OrchestrationRuntimeStatus.Failed, null, crash);
        }
        else if (execution.IsMissing)
        {
            End(OrchestrationRuntimeStatus.Failed, null, DurableFailures.MissingOrchestrator(instance.Name));
        }
        else if (execution.Completion is { IsCompleted: true } completion)
        {
            Detach(execution);
            ConcludeCompleted(execution, completion);
        }
        else if (execution.Completion is not null && !execution.WaitsForSomethingDurable)
        {
            End(OrchestrationRuntimeStatus.Failed, null, DurableFailures.NothingDurableAwaited(instance));
        }
    }

    private void ConcludeCompleted(OrchestrationExecution execution, Task<object?> completion)
    {
        if (!completion.IsCompletedSuccessfully)
        {
            var exception = completion.Exception?.InnerException ?? new TaskCanceledException(completion);
            End(OrchestrationRuntimeStatus.Failed, null, TaskFailureDetails.FromException(exception));
        }
        else if (execution.Continuation is { } next)
        {
            Status = OrchestrationRuntimeStatus.ContinuedAsNew;
            CarriedEvents = next.PreserveUnprocessedEvents ? [.. execution.UnreadEvents] : [];
        }
        else
        {
            try
            {
                End(OrchestrationRuntimeStatus.Completed, execution.Converter.Serialize(completion.Result), null);
            }
            catch (Exception e)
            {
                // What the orchestrator returned cannot be written as JSON: its failure.
                End(OrchestrationRuntimeStatus.Failed, null, TaskFailureDetails.FromException(e));
            }
        }
    }

    private void End(OrchestrationRuntimeStatus status, string? output, TaskFailureDetails? failure)
    {
        Status = status;
        _output = output;
        _failure = failure;
        _actions.Add(HistoryEvent.Ended((int)status, null, null));
    }

    private void Detach(OrchestrationExecution execution) => _detached = [.. execution.OpenActivities];

    private void WriteSideRows(StoreSession session)
    {
        if (_sentSeqs is not null)
        {
            var next = 0;
            foreach (var action in _actions.Where(a => a.Kind == HistoryKind.EventSent))
            {
                DurableStore.AddSent(session, _sentSeqs[next++], action);
            }
        }

        foreach (var message in Taken)
        {
            if (message.SentSeq != 0)
            {
                DurableStore.RemoveSent(session, message.SentSeq);
            }
        }

        foreach (var activity in _detached)
        {
            DurableStore.AddDetached(session, instance.Key, Execution!.Number, instance.Id, activity);
        }

        foreach (var stale in _staleResults ?? [])
        {
            DurableStore.RemoveDetached(session, instance.Key, stale.Execution, stale.Event.TaskId);
        }
    }
}
