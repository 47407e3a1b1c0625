using AfterSales.Functions.Messaging;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace AfterSales.Functions.Http;

/// <summary>An HTTP request that met an outage is answered 503, with when to try again; it may be repeated with the same key.</summary>
public sealed class OutageMiddleware(ILogger<OutageMiddleware> log) : IFunctionsWorkerMiddleware
{
    private const string RetryAfterSeconds = "5";

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (Outage.Is(e)
            && context.GetHttpContext() is { Response.HasStarted: false, RequestAborted.IsCancellationRequested: false })
        {
            OutageLog.Met(log, context.FunctionDefinition.Name, e);
            context.GetInvocationResult().Value = Problem
                .Of(503, "unavailable", "Something this app depends on does not answer now. Try again in a few seconds.")
                .With("Retry-After", RetryAfterSeconds);
        }
    }
}

internal static partial class OutageLog
{
    [LoggerMessage(1001, LogLevel.Error, "{Function} met an outage and answered 503")]
    public static partial void Met(ILogger log, string function, Exception fault);
}
