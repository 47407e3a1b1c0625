using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime;
using NodaTime.Extensions;
using NodaTime.Text;

namespace AfterSales.Functions.Cases;

/// <summary>Cases over HTTP: one, a list, and what people do to them.</summary>
public sealed class CaseFunctions(
    CaseStore cases, CaseIndex index, CaseViews views, PersonVault vault, Idempotency idempotency, TimeProvider clock)
{
    private const int LargestBody = 64 * 1024;

    [Function("case-get")]
    [Access(Role.Customer, Role.Supplier, Role.Marketplace, Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager, Role.Finance,
        Role.Auditor, Role.PolicyOwner)]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/cases/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        if (!CaseId.TryParse(id, out var caseId) || await cases.LoadAsync(caseId, cancellationToken) is not { } @case)
        {
            return Refusals.NoSuchCase.ToProblem();
        }
        var caller = request.GetCaller();
        return caller.MaySee(id, @case.Marketplace, @case.SupplierId)
            ? Answer.Json(200, await views.ShowAsync(@case, caller, cancellationToken)).With("Cache-Control", "private, no-store")
            : Refusals.NotYourCase.ToProblem();
    }

    /// <summary>Cases newest first, a page of 200. Suppliers and marketplaces see their own.</summary>
    [Function("case-list")]
    [Access(Role.Supplier, Role.Marketplace, Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager, Role.Finance, Role.Auditor,
        Role.PolicyOwner)]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/cases")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (query, faults) = ReadQuery(request);
        if (query is null) return Problem.Of(400, "invalid-query", "The query cannot be used; see errors.", faults);
        try
        {
            var (rows, cursor) = await index.ListAsync(query, cancellationToken);
            return Answer.Json(200, new { cases = rows.Select(Shown), cursor });
        }
        catch (Exception e) when (query.Cursor is not null && e is FormatException or RequestFailedException { Status: 400 })
        {
            return Problem.Of(400, "invalid-cursor", "The cursor is not one that this list gave.");
        }
    }

    /// <summary>Does what the caller's party may do now; answers the case afterwards.</summary>
    [Function("case-act")]
    [Access(Role.Customer, Role.Supplier, Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager, Role.Finance)]
    public async Task<IResult> Act(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/cases/{id}/actions")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var caller = request.GetCaller();
        if (!CaseId.TryParse(id, out var caseId)) return Refusals.NoSuchCase.ToProblem();
        if (caller.Role == Role.Customer && caller.CaseId != id) return Refusals.NotYourCase.ToProblem();
        if (await request.ReadWithinAsync(LargestBody, cancellationToken) is not { } body)
        {
            return Problem.Of(413, "body-too-large", $"The body may have at most {LargestBody} bytes.");
        }
        var (action, faults) = ActionRequest.Read(body);
        if (action is null) return Unusable(faults);
        return await idempotency.RunAsync(
            request, body, key => ActAsync(caseId, action, caller, key, cancellationToken), cancellationToken);
    }

    private static Answer Unusable(IReadOnlyList<Fault> faults) => faults.Any(fault => fault.Code == "not-json")
        ? Problem.Of(400, "not-json", "The body must be a JSON object.", faults)
        : Problem.Of(422, "invalid-action", "The action cannot be used; see errors.", faults);

    private async Task<Answer> ActAsync(CaseId id, ActionRequest action, Caller caller, string? key, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().ToInstant();
        var decision = await cases.ExecuteAsync(
            id, current => CommandsAsync(current, action, now, caller.ToActor(), cancellationToken), key, cancellationToken);
        return decision switch
        {
            Decision.Refused refused => refused.Refusal.ToProblem(),
            Decision.Accepted accepted => Answer.Json(200, await views.ShowAsync(accepted.State, caller, cancellationToken))
                with
            { Of = new PersonId(accepted.State.CustomerId) },
            _ => throw new InvalidOperationException($"No such decision: {decision}"),
        };
    }

    private async ValueTask<IReadOnlyList<CaseCommand>> CommandsAsync(
        Case? current, ActionRequest action, Instant now, Actor by, CancellationToken cancellationToken)
    {
        if (current is null) return [];
        var customer = new PersonId(current.CustomerId);
        var sealedText = action.Text is { } text ? await vault.SealTextAsync(customer, text, cancellationToken) : null;
        return [action.ToCommand(current, now, by, sealedText)];
    }

    private static (CaseQuery? Query, IReadOnlyList<Fault> Faults) ReadQuery(HttpRequest request)
    {
        var faults = new List<Fault>();
        string? Given(string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;
        string? Named<T>(string name) where T : struct, Enum
        {
            var value = Given(name);
            if (value is null || WireName.TryParse<T>(value, out _)) return value;
            faults.Add(new Fault($"/{name}", "invalid-choice", $"One of {string.Join(", ", WireName.All<T>())} is wanted."));
            return null;
        }
        DateTimeOffset? due = null;
        if (Given("due") is { } dueText)
        {
            var reading = OffsetDateTimePattern.ExtendedIso.Parse(dueText.Replace(' ', '+'));
            if (reading.Success) due = reading.Value.ToDateTimeOffset();
            else faults.Add(new Fault("/due", "invalid-instant", "An instant with offset is wanted, such as 2026-11-02T09:10:00+08:00."));
        }
        var caller = request.GetCaller();
        var query = new CaseQuery(
            caller.Role == Role.Marketplace ? Known(caller.MarketplaceId) : null,
            caller.Role == Role.Supplier ? Known(caller.SupplierId) : Given("supplier"),
            Named<CaseStatus>("status"),
            Named<Party>("owner"),
            due,
            Given("q"),
            Given("cursor"));
        return faults.Count > 0 ? (null, faults) : (query, []);
    }

    // Without an id the list would be everybody's.
    private static string Known(string? id) =>
        id is { Length: > 0 } ? id : throw new InvalidOperationException("A supplier or marketplace without an id was let in.");

    private static object Shown(CaseRow row)
    {
        var zone = DateTimeZoneProviders.Tzdb[row.Zone];
        OffsetDateTime? Local(DateTimeOffset? at) => at?.ToInstant().InZone(zone).ToOffsetDateTime();
        return new
        {
            row.Id,
            row.Marketplace,
            row.ExternalId,
            order = row.OrderId,
            row.Supplier,
            row.Status,
            row.Level,
            row.Kind,
            row.Owner,
            row.Granted,
            row.Currency,
            openedAt = Local(row.OpenedAt),
            due = Local(row.Due),
            closedAt = Local(row.ClosedAt),
            href = $"/api/v1/cases/{row.Id}",
        };
    }
}
