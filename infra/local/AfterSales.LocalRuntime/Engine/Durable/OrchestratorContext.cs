using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>The context that an orchestrator sees, over its execution.</summary>
internal sealed class OrchestratorContext(
    OrchestrationExecution execution, string? input, TimeSpan maximumTimerInterval, ILoggerFactory loggers)
    : TaskOrchestrationContext
{
    private int _guids;

    public override TaskName Name => new(execution.Instance.Name);

    public override string InstanceId => execution.Instance.Id;

    /// <summary>Always null: there are no sub-orchestrations here.</summary>
    public override ParentOrchestrationInstance? Parent => null;

    public override DateTime CurrentUtcDateTime => execution.CurrentUtcDateTime;

    public override bool IsReplaying => execution.IsReplaying;

    protected override ILoggerFactory LoggerFactory => loggers;

    public override T? GetInput<T>()
        where T : default => execution.Converter.Deserialize<T>(input);

    public override Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null) =>
        CallActivityAsync<NoResult>(name, input, options);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name.Name, nameof(name));
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException(
                "TaskOptions were given as the activity's input and no options; name the argument: options: ….", nameof(input));
        }

        execution.CheckFlow();
        var json = execution.Converter.Serialize(input);
        return options?.Retry switch
        {
            { Policy: { } policy } => CallByPolicyAsync<TResult>(name.Name, json, policy),
            { Handler: { } handler } => CallByHandlerAsync<TResult>(name.Name, json, handler),
            _ => execution.CallActivity<TResult>(name.Name, json),
        };
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var due = fireAt.Kind switch
        {
            DateTimeKind.Utc => fireAt,
            DateTimeKind.Local => fireAt.ToUniversalTime(),
            _ => DateTime.SpecifyKind(fireAt, DateTimeKind.Utc),
        };
        return due - CurrentUtcDateTime <= maximumTimerInterval
            ? execution.CreateTimer(due, cancellationToken) : CreateLongTimerAsync(due, cancellationToken);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return execution.WaitForEvent<T>(eventName, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        execution.SendEvent(instanceId, eventName, execution.Converter.Serialize(payload));
    }

    public override void SetCustomStatus(object? customStatus)
    {
        execution.CheckFlow();
        execution.CustomStatus = execution.Converter.Serialize(customStatus) ?? "null";
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        throw new NotSupportedException(
            $"Sub-orchestrations are not supported by the local runtime (orchestrator '{Name}' called '{orchestratorName}').");

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        execution.CheckFlow();
        execution.Continuation = new ContinuationAsNew(execution.Converter.Serialize(newInput), preserveUnprocessedEvents);
    }

    public override Guid NewGuid()
    {
        execution.CheckFlow();
        return DeterministicGuid.Create(InstanceId, CurrentUtcDateTime, _guids++);
    }

    private async Task CreateLongTimerAsync(DateTime due, CancellationToken cancellationToken)
    {
        while (due - CurrentUtcDateTime > maximumTimerInterval)
        {
            await execution.CreateTimer(CurrentUtcDateTime.Add(maximumTimerInterval), cancellationToken);
        }

        await execution.CreateTimer(due, cancellationToken);
    }

    private async Task<T> CallByPolicyAsync<T>(string name, string? json, RetryPolicy policy)
    {
        var firstAttempt = CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await execution.CallActivity<T>(name, json);
            }
            catch (TaskFailedException e) when (attempt < policy.MaxNumberOfAttempts && IsWorthRetrying(e) && policy.Handle(e)
                && (policy.RetryTimeout == Timeout.InfiniteTimeSpan || CurrentUtcDateTime - firstAttempt < policy.RetryTimeout))
            {
                await CreateTimer(CurrentUtcDateTime + Delay(policy, attempt), CancellationToken.None);
            }
        }
    }

    private async Task<T> CallByHandlerAsync<T>(string name, string? json, AsyncRetryHandler handler)
    {
        var start = CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            TaskFailedException failure;
            try
            {
                return await execution.CallActivity<T>(name, json);
            }
            catch (TaskFailedException e) when (IsWorthRetrying(e))
            {
                failure = e;
            }

            if (!await handler(new RetryContext(this, attempt, failure.FailureDetails, CurrentUtcDateTime - start, CancellationToken.None)))
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            }
        }
    }

    private static bool IsWorthRetrying(TaskFailedException e) => e.FailureDetails.ErrorType != DurableFailures.ActivityNotFound;

    private static TimeSpan Delay(RetryPolicy policy, int attempt)
    {
        var milliseconds = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        return milliseconds < policy.MaxRetryInterval.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : policy.MaxRetryInterval;
    }
}
