using System.Security.Cryptography;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Reconciliations;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Ledger.Exports;
using AfterSales.Functions.Storage;
using AfterSales.Functions.Suppliers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime;

namespace AfterSales.Functions.Ledger.Reconciliation;

/// <summary>Files of banks and marketplaces compared with the ledger. Nothing is posted by it.</summary>
public sealed class ReconciliationFunctions(ReconciliationStore store, SupplierRegister suppliers, Tables tables, TimeProvider clock)
{
    private const int LargestFile = 8 * 1024 * 1024;

    /// <summary>Compares the file in the body, once: the same file, source and supplier give what is kept.</summary>
    [Function("reconciliation-post")]
    [Access(Role.Finance)]
    public async Task<IResult> Post(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/ledger/reconciliations")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        (StatementSource? source, SupplierId? supplier, IReadOnlyList<Fault> wrong) = Query(request);
        if (source is null || wrong.Count > 0) return Problem.Of(400, "invalid-query", "The query cannot be used; see errors.", wrong);
        if (supplier is { } named && await suppliers.FindAsync(named, cancellationToken) is null) return SupplierAccess.NoSuchSupplier($"{named}");
        if (await request.ReadWithinAsync(LargestFile, cancellationToken) is not { } file)
            return Problem.Of(413, "body-too-large", $"The file may have at most {LargestFile} bytes.");
        string digest = Convert.ToHexStringLower(SHA256.HashData(file.Span));
        string id = ReconciliationStore.IdOf(source.Id, supplier, digest);
        if (await store.FindAsync(id, cancellationToken) is { } before)
            return Answer.Json(200, before).With(Idempotency.ReplayedHeader, "true");
        (IReadOnlyList<StatementLine> lines, IReadOnlyList<Fault> faults) = await StatementReading.ReadAsync(file, source);
        if (faults.Count > 0) return Problem.Of(422, "invalid-file", "Nothing was compared: some lines cannot be read; see errors.", faults);
        return Answer.Json(201, await store.KeepAsync(await CompareAsync(id, source, supplier, digest, lines, cancellationToken), cancellationToken));
    }

    [Function("reconciliation-list")]
    [Access(Role.Finance, Role.Auditor)]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/ledger/reconciliations")] HttpRequest request,
        CancellationToken cancellationToken) => Answer.Json(200, new ReconciliationList(await store.AllAsync(cancellationToken)));

    [Function("reconciliation-get")]
    [Access(Role.Finance, Role.Auditor)]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/ledger/reconciliations/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => await store.FindAsync(id, cancellationToken) is { } found
        ? Answer.Json(200, found)
        : Problem.Of(404, "no-such-reconciliation", $"There is no reconciliation '{id}'.");

    private static (StatementSource? Source, SupplierId? Supplier, IReadOnlyList<Fault> Faults) Query(HttpRequest request)
    {
        var faults = new List<Fault>(request.UnknownNames("source", "supplier"));
        StatementSource? source = StatementSourceFile.Shipped.GetValueOrDefault(request.Query["source"].ToString());
        if (source is null) faults.Add(new Fault("/source", "invalid-choice", $"One of {string.Join(", ", StatementSourceFile.Shipped.Keys)} is wanted."));
        string given = request.Query["supplier"].ToString();
        if (given.Length == 0) return (source, null, faults);
        if (!SupplierId.TryParse(given, out SupplierId supplier)) faults.Add(new Fault("/supplier", "invalid-supplier", $"'{given}' is no supplier id."));
        return (source, supplier, faults);
    }

    private async Task<ReconciliationDocument> CompareAsync(
        string id, StatementSource source, SupplierId? supplier, string digest, IReadOnlyList<StatementLine> lines,
        CancellationToken cancellationToken)
    {
        IReadOnlyCollection<LedgerMovement> movements = lines.Count == 0 ? [] : await MovementsAsync(source, supplier, lines, cancellationToken);
        var (compared, ledgerOnly) = Reconciler.Match(lines, movements, source.Rules);
        Instant now = Instant.FromDateTimeOffset(clock.GetUtcNow());
        var summary = new ReconciliationSummary(
            id, source.Id, supplier, digest, now, lines.Count, Count(LineOutcome.Matched), Count(LineOutcome.AmountDiffers),
            Count(LineOutcome.Duplicate), Count(LineOutcome.Unmatched), ledgerOnly.Length);
        return new ReconciliationDocument(summary, compared, ledgerOnly);

        int Count(LineOutcome outcome) => compared.Count(line => line.Outcome == outcome);
    }

    /// <summary>What moved on the source's account on the file's days, and on as many around them as a rule may look.</summary>
    private async Task<IReadOnlyCollection<LedgerMovement>> MovementsAsync(
        StatementSource source, SupplierId? supplier, IReadOnlyList<StatementLine> lines, CancellationToken cancellationToken)
    {
        var days = new EntrySelection(
            supplier, lines.Min(line => line.Date).PlusDays(-source.MostDays), lines.Max(line => line.Date).PlusDays(source.MostDays));
        var movements = new Dictionary<(SupplierId, string), LedgerMovement>();
        await foreach (LedgerEntry entry in LedgerExport.ReadAsync(tables.Get(LedgerStore.Table), supplier, cancellationToken))
        {
            if (!days.Covers(entry) || source.MovementOf(entry) is not { } amount) continue;
            (SupplierId, string) key = (entry.Supplier, entry.Reason.Reference ?? entry.Id);
            movements[key] = movements.TryGetValue(key, out LedgerMovement? before)
                ? before with
                {
                    Entries = before.Entries.Add(entry.Id),
                    On = LocalDate.Max(before.On, entry.Reason.EffectiveOn),
                    Amount = before.Amount + amount,
                }
                : new LedgerMovement(entry.Supplier, [entry.Id], entry.Reason.EffectiveOn, amount, entry.Reason.Reference, entry.Reason.CaseId);
        }
        return [.. movements.Values.Where(movement => !movement.Amount.IsZero)];
    }
}

public sealed record ReconciliationList(IReadOnlyList<ReconciliationSummary> Items);
