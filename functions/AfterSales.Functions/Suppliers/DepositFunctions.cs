using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using AfterSales.Functions.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Suppliers;

/// <summary>A supplier's quality deposit: what is left of it, top-ups, what Inspection charges to it, and its release.</summary>
public sealed class DepositFunctions(
    SupplierDesk desk, ConductStore conduct, Deposits deposits, Releases releases, Compensations compensations)
{
    [Function("deposit-get")]
    [Access(Role.Finance, Role.Auditor, Role.Manager, Role.Inspection, Role.Supplier)]
    public Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/suppliers/{id}/deposit")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        desk.ReadAsync(
            request, id,
            async terms => Answer.Json(200, DepositView.Of(
                await deposits.ForecastAsync(terms.Id, cancellationToken), (await conduct.RunningTopUpAsync(terms.Id, cancellationToken))?.Term)),
            cancellationToken);

    /// <summary>Makes the deposit full again at a payment run: from payables, the rest claimed in cash (MALL-LAD-4).</summary>
    [Function("deposit-top-up")]
    [Access(Role.Finance)]
    public Task<IResult> TopUp(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/suppliers/{id}/top-ups")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        desk.WriteAsync(
            request, id,
            async (terms, body, key) =>
            {
                if (!body.IsEmpty) return Bodiless();
                if (await deposits.HasLeftAsync(terms, cancellationToken)) return DepositRefusals.ContractEnded.ToProblem();
                return await deposits.TopUpAsync(terms.Id, key, cancellationToken) is { Count: > 0 } entries
                    ? Answer.Json(201, new { entries = entries.Select(EntryView.Of).ToList() })
                    : DepositRefusals.NothingLacking.ToProblem();
            },
            cancellationToken);

    /// <summary>Short weight or measure (MALL-LAD-9), or damage to person or property (MALL-QFR-2), found by Inspection.</summary>
    [Function("suppliers-compensate")]
    [Access(Role.Inspection)]
    public Task<IResult> Compensate(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/suppliers/{id}/compensations")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        desk.WriteAsync(
            request, id,
            async (terms, body, _) =>
            {
                var (found, faults) = CompensationRequest.Read(body);
                if (found is null) return SupplierDesk.Invalid(faults);
                if (await desk.CaseAsync(terms.Id, found.Case, cancellationToken) is not { } @case) return SupplierDesk.NoSuchCase("/case", found.Case);
                var done = found.Kind == CompensationRequest.Injury
                    ? await compensations.InjuryAsync(@case, found.Cost, found.CausedByQuality, found.ResponsibleParty, cancellationToken)
                    : await compensations.ShortMeasureAsync(
                        @case, found.Kind.Replace('-', '_'), found.Confirmed, found.Remedy, cancellationToken);
                return done is null ? DepositRefusals.AlreadyCompensated.ToProblem() : Answer.Json(201, new
                {
                    done.Amount,
                    why = ReasonsView.Of(done.Decision),
                    entries = done.Entries.Select(EntryView.Of).ToList(),
                });
            },
            cancellationToken);

    [Function("releases-list")]
    [Access(Role.Finance, Role.Auditor, Role.Manager, Role.Inspection, Role.FloorManager, Role.Supplier)]
    public Task<IResult> Releases(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/suppliers/{id}/releases")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        desk.ReadAsync(
            request, id,
            async terms =>
            {
                var items = new List<ReleaseView>();
                foreach (var release in await conduct.ReleasesAsync(terms.Id, cancellationToken))
                    items.Add(ReleaseView.Of(release, await releases.ReckonAsync(terms.Id, release, cancellationToken)));
                return Answer.Json(200, new { items });
            },
            cancellationToken);

    /// <summary>A leaving supplier's deposit is to be given back (MALL-LAD-6).</summary>
    [Function("releases-ask")]
    [Access(Role.Finance, Role.FloorManager, Role.Supplier)]
    public Task<IResult> Ask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/suppliers/{id}/releases")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        desk.WriteAsync(
            request, id,
            async (terms, body, _) =>
            {
                var (asked, faults) = ReleaseRequest.Read(body);
                if (asked is null) return SupplierDesk.Invalid(faults);
                if (await releases.FaultsAsync(terms.Id, asked, cancellationToken) is { Count: > 0 } wrong) return SupplierDesk.Invalid(wrong);
                return await AnswerAsync(201, terms.Id, await releases.AskAsync(terms.Id, asked, cancellationToken), cancellationToken);
            },
            cancellationToken);

    /// <summary>The signature of the caller's role. The deposit goes out at once where nothing else is wanting.</summary>
    [Function("releases-sign")]
    [Access(Role.FloorManager, Role.Inspection)]
    public Task<IResult> Sign(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/suppliers/{id}/releases/{release}/signatures")] HttpRequest request,
        string id,
        string release,
        CancellationToken cancellationToken) =>
        desk.WriteAsync(
            request, id,
            async (terms, body, _) =>
            {
                if (!body.IsEmpty) return Bodiless();
                var signed = DerivedId.IsWellFormed(release)
                    ? await releases.SignAsync(terms.Id, release, request.GetCaller().ToActor(), cancellationToken)
                    : (null, DepositRefusals.NoSuchRelease);
                return await AnswerAsync(200, terms.Id, signed, cancellationToken);
            },
            cancellationToken);

    private async Task<Answer> AnswerAsync(
        int status, SupplierId supplier, (DepositRelease? Release, Refusal? Refusal) done, CancellationToken cancellationToken) =>
        done.Release is { } release
            ? Answer.Json(status, ReleaseView.Of(release, await releases.ReckonAsync(supplier, release, cancellationToken)))
            : done.Refusal!.ToProblem();

    private static Answer Bodiless() => SupplierDesk.Invalid(new Fault("", "unknown-field", "This takes no body."));
}
