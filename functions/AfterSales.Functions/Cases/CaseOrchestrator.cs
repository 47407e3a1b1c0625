using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AfterSales.Functions.Cases;

/// <summary>The case that an orchestration drives, from one opening to the closing after it.</summary>
/// <param name="Run">1, and one more with every reopening: a later opening has an orchestration of its own.</param>
public sealed record CaseRun(string CaseId, int Run);

/// <summary>What a case waits for next.</summary>
/// <param name="Over">The case is closed, or has gone on to a later run.</param>
/// <param name="Sequence">Number of the case's last event when this was asked; changes up to it are known.</param>
/// <param name="Due">UTC; null when no clock runs and the case waits for people.</param>
public sealed record NextDeadline(bool Over, long Sequence, string? DeadlineId, DateTime? Due);

/// <summary>A deadline whose due instant has passed.</summary>
public sealed record ElapsedDeadline(CaseRun Run, string DeadlineId);

/// <summary>Drives a case through its deadlines: waits, and tells the case what elapsed. It decides nothing.</summary>
public static class CaseOrchestrator
{
    public const string Name = "case";

    /// <summary>The event that tells it that the case has changed; its payload is the number of the case's event.</summary>
    public const string Changed = "case-changed";

    // A history stays under 200 events. A round takes eight of the genuine engine (two episodes of a start, what came and an end; a task
    // and a timer), a change that is no news three more.
    private const int MostEvents = 180;
    private const int EventsOfRound = 8;
    private const int EventsOfOldNews = 3;

    private static readonly TaskOptions UntilItWorks = TaskOptions.FromRetryPolicy(
        new RetryPolicy(200, TimeSpan.FromSeconds(5), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(10)));

    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context, CaseRun run)
    {
        // One wait at a time, and never cancelled: a cancelled wait would swallow the next change.
        Task<long>? change = null;
        var events = EventsOfRound;
        var next = await context.CallActivityAsync<NextDeadline>(CaseActivities.Next, run, UntilItWorks);
        while (events < MostEvents && !next.Over)
        {
            events += EventsOfRound;
            var (activity, input) = await ElapsesFirst(next)
                ? (CaseActivities.Elapse, (object)new ElapsedDeadline(run, next.DeadlineId!))
                : (CaseActivities.Next, run);
            next = await context.CallActivityAsync<NextDeadline>(activity, input, UntilItWorks);
        }

        if (!next.Over)
        {
            context.ContinueAsNew(run, preserveUnprocessedEvents: true);
        }

        // True when the deadline passes, one tick after its due instant, before the case changes or the history is long.
        async Task<bool> ElapsesFirst(NextDeadline awaited)
        {
            using var decided = new CancellationTokenSource();
            var deadline = awaited.Due is { } due ? context.CreateTimer(due.AddTicks(1), decided.Token) : null;
            long sequence;
            do
            {
                change ??= context.WaitForExternalEvent<long>(Changed);
                if (deadline is not null && await Task.WhenAny(change, deadline) == deadline)
                {
                    return true;
                }

                sequence = await change;
                change = null;
                events += EventsOfOldNews;
            }
            while (sequence <= awaited.Sequence && events < MostEvents); // What was known when the deadline was asked for is no news.

            decided.Cancel();
            return false;
        }
    }
}
