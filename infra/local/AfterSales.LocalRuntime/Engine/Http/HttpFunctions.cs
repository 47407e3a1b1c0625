using AfterSales.LocalRuntime.Engine.Clock;
using AfterSales.LocalRuntime.Engine.Functions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace AfterSales.LocalRuntime.Engine.Http;

/// <summary>Serves HTTP functions: each request of a route is an invocation, and what the function returns is the answer.</summary>
internal sealed class HttpFunctions(FunctionInvoker invoker, WorkTracker work, HostSettings settings)
{
    private static readonly ActionDescriptor NoAction = new();

    private readonly SemaphoreSlim? _slots = settings.MaxConcurrentRequests > 0 ? new(settings.MaxConcurrentRequests) : null;
    private int _outstanding;

    public void Map(IEndpointRouteBuilder endpoints, IEnumerable<FoundFunction> functions)
    {
        foreach (var function in functions)
        {
            if (function.Trigger is HttpFunctionTrigger trigger)
            {
                var endpoint = endpoints.Map(trigger.Pattern, http => ServeAsync(function, http)).WithDisplayName(function.Name);
                if (trigger.Methods.Count > 0)
                {
                    endpoint.WithMetadata(new HttpMethodMetadata(trigger.Methods));
                }
            }
        }
    }

    private async Task ServeAsync(FoundFunction function, HttpContext http)
    {
        if (Interlocked.Increment(ref _outstanding) > settings.MaxOutstandingRequests && settings.MaxOutstandingRequests > 0)
        {
            Interlocked.Decrement(ref _outstanding);
            http.Response.Headers.RetryAfter = "1";
            await HostProblem.WriteAsync(http, 429, "too-many-requests", "More requests wait than host.json allows.");
            return;
        }

        try
        {
            await (_slots?.WaitAsync(http.RequestAborted) ?? Task.CompletedTask);
            try
            {
                await InvokeAsync(function, http);
            }
            finally
            {
                _slots?.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _outstanding);
        }
    }

    private Task InvokeAsync(FoundFunction function, HttpContext http)
    {
        foreach (var (name, value) in settings.CustomHeaders)
        {
            http.Response.Headers[name] = value;
        }

        // Called last of all: what the app does behind its answer is owed until then. It is work of its own, which does not wait for the
        // clock even where the function did.
        IDisposable? behind = null;
        http.Response.OnCompleted(() =>
        {
            behind?.Dispose();
            return Task.CompletedTask;
        });
        return work.Begin(function.Name).RunAsync(async () =>
        {
            try
            {
                await invoker.InvokeAsync(function, http, http.RequestAborted, AnswerAsync);
            }
            finally
            {
                behind = work.Begin($"{function.Name}, behind its answer");
            }
        });
    }

    /// <summary>As on the platform, only results say anything: any other object gives 200 with an empty body.</summary>
    private static Task AnswerAsync(InvocationContext context, object? result)
    {
        var http = (HttpContext)context.Payload;
        return context.Function.Outputs.HttpAnswer(result) switch
        {
            IResult answer => answer.ExecuteAsync(http),
            IActionResult answer => answer.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), NoAction)),
            _ => Task.CompletedTask,
        };
    }
}
