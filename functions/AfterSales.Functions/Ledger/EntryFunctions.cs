using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Storage;
using AfterSales.Functions.Suppliers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime;

namespace AfterSales.Functions.Ledger;

/// <summary>The entries of suppliers' books. Finance writes; auditors read and check them all; a supplier reads its own and no other.</summary>
public sealed class EntryFunctions(
    LedgerStore ledger, SupplierRegister suppliers, Tables tables, Blobs blobs, Idempotency idempotency, TimeProvider clock)
{
    private const int LargestBody = 16 * 1024;
    private const int PageSize = 200;

    [Function("suppliers-entries")]
    [Access(Role.Finance, Role.Auditor, Role.Manager, Role.Supplier)]
    public async Task<IResult> Entries(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/suppliers/{id}/entries")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        (SupplierId supplier, Answer? refusal) = await suppliers.FindForAsync(request.GetCaller(), id, cancellationToken);
        if (refusal is not null) return refusal;
        string cursor = request.Query["cursor"].ToString();
        if (!long.TryParse(cursor.Length == 0 ? "0" : cursor, out long after) || after is < 0 or > LedgerEntry.MostSequence)
            return Problem.Of(400, "invalid-cursor", "The cursor is not one that this list gave.");
        IReadOnlyList<LedgerEntry> entries = await ledger.EntriesAsync(supplier, after, PageSize, cancellationToken);
        return Answer.Json(200, new EntriesPage([.. entries.Select(EntryView.Of)], entries.Count == PageSize ? $"{entries[^1].Sequence}" : null));
    }

    [Function("suppliers-entries-post")]
    [Access(Role.Finance)]
    public async Task<IResult> PostEntry(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/suppliers/{id}/entries")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        if (await request.ReadWithinAsync(LargestBody, cancellationToken) is not { } body) return TooLarge();
        return await idempotency.RunAsync(request, body, key => BookAsync(id, body, key, cancellationToken), cancellationToken);
    }

    [Function("ledger-verify")]
    [Access(Role.Finance, Role.Auditor)]
    public async Task<IResult> Verify(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/ledger/verify")] HttpRequest request, CancellationToken cancellationToken) =>
        Answer.Json(
            200, await LedgerCheck.RunAsync(tables.Get(LedgerStore.Table), blobs.Container(LedgerAnchors.Container), cancellationToken));

    private async Task<Answer> BookAsync(string id, ReadOnlyMemory<byte> body, string? key, CancellationToken cancellationToken)
    {
        if (!SupplierId.TryParse(id, out SupplierId supplier)) return SupplierAccess.NoSuchSupplier(id);
        Instant now = Instant.FromDateTimeOffset(clock.GetUtcNow());
        (EntryRequest? request, IReadOnlyList<Fault> faults) = EntryRequest.Read(body, now);
        if (request is null) return SupplierDesk.Invalid(faults);
        if (await suppliers.FindAsync(supplier, cancellationToken) is null) return SupplierAccess.NoSuchSupplier(id);
        LedgerCommand command = request.ToCommand(supplier, SupplierDesk.EffectsOf(key), now);
        return await ledger.ExecuteAsync(supplier, command, cancellationToken) switch
        {
            LedgerOutcome.Written written => Answer.Json(201, EntryView.Of(written.Entry)),
            LedgerOutcome.Repeated repeated => Answer.Json(201, EntryView.Of(repeated.Entry)),
            LedgerOutcome.Refused refused => Problem.Of(refused.Code == LedgerRefusals.EntryUnknown ? 404 : 422, refused.Code, refused.Detail),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }

    private static Answer TooLarge() => Problem.Of(413, "body-too-large", $"The body may have at most {LargestBody} bytes.");
}
