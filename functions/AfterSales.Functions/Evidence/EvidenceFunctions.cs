using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime.Extensions;

namespace AfterSales.Functions.Evidence;

/// <summary>Files of a case: its parties add them and fetch them back.</summary>
public sealed class EvidenceFunctions(CaseStore cases, ExhibitBlobs exhibits, Idempotency idempotency, TimeProvider clock)
{
    private const string Route = "api/v1/cases/{id}/evidence/{name}";

    /// <summary>Takes a file. The same file under the same name again changes nothing and gets the same answer. <c>?stage=true</c>: for its
    /// sender alone, until what is staged is submitted.</summary>
    [Function("evidence-put")]
    [Access(Role.Customer, Role.Supplier, Role.Marketplace, Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager)]
    public async Task<IResult> Put(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Route)] HttpRequest request,
        string id,
        string name,
        CancellationToken cancellationToken)
    {
        var caller = request.GetCaller();
        var (stored, refusal) = await cases.ReadForAsync(caller, id, cancellationToken);
        if (stored is null) return refusal!;
        if (!EvidenceName.IsValid(name))
        {
            return Refused(ExhibitFault.BadName);
        }

        if (!TryFlag(request, "stage", out var stage, out var fault))
        {
            return fault!;
        }

        if (await request.ReadWithinAsync(Exhibit.LargestFile, cancellationToken) is not { } body)
        {
            return Refused(ExhibitFault.TooLarge);
        }

        return await idempotency.RunAsync(
            request, body, key => TakeAsync(stored.State, name, body, stage, caller.ToActor(), key, cancellationToken), cancellationToken);
    }

    /// <summary>Gives the file: to its sender byte for byte, to everybody else without its metadata. <c>?original=true</c>, for staff who
    /// deal with the case, gives the bytes as sent and puts that on record.</summary>
    [Function("evidence-get")]
    [Access(
        Role.Customer, Role.Supplier, Role.Marketplace, Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager, Role.Finance, Role.Auditor)]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request,
        string id,
        string name,
        CancellationToken cancellationToken)
    {
        var caller = request.GetCaller();
        var (stored, refusal) = await cases.ReadForAsync(caller, id, cancellationToken);
        if (stored is null) return refusal!;
        var @case = stored.State;
        if (!TryFlag(request, "original", out var original, out var fault))
        {
            return fault!;
        }

        if (EvidenceSight.Find(@case, caller, name) is not { } file)
        {
            return EvidenceRefusals.NoSuchFile.ToProblem();
        }

        var isSender = EvidenceSight.IsSender(caller, file);
        if (original && !isSender && await WhyNotOriginalAsync(@case, caller, name, cancellationToken) is { } refused)
        {
            return refused;
        }

        var content = await exhibits.ReadAsync(id, new PersonId(@case.CustomerId), file.Sha256, cancellationToken);
        if (content is null)
        {
            return Problem.Of(410, "evidence-erased", "The customer's data was erased.");
        }

        var copied = !isSender && !original;
        return Answer.Bytes(file.ContentType, copied ? Exhibit.CopyWithoutMetadata(file.ContentType, content) : content)
            .With("ETag", copied ? $"\"{file.Sha256}-copy\"" : $"\"{file.Sha256}\"")
            .With("Cache-Control", "private, no-store")
            .With("X-Content-Type-Options", "nosniff")
            .With("Content-Security-Policy", "default-src 'none'; sandbox");
    }

    private async Task<Answer> TakeAsync(
        Case @case, string name, ReadOnlyMemory<byte> body, bool stage, Actor by, string? key, CancellationToken cancellationToken)
    {
        var (exhibit, fault) = Exhibit.Read(name, body);
        if (exhibit is null)
        {
            return Refused(fault!);
        }

        // What the case will not take is not stored either; the case decides again when it is written.
        var (now, file) = (clock.GetUtcNow().ToInstant(), exhibit.ToFile(name));
        CaseCommand command = stage ? new StageEvidence(now, by, file) : new AddEvidence(now, by, file);
        if (CaseDecider.Decide(@case, command) is Decision.Refused beforehand)
        {
            return beforehand.Refusal.ToProblem();
        }

        await exhibits.WriteAsync(@case.Id.ToString(), new PersonId(@case.CustomerId), exhibit, cancellationToken);
        return await cases.ExecuteAsync(@case.Id, command, key, cancellationToken) switch
        {
            Decision.Refused refused => refused.Refusal.ToProblem(),
            Decision.Accepted { State: var state } => Answer.Json(201, new
            {
                file.Sha256,
                file.Bytes,
                file.ContentType,
                file.Width,
                file.Height,
                DurationSeconds = file.Milliseconds / 1000m,
                file.Pages,
                State = stage ? "staged" : "submitted",
                Late = state.Evidence.FirstOrDefault(known => known.Name == name) is { Late: true } ? true : (bool?)null,
            }),
            var decision => throw new InvalidOperationException($"No such decision: {decision}"),
        };
    }

    /// <summary>Null when the original may be shown, which is on record then.</summary>
    private async Task<Answer?> WhyNotOriginalAsync(Case @case, Caller caller, string name, CancellationToken cancellationToken)
    {
        if (caller.Role is not (Role.Agent or Role.FloorManager or Role.Inspection or Role.Manager))
        {
            return Problem.Of(403, "original-not-shown", "Originals are shown to their senders and to those of the mall who deal with the case.");
        }

        var command = new OpenOriginal(clock.GetUtcNow().ToInstant(), caller.ToActor(), name);
        return await cases.ExecuteAsync(@case.Id, command, null, cancellationToken) is Decision.Refused refused ? refused.Refusal.ToProblem() : null;
    }

    private static bool TryFlag(HttpRequest request, string name, out bool value, out Answer? fault)
    {
        var text = request.Query[name].ToString();
        value = text == "true";
        fault = text is "" or "true" or "false" ? null : Problem.Of(400, "invalid-query", $"{name} is true or false.");
        return fault is null;
    }

    private static Answer Refused(ExhibitFault fault) => Problem.Of(fault.Status, fault.Code, fault.Detail);
}
