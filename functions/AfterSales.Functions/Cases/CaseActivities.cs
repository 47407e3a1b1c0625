using AfterSales.Domain.Cases;
using AfterSales.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using NodaTime.Extensions;

namespace AfterSales.Functions.Cases;

/// <summary>What the orchestrator of a case asks and tells it.</summary>
public sealed class CaseActivities(CaseStore cases, TimeProvider clock)
{
    public const string Next = "case-next-deadline";
    public const string Elapse = "case-elapse-deadline";

    /// <summary>The earliest open deadline.</summary>
    [Function(Next)]
    public async Task<NextDeadline> NextDeadline([ActivityTrigger] CaseRun run, CancellationToken cancellationToken) =>
        Of(run, await cases.LoadAsync(CaseId.Parse(run.CaseId), cancellationToken)
            ?? throw new InvalidOperationException($"There is no case {run.CaseId}."));

    /// <summary>Lets the deadline take its consequence, unless it was met or moved meanwhile; then asks for the next one.</summary>
    /// <exception cref="InvalidOperationException">The case refuses it for another reason: to ask for the next one would find it again.</exception>
    [Function(Elapse)]
    public async Task<NextDeadline> ElapseDeadline([ActivityTrigger] ElapsedDeadline elapsed, CancellationToken cancellationToken)
    {
        var command = new DeadlineElapsed(clock.GetUtcNow().ToInstant(), elapsed.DeadlineId);
        return await cases.ExecuteAsync(CaseId.Parse(elapsed.Run.CaseId), command, null, cancellationToken) switch
        {
            Decision.Accepted accepted => Of(elapsed.Run, accepted.State),
            Decision.Refused { Refusal: var refusal } when refusal == Refusals.DeadlineMet || refusal == Refusals.DeadlineNotDue =>
                await NextDeadline(elapsed.Run, cancellationToken),
            var decision => throw new InvalidOperationException($"{elapsed.DeadlineId} of {elapsed.Run.CaseId} does not elapse: {decision}"),
        };
    }

    private static NextDeadline Of(CaseRun run, Case @case)
    {
        var earliest = @case.Earliest;
        return new NextDeadline(@case.IsClosed || @case.Run > run.Run, @case.Sequence, earliest?.Id, earliest?.Due.ToDateTimeUtc());
    }
}
