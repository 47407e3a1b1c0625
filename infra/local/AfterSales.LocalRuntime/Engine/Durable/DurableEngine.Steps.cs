using AfterSales.LocalRuntime.Engine.Clock;
using Microsoft.DurableTask.Client;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>
/// Messages go into an instance's mailbox; a step takes all that are there, runs the code on them and is written; then what it asked
/// for begins. One step of an instance at a time.
/// </summary>
public sealed partial class DurableEngine
{
    /// <summary>Puts a message into an instance's mailbox and sees to it that a step takes it; false when the instance has ended.</summary>
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
        if (!_instances.TryGetValue(target, out var instance)
            || !Deliver(instance, new InstanceMessage(raised, InstanceMessage.AnyExecution, SentSeq: seq)))
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
            return OrchestrationStep.OfUnreplayable(instance, at, e, messages).Encode();
        }

        var step = new OrchestrationStep(instance, at);
        step.Run(execution, messages, _nextSentSeq);
        return step.Encode();
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
}
