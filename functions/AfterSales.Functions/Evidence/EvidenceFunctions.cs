using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime.Extensions;

namespace AfterSales.Functions.Evidence;

/// <summary>Photos of a case: its parties add them and fetch them back.</summary>
public sealed class EvidenceFunctions(CaseStore cases, PhotoBlobs photos, Idempotency idempotency, TimeProvider clock)
{
    private const string Route = "api/v1/cases/{id}/evidence/{name}";

    /// <summary>Takes a photo. The same photo under the same name again changes nothing and gets the same answer.</summary>
    [Function("evidence-put")]
    [Access(Role.Customer, Role.Supplier, Role.Marketplace, Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager)]
    public async Task<IResult> Put(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Route)] HttpRequest request,
        string id,
        string name,
        CancellationToken cancellationToken)
    {
        var (@case, refusal) = await FindAsync(request, id, cancellationToken);
        if (@case is null)
        {
            return refusal!;
        }

        if (!EvidenceName.IsValid(name))
        {
            return Refused(PhotoFault.BadName);
        }

        if (await request.ReadWithinAsync(Photo.LargestFile, cancellationToken) is not { } body)
        {
            return Refused(PhotoFault.TooLarge);
        }

        return await idempotency.RunAsync(
            request, body, key => TakeAsync(@case, name, body, request.GetCaller().ToActor(), key, cancellationToken), cancellationToken);
    }

    /// <summary>Gives the photo back byte for byte; to a supplier who did not send it, without its metadata.</summary>
    [Function("evidence-get")]
    [Access(
        Role.Customer, Role.Supplier, Role.Marketplace, Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager, Role.Finance, Role.Auditor)]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request,
        string id,
        string name,
        CancellationToken cancellationToken)
    {
        var (@case, refusal) = await FindAsync(request, id, cancellationToken);
        if (@case is null)
        {
            return refusal!;
        }

        if (@case.Evidence.FirstOrDefault(f => f.Name == name) is not { } file)
        {
            return Problem.Of(404, "no-such-evidence", "The case has no file of this name.");
        }

        var content = await photos.ReadAsync(id, new PersonId(@case.CustomerId), file.Sha256, cancellationToken);
        if (content is null)
        {
            return Problem.Of(410, "evidence-erased", "The customer's data was erased.");
        }

        var copied = request.GetCaller().Role == Role.Supplier && !SentBySupplier(@case, file);
        return Answer.Bytes(file.ContentType, copied ? PhotoCopy.WithoutMetadata(file.ContentType, content) : content)
            .With("ETag", copied ? $"\"{file.Sha256}-copy\"" : $"\"{file.Sha256}\"")
            .With("Cache-Control", "private, no-store")
            .With("X-Content-Type-Options", "nosniff");
    }

    private async Task<Answer> TakeAsync(
        Case @case, string name, ReadOnlyMemory<byte> body, Actor by, string? key, CancellationToken cancellationToken)
    {
        var (photo, fault) = Photo.Read(body);
        if (photo is null)
        {
            return Refused(fault!);
        }

        // What the case will not take is not stored either; the case decides again when it is written.
        var command = new AddEvidence(clock.GetUtcNow().ToInstant(), by, photo.ToFile(name));
        if (CaseDecider.Decide(@case, command) is Decision.Refused beforehand)
        {
            return beforehand.Refusal.ToProblem();
        }

        await photos.WriteAsync(@case.Id.ToString(), new PersonId(@case.CustomerId), photo, cancellationToken);
        var outcome = await cases.ExecuteAsync(@case.Id, command, key, cancellationToken);
        return outcome is Decision.Refused refused
            ? refused.Refusal.ToProblem()
            : Answer.Json(201, new { photo.Sha256, Bytes = photo.Content.Length, photo.ContentType, photo.Width, photo.Height });
    }

    // The history says who sent it: the line is the one that this file would have left.
    private static bool SentBySupplier(Case @case, EvidenceFile file) => @case.Timeline.Any(entry =>
        entry.By.Party == Party.Supplier && entry == CaseTimeline.Of(@case.Process, new EvidenceAdded(entry.At, entry.By, file)));

    private async Task<(Case? Case, Answer? Refusal)> FindAsync(HttpRequest request, string id, CancellationToken cancellationToken)
    {
        if (!CaseId.TryParse(id, out var caseId) || await cases.LoadAsync(caseId, cancellationToken) is not { } @case)
        {
            return (null, Refusals.NoSuchCase.ToProblem());
        }

        return request.GetCaller().MaySee(id, @case.Marketplace, @case.SupplierId)
            ? (@case, null)
            : (null, Refusals.NotYourCase.ToProblem());
    }

    private static Answer Refused(PhotoFault fault) => Problem.Of(fault.Status, fault.Code, fault.Detail);
}
