using Microsoft.DurableTask;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>Something that an orchestrator asked for and that has not come yet.</summary>
internal abstract class OpenTask
{
    public abstract void Succeed(string? data, DataConverter converter);

    public abstract void Fail(TaskFailureDetails failure);
}

/// <summary>An activity whose result the orchestrator may wait for.</summary>
internal sealed class OpenActivity<T>(int taskId, string name, string? input) : OpenActivity(taskId, name, input)
{
    private readonly TaskCompletionSource<T> _source = new();

    public Task<T> Task => _source.Task;

    public override void Succeed(string? data, DataConverter converter)
    {
        T result;
        try
        {
            result = typeof(T) == typeof(NoResult) ? default! : converter.Deserialize<T>(data)!;
        }
        catch (Exception e)
        {
            // The result is not what the orchestrator asked for: that is the orchestrator's failure, at its await.
            _source.SetException(e);
            return;
        }

        _source.SetResult(result);
    }

    public override void Fail(TaskFailureDetails failure) => _source.SetException(new TaskFailedException(Name, TaskId, failure));
}

/// <summary>The result of an activity that was called without asking for one.</summary>
internal readonly struct NoResult;

/// <summary>An activity that was called and has not ended.</summary>
internal abstract class OpenActivity(int taskId, string name, string? input) : OpenTask
{
    public int TaskId => taskId;

    public string Name => name;

    public string? Input => input;
}

/// <summary>A timer that has neither fired nor been cancelled.</summary>
internal sealed class OpenTimer : OpenTask
{
    private readonly TaskCompletionSource _source = new();
    private CancellationTokenRegistration _registration;

    public Task Task => _source.Task;

    public void CancelWith(OrchestrationExecution execution, int taskId, CancellationToken token) =>
        _registration = token.UnsafeRegister((_, t) => execution.CancelTimer(taskId, this, t), null);

    public void Cancel(CancellationToken token) => _source.TrySetCanceled(token);

    public override void Succeed(string? data, DataConverter converter)
    {
        _registration.Dispose();
        _source.TrySetResult();
    }

    public override void Fail(TaskFailureDetails failure) => throw new InvalidOperationException("A timer does not fail.");
}

/// <summary>Code that waits for an external event. Waiters of one name form a stack: the newest is served first.</summary>
internal abstract class EventWaiter(EventWaiter? next)
{
    /// <summary>The waiter that is served after this one.</summary>
    public EventWaiter? Next => next;

    public abstract Type EventType { get; }

    public abstract bool IsWaiting { get; }

    public abstract void Take(string? payload, DataConverter converter);
}

/// <inheritdoc cref="EventWaiter"/>
internal sealed class EventWaiter<T>(EventWaiter? next) : EventWaiter(next)
{
    private readonly TaskCompletionSource<T> _source = new();

    public override Type EventType => typeof(T);

    public override bool IsWaiting => !_source.Task.IsCompleted;

    public Task<T> Task => _source.Task;

    public void Cancel(CancellationToken token) => _source.TrySetCanceled(token);

    public override void Take(string? payload, DataConverter converter)
    {
        T value;
        try
        {
            value = converter.Deserialize<T>(payload)!;
        }
        catch (Exception e)
        {
            // The payload is not what the orchestrator waits for: that is the orchestrator's failure, at its await.
            _source.TrySetException(e);
            return;
        }

        // A waiter that was cancelled swallows the event, as in the genuine SDK.
        _source.TrySetResult(value);
    }
}
