using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>Runs functions: a context and, when asked for, a scope of services per invocation, the app's middleware around the call, its
/// outputs after it.</summary>
internal sealed class FunctionInvoker
{
    private readonly LocalRuntime _runtime;
    private readonly IServiceProvider _services;
    private readonly FunctionExecutionDelegate _pipeline;
    private readonly Lock _gate = new();
    private int _running;
    private TaskCompletionSource? _drained;

    public FunctionInvoker(
        LocalRuntime runtime,
        IServiceProvider services,
        IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
    {
        _runtime = runtime;
        _services = services;
        _pipeline = middleware.Reverse().Aggregate((FunctionExecutionDelegate)CallAsync, (next, outer) => outer(next));
    }

    /// <summary>Runs a function and gives back what it, or middleware in its place, returned. <paramref name="afterwards"/> is
    /// done with that as part of the invocation.</summary>
    public async Task<object?> InvokeAsync(
        FoundFunction function,
        object payload,
        CancellationToken cancellationToken,
        Func<InvocationContext, object?, Task>? afterwards = null)
    {
        var context = new InvocationContext(function, payload, _runtime, _services, cancellationToken);
        Enter();
        try
        {
            await _pipeline(context);
            var result = context.Outcome.Value;
            await function.Outputs.SendAsync(context, result);
            if (afterwards is not null)
            {
                await afterwards(context, result);
            }

            return result;
        }
        finally
        {
            await context.EndAsync();
            Leave();
        }
    }

    /// <summary>Runs an orchestrator. It may wait for ever, be dropped from memory and be rebuilt from its history, so it is not counted
    /// among the running invocations; the services of one that was dropped are left to the garbage collector.</summary>
    public async Task<object?> ReplayAsync(FoundFunction function, object payload, CancellationToken cancellationToken)
    {
        var context = new InvocationContext(function, payload, _runtime, _services, cancellationToken);
        try
        {
            await _pipeline(context);
            return context.Outcome.Value;
        }
        finally
        {
            await context.EndAsync();
        }
    }

    /// <summary>Completes when no invocation runs.</summary>
    public Task DrainedAsync()
    {
        lock (_gate)
        {
            return _running == 0 ? Task.CompletedTask : (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private static async Task CallAsync(FunctionContext context)
    {
        var invocation = (InvocationContext)context;
        invocation.Outcome.Value = await invocation.Function.Call.RunAsync(invocation);
    }

    private void Enter()
    {
        lock (_gate)
        {
            _running++;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_running == 0)
            {
                _drained?.SetResult();
                _drained = null;
            }
        }
    }
}
