using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AfterSales.Functions.Suppliers;

/// <summary>The penalty that an orchestration drives.</summary>
public sealed record PenaltyRun(string Supplier, string Penalty);

/// <summary>What a penalty waits for next.</summary>
/// <param name="DeadlineId">Null when no clock runs: the penalty is over.</param>
/// <param name="Due">UTC.</param>
public sealed record PenaltyWait(long Sequence, string? DeadlineId, DateTime Due);

/// <summary>A clock whose due instant has passed.</summary>
public sealed record ElapsedPenalty(PenaltyRun Run, string DeadlineId);

/// <summary>Drives a penalty through its clocks: waits, and tells the penalty what elapsed. It decides nothing. A penalty has a handful of
/// steps, so its history stays short.</summary>
public static class PenaltyOrchestrator
{
    public const string Name = "penalty";

    /// <summary>The event that tells it that the penalty has changed; its payload is the number of the penalty's event.</summary>
    public const string Changed = "penalty-changed";

    private static readonly TaskOptions UntilItWorks = TaskOptions.FromRetryPolicy(
        new RetryPolicy(200, TimeSpan.FromSeconds(5), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(10)));

    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context, PenaltyRun run)
    {
        // One wait at a time, and never cancelled: a cancelled wait would swallow the next change.
        Task<long>? change = null;
        var next = await context.CallActivityAsync<PenaltyWait>(PenaltyActivities.Next, run, UntilItWorks);
        while (next.DeadlineId is { } deadline)
        {
            using var decided = new CancellationTokenSource();
            // The due instant itself is on time.
            var late = context.CreateTimer(next.Due.AddTicks(1), decided.Token);
            change ??= context.WaitForExternalEvent<long>(Changed);
            var elapsed = await Task.WhenAny(change, late) == late;
            if (!elapsed)
            {
                decided.Cancel();
                change = null;
            }

            next = elapsed
                ? await context.CallActivityAsync<PenaltyWait>(PenaltyActivities.Elapse, new ElapsedPenalty(run, deadline), UntilItWorks)
                : await context.CallActivityAsync<PenaltyWait>(PenaltyActivities.Next, run, UntilItWorks);
        }
    }
}
