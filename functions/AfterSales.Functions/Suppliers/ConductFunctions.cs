using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using AfterSales.Functions.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime;

namespace AfterSales.Functions.Suppliers;

/// <summary>What counts for and against a supplier, as the mall and the supplier itself see it.</summary>
public sealed class ConductFunctions(
    SupplierDesk desk, ConductStore conduct, PenaltyStore penalties, SupplierConduct counting, SupplierDays days, RulesInForce rules)
{
    /// <summary>A month's complaints, counted and excluded, the score as of today, and the years without complaint.</summary>
    [Function("suppliers-conduct")]
    [Access(Role.Finance, Role.Auditor, Role.Manager, Role.Inspection, Role.FloorManager, Role.Supplier)]
    public Task<IResult> Conduct(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/suppliers/{id}/conduct")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        desk.ReadAsync(request, id, terms => ConductAsync(terms, request.Query["month"].ToString(), cancellationToken), cancellationToken);

    /// <summary>Says who bears how much of a case's fault: the others fund their part, and the score follows.</summary>
    [Function("suppliers-fault")]
    [Access(Role.Inspection, Role.Manager)]
    public Task<IResult> ShareFault(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/v1/suppliers/{id}/faults/{case}")] HttpRequest request,
        string id,
        string @case,
        CancellationToken cancellationToken) =>
        desk.WriteAsync(
            request, id,
            async (terms, body, _) =>
            {
                var (fault, faults) = FaultRequest.Read(body);
                if (fault is null) return SupplierDesk.Invalid(faults);
                return await desk.CaseAsync(terms.Id, @case, cancellationToken) is { } known
                    && await counting.ShareFaultAsync(terms.Id, known, fault.Shares, cancellationToken)
                        ? Answer.Json(200, new
                        {
                            @case,
                            shares = fault.Shares.Percent.ToDictionary(
                            share => Domain.Cases.WireName.Of(share.Key), share => share.Value)
                        })
                        : Problem.Of(404, "no-such-case", "The supplier has no such case.");
            },
            cancellationToken);

    /// <summary>The reviews of past months, as they were written.</summary>
    [Function("suppliers-reviews")]
    [Access(Role.Finance, Role.Auditor, Role.Manager, Role.Inspection, Role.FloorManager, Role.Supplier)]
    public Task<IResult> Reviews(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/suppliers/{id}/reviews")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        desk.ReadAsync(
            request, id,
            async terms => Answer.Json(
                200, new { items = (await conduct.ReviewsAsync(terms.Id, cancellationToken)).Select(MonthlyReviewView.Of).ToList() }),
            cancellationToken);

    private async Task<Answer> ConductAsync(SupplierTerms terms, string asked, CancellationToken cancellationToken)
    {
        var today = rules.Today(await rules.MallAsync(cancellationToken));
        var month = today.ToYearMonth();
        if (asked.Length > 0 && !LedgerMonth.TryParse(asked, out month))
        {
            return Problem.Of(
                400, "invalid-query", "The query cannot be used; see errors.", [new Fault("?month", "invalid-month", "A month such as 2026-11 is wanted.")]);
        }

        var complaints = await conduct.ComplaintsAsync(terms.Id, month, month, cancellationToken);
        var all = await penalties.ListAsync(terms.Id, cancellationToken);
        var since = (terms.ContractFrom ?? LocalDate.MinIsoValue).ToYearMonth();
        var cumulative = (await conduct.ComplaintsAsync(terms.Id, since, today.ToYearMonth(), cancellationToken))
            .Count(complaint => complaint.Counts && complaint.RegisteredOn >= (terms.ContractFrom ?? LocalDate.MinIsoValue));
        return Answer.Json(200, ConductView.Of(
            terms, month, complaints, cumulative, all, await days.ScoreAsync(terms.Id, today, cancellationToken),
            await conduct.CleanYearsAsync(terms.Id, cancellationToken),
            await conduct.ReleasesAsync(terms.Id, cancellationToken)));
    }
}
