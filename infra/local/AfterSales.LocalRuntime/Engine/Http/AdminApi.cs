using System.Text.Json;
using AfterSales.LocalRuntime.Engine.Functions;
using AfterSales.LocalRuntime.Engine.Timers;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AfterSales.LocalRuntime.Engine.Http;

/// <summary>The host's own paths under <c>/admin</c>: its state, its functions run by hand, and the clock.</summary>
internal sealed class AdminApi(
    LocalRuntime runtime, IReadOnlyList<FoundFunction> functions, FunctionInvoker invoker, ILogger log, CancellationToken stopping)
{
    private const int MaxWaiting = 1000;
    private static readonly long StartedAt = Environment.TickCount64;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/admin/host/status", StatusAsync);
        endpoints.MapGet("/admin/functions", http => http.Response.WriteAsJsonAsync(functions.Select(Describe)));
        endpoints.MapPost("/admin/functions/{name}", RunAsync);
        endpoints.MapGet("/admin/clock", ClockAsync);
        endpoints.MapPost("/admin/clock/advance", AdvanceAsync);
    }

    private static object Describe(FoundFunction function) => new
    {
        name = function.Name,
        trigger = function.Trigger.Type,
        source = function.Trigger.Source,
        entryPoint = function.EntryPoint,
    };

    private Task StatusAsync(HttpContext http) => http.Response.WriteAsJsonAsync(new
    {
        id = Environment.MachineName,
        state = "Running",
        version = typeof(AdminApi).Assembly.GetName().Version!.ToString(),
        processId = Environment.ProcessId,
        processUptime = Environment.TickCount64 - StartedAt,
        functions = functions.Count,
    });

    private Task ClockAsync(HttpContext http) => http.Response.WriteAsJsonAsync(new
    {
        now = runtime.Clock.GetUtcNow(),
        mode = runtime.Clock.IsVirtual ? "virtual" : "real",
        waitingFor = runtime.Clock.Waiting(MaxWaiting).Select(w => new { due = w.Due, what = w.What, recurring = w.Recurring }),
        working = runtime.Work.Describe(),
    });

    private async Task AdvanceAsync(HttpContext http)
    {
        var (advance, fault) = await ClockAdvance.ReadAsync(http.Request, runtime.Clock.GetUtcNow());
        if (advance is null)
        {
            await HostProblem.WriteAsync(http, StatusCodes.Status400BadRequest, "bad-advance", fault);
            return;
        }

        if (!runtime.Clock.IsVirtual)
        {
            await HostProblem.WriteAsync(http, StatusCodes.Status409Conflict, "clock-is-real", "The clock is real: time passes by itself.");
            return;
        }

        // Not work of its own: what it waits for would otherwise wait for it.
        await (advance.To is { } target
            ? runtime.Clock.AdvanceToAsync(target, http.RequestAborted)
            : runtime.Clock.AdvanceUntilIdleAsync(http.RequestAborted));
        await ClockAsync(http);
    }

    private async Task RunAsync(HttpContext http)
    {
        var name = (string)http.Request.RouteValues["name"]!;
        var function = functions.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (function is null)
        {
            await HostProblem.WriteAsync(http, StatusCodes.Status404NotFound, "function-not-found", $"There is no function '{name}'.");
            return;
        }

        var (input, fault) = await ReadInputAsync(http.Request);
        object? payload = (function.Trigger, fault) switch
        {
            (_, not null) => null,
            (TimerFunctionTrigger, _) => new TimerInfo(),
            (BusFunctionTrigger, _) => (IReadOnlyList<ServiceBusReceivedMessage>)[BusMessages.ByHand(input, runtime.Clock.GetUtcNow())],
            _ => null,
        };
        if (payload is null)
        {
            var detail = fault
                ?? $"'{function.Name}' is set off by {function.Trigger.Type}; only timer and Service Bus functions are run by hand.";
            await HostProblem.WriteAsync(http, StatusCodes.Status400BadRequest, "bad-run", detail);
            return;
        }

        Start(function, payload);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private void Start(FoundFunction function, object payload)
    {
        var work = runtime.Work.Begin($"{function.Name} (by hand)");
        _ = Task.Run(
            () => work.RunAsync(async () =>
            {
                try
                {
                    await invoker.InvokeAsync(function, payload, stopping);
                }
                catch (Exception e)
                {
                    // The caller has had its 202; the log is where a failure is told.
                    log.LogError(e, "Function {Function}, run by hand, failed.", function.Name);
                }
            }),
            CancellationToken.None);
    }

    /// <summary>The input of <c>{"input": "…"}</c>; an empty body has an empty one.</summary>
    private static async Task<(string Input, string? Fault)> ReadInputAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        if (string.IsNullOrWhiteSpace(body))
        {
            return ("", null);
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("input", out var input)
                ? (input.ValueKind == JsonValueKind.String ? input.GetString()! : input.GetRawText(), null)
                : ("", document.RootElement.ValueKind == JsonValueKind.Object ? null : "The body must be {\"input\": \"…\"}.");
        }
        catch (JsonException e)
        {
            return ("", $"The body is not JSON: {e.Message}");
        }
    }
}
