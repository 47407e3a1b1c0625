using AfterSales.LocalRuntime.Engine.Clock;
using Microsoft.DurableTask;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>Activities run on the thread pool, a limited number at once; each result is a message to its orchestration.</summary>
public sealed partial class DurableEngine
{
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
}
