using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DurableTask.Core.Exceptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.DurableTask.Client;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>The HTTP API under <c>/runtime/webhooks/durabletask</c> that Durable Functions documents. The parameters taskHub,
/// connection and code are accepted and mean nothing here.</summary>
internal sealed class ManagementApi(DurableEngine engine)
{
    private const string Root = "/runtime/webhooks/durabletask";
    private const string ContinuationHeader = "x-ms-continuation-token";

    private DurableTaskClient Client => engine.Client;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var root = endpoints.MapGroup(Root);
        root.MapPost("/orchestrators/{name}", (HttpRequest request, string name) => StartAsync(request, name, null));
        root.MapPost("/orchestrators/{name}/{id}", StartAsync);
        root.MapGet("/instances", ListAsync);
        root.MapDelete("/instances", PurgeAsync);
        root.MapGet("/instances/{id}", GetAsync);
        root.MapDelete("/instances/{id}", PurgeOneAsync);
        root.MapPost("/instances/{id}/raiseEvent/{eventName}", RaiseAsync);
        root.MapPost("/instances/{id}/terminate", TerminateAsync);
        root.MapPost("/instances/{id}/restart", RestartAsync);
        root.MapPost("/instances/{id}/suspend", () => NotSupported("Suspending orchestrations"));
        root.MapPost("/instances/{id}/resume", () => NotSupported("Resuming orchestrations"));
        root.MapPost("/instances/{id}/rewind", () => NotSupported("Rewinding orchestrations"));
    }

    private static IResult NotSupported(string what) =>
        Problem(StatusCodes.Status501NotImplemented, $"{what} is not supported by the local runtime.");

    private static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);

    private async Task<IResult> StartAsync(HttpRequest request, string name, string? id)
    {
        if (await ReadJsonAsync(request) is not { } body)
        {
            return Problem(StatusCodes.Status400BadRequest, "The body is not JSON.");
        }

        try
        {
            var options = new Microsoft.DurableTask.StartOrchestrationOptions(id);
            return Started(request, await engine.StartInstanceAsync(name, body.Length == 0 ? null : body, options));
        }
        catch (OrchestrationAlreadyExistsException e)
        {
            return Problem(StatusCodes.Status409Conflict, e.Message);
        }
    }

    private async Task<IResult> RestartAsync(HttpRequest request, string id)
    {
        var withNewId = Flag(request, "restartWithNewInstanceId") ?? true;
        if (await Client.GetInstanceAsync(id) is null)
        {
            return Problem(StatusCodes.Status404NotFound, $"There is no orchestration '{id}'.");
        }

        try
        {
            return Started(request, await Client.RestartAsync(id, withNewId));
        }
        catch (OrchestrationAlreadyExistsException e)
        {
            return Problem(StatusCodes.Status409Conflict, e.Message);
        }
    }

    private static IResult Started(HttpRequest request, string id)
    {
        var root = $"{request.Scheme}://{request.Host}{Root}/instances/{Uri.EscapeDataString(id)}";
        request.HttpContext.Response.Headers.RetryAfter = "10";
        return Results.Accepted(root, new
        {
            id,
            statusQueryGetUri = root,
            sendEventPostUri = root + "/raiseEvent/{eventName}",
            terminatePostUri = root + "/terminate?reason={text}",
            rewindPostUri = root + "/rewind?reason={text}",
            purgeHistoryDeleteUri = root,
            restartPostUri = root + "/restart",
            suspendPostUri = root + "/suspend?reason={text}",
            resumePostUri = root + "/resume?reason={text}",
        });
    }

    private Task<IResult> GetAsync(HttpRequest request, string id)
    {
        var row = engine.Store.Read(session => DurableStore.Find(session, id));
        if (row is null)
        {
            return Task.FromResult(Problem(StatusCodes.Status404NotFound, $"There is no orchestration '{id}'."));
        }

        var shown = Show(row, Flag(request, "showInput") ?? true);
        if (Flag(request, "showHistory") == true)
        {
            shown["historyEvents"] = HistoryView.Of(
                engine.Store.Read(session => DurableStore.History(session, row.Key)), row, Flag(request, "showHistoryOutput") == true);
        }

        if (row.Status is not (OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Running))
        {
            var failed = row.Status == OrchestrationRuntimeStatus.Failed && Flag(request, "returnInternalServerErrorOnFailure") == true;
            return Task.FromResult(Results.Json(
                shown, statusCode: failed ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK));
        }

        var response = request.HttpContext.Response;
        response.Headers.Location = $"{request.Scheme}://{request.Host}{request.Path}{request.QueryString}";
        response.Headers.RetryAfter = "5";
        return Task.FromResult(Results.Json(shown, statusCode: StatusCodes.Status202Accepted));
    }

    private async Task<IResult> ListAsync(HttpRequest request)
    {
        if (!TryFilter(request, out var from, out var to, out var statuses, out var problem))
        {
            return problem;
        }

        var top = int.TryParse(request.Query["top"], NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given > 0
            ? given : OrchestrationQuery.DefaultPageSize;
        var query = new OrchestrationQuery(from, to, statuses, InstanceIdPrefix: request.Query["instanceIdPrefix"], PageSize: top);
        var token = request.Headers[ContinuationHeader].ToString();
        if (!long.TryParse(token.Length == 0 ? "0" : token, NumberStyles.None, CultureInfo.InvariantCulture, out var after))
        {
            return Problem(StatusCodes.Status400BadRequest, $"The continuation token '{token}' is not one of this service.");
        }

        var rows = engine.Store.Read(session => DurableStore.List(session, query, after, top + 1));
        if (rows.Count > top)
        {
            request.HttpContext.Response.Headers[ContinuationHeader] = rows[top - 1].Key.ToString(CultureInfo.InvariantCulture);
        }

        var showInput = Flag(request, "showInput") ?? true;
        return await Task.FromResult(Results.Json(rows.Take(top).Select(row => Show(row, showInput)).ToArray()));
    }

    private async Task<IResult> RaiseAsync(HttpRequest request, string id, string eventName)
    {
        if (await ReadJsonAsync(request) is not { } body)
        {
            return Problem(StatusCodes.Status400BadRequest, "The event's content is not JSON.");
        }

        return await TellAsync(id, () => engine.RaiseAsync(id, eventName, body.Length == 0 ? null : body));
    }

    private Task<IResult> TerminateAsync(HttpRequest request, string id)
    {
        var reason = request.Query["reason"].ToString();
        return TellAsync(id, () => engine.TerminateAsync(id, reason.Length == 0 ? null : JsonSerializer.Serialize(reason)));
    }

    private async Task<IResult> TellAsync(string id, Func<Task> tell)
    {
        try
        {
            await tell();
            return Results.Accepted();
        }
        catch (OrchestrationGoneException e)
        {
            var gone = await Client.GetInstanceAsync(id) is not null;
            return Problem(gone ? StatusCodes.Status410Gone : StatusCodes.Status404NotFound, e.Message);
        }
    }

    private async Task<IResult> PurgeOneAsync(string id)
    {
        var purged = await Client.PurgeInstanceAsync(id);
        return purged.PurgedInstanceCount == 0
            ? Problem(StatusCodes.Status404NotFound, $"There is no orchestration '{id}' that has ended.")
            : Results.Json(new { instancesDeleted = purged.PurgedInstanceCount });
    }

    private async Task<IResult> PurgeAsync(HttpRequest request)
    {
        if (!TryFilter(request, out var from, out var to, out var statuses, out var problem))
        {
            return problem;
        }

        if (from is null)
        {
            return Problem(StatusCodes.Status400BadRequest, "Please provide value for 'createdTimeFrom' parameter.");
        }

        var purged = await Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(from, to, statuses));
        return purged.PurgedInstanceCount == 0
            ? Problem(StatusCodes.Status404NotFound, "No ended orchestration fits the filter.")
            : Results.Json(new { instancesDeleted = purged.PurgedInstanceCount });
    }

    private static bool? Flag(HttpRequest request, string name) => bool.TryParse(request.Query[name], out var value) ? value : null;

    private static bool TryFilter(
        HttpRequest request, out DateTimeOffset? from, out DateTimeOffset? to,
        out List<OrchestrationRuntimeStatus>? statuses, out IResult problem)
    {
        problem = Results.Empty;
        var toIsFine = TryInstant(request, "createdTimeTo", out to);
        statuses = null;
        if (!TryInstant(request, "createdTimeFrom", out from) || !toIsFine)
        {
            problem = Problem(StatusCodes.Status400BadRequest, "createdTimeFrom and createdTimeTo must be instants in ISO 8601.");
            return false;
        }

        foreach (var text in request.Query["runtimeStatus"]
            .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!Enum.TryParse<OrchestrationRuntimeStatus>(text, ignoreCase: true, out var status))
            {
                problem = Problem(StatusCodes.Status400BadRequest, $"'{text}' is no runtimeStatus.");
                return false;
            }

            (statuses ??= []).Add(status);
        }

        return true;
    }

    private static bool TryInstant(HttpRequest request, string name, out DateTimeOffset? instant)
    {
        var text = request.Query[name].ToString();
        instant = null;
        if (text.Length == 0)
        {
            return true;
        }

        var isFine = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed);
        instant = parsed;
        return isFine;
    }

    /// <summary>The body's JSON as sent, empty when there is none; null when it is not JSON.</summary>
    private static async Task<string?> ReadJsonAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        if (string.IsNullOrWhiteSpace(body))
        {
            return "";
        }

        try
        {
            using var _ = JsonDocument.Parse(body);
            return body;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject Show(InstanceRow row, bool showInput) => new()
    {
        ["name"] = row.Name,
        ["instanceId"] = row.Id,
        ["runtimeStatus"] = row.Status.ToString(),
        ["input"] = showInput ? HistoryView.Json(row.Input) : null,
        ["customStatus"] = HistoryView.Json(row.CustomStatus),
        ["output"] = row.Failure is { } failure ? failure.ErrorMessage : HistoryView.Json(row.Output),
        ["createdTime"] = Instant(row.Created),
        ["lastUpdatedTime"] = Instant(row.Updated),
        ["historyEvents"] = null,
    };

    private static string Instant(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("s", CultureInfo.InvariantCulture) + "Z";
}
