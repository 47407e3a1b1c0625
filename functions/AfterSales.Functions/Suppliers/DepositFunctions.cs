using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using AfterSales.Functions.Penalties;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime.Text;

namespace AfterSales.Functions.Suppliers;

/// <summary>A supplier's quality deposit: what is left of it, top-ups, what Inspection charges to it, and its release.</summary>
public sealed class DepositFunctions(
    SupplierDesk desk, ConductStore conduct, Deposits deposits, Compensations compensations, RulesInForce rules)
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
                await deposits.ForecastAsync(terms.Id, cancellationToken), await conduct.TopUpAsync(terms.Id, cancellationToken))),
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
                return await deposits.TopUpAsync(terms.Id, key, cancellationToken) is { Count: > 0 } entries
                    ? Answer.Json(201, new { entries = entries.Select(EntryView.Of).ToList() })
                    : Problem.Of(409, "nothing-lacking", "The deposit is full, or what is lacking is claimed already.");
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
                return Answer.Json(201, new
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
                    items.Add(ReleaseView.Of(release, await deposits.ReckonAsync(terms.Id, release, cancellationToken)));
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
                var release = new DepositRelease(
                    DerivedId.From([terms.Id.ToString(), LocalDatePattern.Iso.Format(asked.LastSaleDate), .. asked.ClassesSold]),
                    asked.LastSaleDate, [.. asked.ClassesSold], rules.Now);
                var reckoned = await deposits.ReckonAsync(terms.Id, release, cancellationToken);
                if (reckoned.Conclusions.Find("last_guarantee_day") is null)
                    return SupplierDesk.Invalid(new Fault("/classesSold", "unknown-class", "The rulebook gives no guarantee period to these classes."));
                var begun = await conduct.ChangeReleaseAsync(terms.Id, release.Id, now => now ?? release, cancellationToken);
                return Answer.Json(201, ReleaseView.Of(begun!, reckoned));
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
                var by = request.GetCaller().ToActor();
                if (!DerivedId.IsWellFormed(release)
                    || await conduct.ChangeReleaseAsync(terms.Id, release, now => now?.SignedBy(by), cancellationToken) is not { } signed)
                {
                    return Problem.Of(404, "no-such-release", "The supplier has no such release.");
                }

                var released = await deposits.TryReleaseAsync(terms.Id, signed, cancellationToken);
                return Answer.Json(200, ReleaseView.Of(released, await deposits.ReckonAsync(terms.Id, released, cancellationToken)));
            },
            cancellationToken);

    private static Answer Bodiless() => SupplierDesk.Invalid(new Fault("", "unknown-field", "This takes no body."));
}
