using AfterSales.Domain.Suppliers;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Suppliers;

/// <summary>What the orchestrator of a penalty asks and tells it.</summary>
public sealed class PenaltyActivities(PenaltyStore penalties, PenaltyBooks books, RulesInForce rules)
{
    public const string Next = "penalty-next-deadline";
    public const string Elapse = "penalty-elapse-deadline";

    [Function(Next)]
    public async Task<PenaltyWait> NextDeadline([ActivityTrigger] PenaltyRun run, CancellationToken cancellationToken)
    {
        var (supplier, id) = Of(run);
        return Of(await penalties.FindAsync(supplier, id, cancellationToken)
            ?? throw new InvalidOperationException($"There is no {run.Penalty} of {run.Supplier}."));
    }

    /// <summary>Lets the clock take its consequence, unless it was met or moved meanwhile; then asks for the next one.</summary>
    [Function(Elapse)]
    public async Task<PenaltyWait> ElapseDeadline([ActivityTrigger] ElapsedPenalty elapsed, CancellationToken cancellationToken)
    {
        var (supplier, id) = Of(elapsed.Run);
        var waiting = await penalties.FindAsync(supplier, id, cancellationToken)
            ?? throw new InvalidOperationException($"There is no {elapsed.Run.Penalty} of {elapsed.Run.Supplier}.");
        var command = new PenaltyElapsed(rules.Now, elapsed.DeadlineId, await books.ForfeitAsync(waiting, cancellationToken));
        var (_, penalty) = await penalties.ExecuteAsync(supplier, id, command, cancellationToken);
        return Of(penalty!);
    }

    private static (SupplierId Supplier, PenaltyId Penalty) Of(PenaltyRun run) => PenaltyId.TryParse(run.Penalty, out var id)
        ? (SupplierId.Parse(run.Supplier), id)
        : throw new InvalidOperationException($"'{run.Penalty}' is no penalty.");

    private static PenaltyWait Of(Penalty penalty) =>
        new(penalty.Sequence, penalty.Deadline?.Id, penalty.Deadline?.Due.ToDateTimeUtc() ?? DateTime.UnixEpoch);
}
