using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AfterSales.Functions.Cases.Lists;

/// <summary>Making the lists again, by hand: asked for, and watched.</summary>
public sealed class IndexRebuildFunctions(Idempotency idempotency)
{
    private const string Orchestration = "index-rebuild";
    private const string Prefix = "rebuild_";
    private const string Route = "api/v1/index/rebuilds";

    // A step takes four events of the history.
    private const int StepsPerHistory = 40;

    private static readonly TaskOptions Retried =
        TaskOptions.FromRetryPolicy(new RetryPolicy(10, TimeSpan.FromSeconds(5), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(5)));

    [Function(Orchestration)]
    public static async Task<RebuildProgress> Run([OrchestrationTrigger] TaskOrchestrationContext context, RebuildProgress progress)
    {
        for (var step = 1; step <= StepsPerHistory && !progress.Done; step++)
        {
            progress = await context.CallActivityAsync<RebuildProgress>(IndexRebuild.Step, progress, Retried);
            context.SetCustomStatus(progress);
        }

        if (!progress.Done) context.ContinueAsNew(progress);
        return progress;
    }

    /// <summary>Starts one. A second beside it does the same work twice and no harm.</summary>
    [Function("index-rebuild-start")]
    [Access(Role.Manager)]
    public Task<Answer> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request,
        [DurableClient] DurableTaskClient orchestrations,
        CancellationToken cancellationToken) =>
        idempotency.RunAsync(request, ReadOnlyMemory<byte>.Empty, _ => StartAsync(orchestrations, cancellationToken), cancellationToken);

    private static async Task<Answer> StartAsync(DurableTaskClient orchestrations, CancellationToken cancellationToken)
    {
        var id = Prefix + Guid.CreateVersion7().ToString("N");
        await orchestrations.ScheduleNewOrchestrationInstanceAsync(
            Orchestration, RebuildProgress.Start, new StartOrchestrationOptions(id), cancellationToken);
        return Answer.Json(202, new { id, links = new { self = $"/{Route}/{id}" } });
    }

    /// <summary>How far it is.</summary>
    [Function("index-rebuild-get")]
    [Access(Role.Manager, Role.Auditor)]
    public static async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient orchestrations,
        CancellationToken cancellationToken)
    {
        if (!id.StartsWith(Prefix, StringComparison.Ordinal)
            || await orchestrations.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken) is not { } instance)
        {
            return Problem.Of(404, "no-such-rebuild", "There is no such rebuild.");
        }

        var progress = instance.SerializedCustomStatus is null ? RebuildProgress.Start : instance.ReadCustomStatusAs<RebuildProgress>()!;
        return Answer.Json(200, new
        {
            id,
            State = State(instance.RuntimeStatus),
            progress.Cases,
            progress.Removed,
        });
    }

    private static string State(OrchestrationRuntimeStatus status) => status switch
    {
        OrchestrationRuntimeStatus.Completed => "done",
        OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated => "failed",
        _ => "running",
    };
}
