using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime.Extensions;

namespace AfterSales.Functions.Cases.Files;

/// <summary>The whole case as one ZIP, to hand over: to the Consumer Association, counsel or arbitration, or to a party itself.</summary>
public sealed class CaseFileFunction(CaseStore cases, CaseFiles files, TimeProvider clock)
{
    /// <summary>
    /// Everything that the caller may see of the case. Files are the sender's own as sent and other parties' without their metadata;
    /// <c>?original=true</c>, for the mall's people, takes all as sent and puts that on record.
    /// </summary>
    [Function("case-file")]
    [Access(Role.Customer, Role.Supplier, Role.Agent, Role.Inspection, Role.Manager)]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/cases/{id}/file")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var caller = request.GetCaller();
        var (stored, notShown) = await cases.ReadForAsync(caller, id, cancellationToken);
        if (stored is null) return notShown!;
        var wanted = request.Query["original"].ToString();
        if (wanted is not ("" or "true" or "false")) return Problem.Of(400, "invalid-query", "original is true or false.");
        var original = wanted == "true";
        if (original && caller.Role is Role.Customer or Role.Supplier)
        {
            return Problem.Of(403, "original-not-shown", "Originals are shown to their senders and to those of the mall who deal with the case.");
        }

        if (original)
        {
            if (await RecordAsync(stored.State.Id, caller, cancellationToken) is { } refusal) return refusal;
            stored = await cases.ReadAsync(stored.State.Id, cancellationToken) ?? stored;
        }

        return await files.MakeAsync(stored, caller, original, cancellationToken);
    }

    /// <summary>Null when it is on record that the caller has all originals.</summary>
    private async Task<Answer?> RecordAsync(CaseId id, Caller caller, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().ToInstant();
        var decision = await cases.ExecuteAsync(
            id, current => [.. (current?.Evidence ?? []).Select(file => new OpenOriginal(now, caller.ToActor(), file.Name))], null, cancellationToken);
        return decision is Decision.Refused refused ? refused.Refusal.ToProblem() : null;
    }
}
