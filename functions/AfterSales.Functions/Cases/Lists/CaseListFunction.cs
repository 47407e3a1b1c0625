using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Cases.Lists;

/// <summary>Lists of cases over HTTP.</summary>
public sealed class CaseListFunction(CaseLists lists)
{
    /// <summary>
    /// A page of cases: newest first, or earliest due first where a role's queue (<c>owner</c>) or a time (<c>due</c>) is asked for.
    /// Suppliers and marketplaces see their own.
    /// </summary>
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
            return await lists.ReadAsync(query, cancellationToken) is { } page
                ? Answer.Json(200, new { cases = page.Rows.Select(Shown), page.Cursor })
                : InvalidCursor();
        }
        catch (RequestFailedException e) when (query.Cursor is not null && e.Status == 400)
        {
            // The part of it that the storage reads was changed.
            return InvalidCursor();
        }
    }

    private static Answer InvalidCursor() => Problem.Of(400, "invalid-cursor", "The cursor is not one that this list gave.");

    private static (CaseQuery? Query, IReadOnlyList<Fault> Faults) ReadQuery(HttpRequest request)
    {
        var faults = new List<Fault>(request.UnknownNames("owner", "supplier", "marketplace", "status", "due", "q", "limit", "cursor"));
        string? Given(string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;
        string? Named<T>(string name) where T : struct, Enum
        {
            var value = Given(name);
            if (value is null || WireName.TryParse<T>(value, out _)) return value;
            faults.Add(new Fault($"/{name}", "invalid-choice", $"One of {string.Join(", ", WireName.All<T>())} is wanted."));
            return null;
        }
        Instant? due = null;
        if (Given("due") is { } dueText)
        {
            var reading = OffsetDateTimePattern.ExtendedIso.Parse(dueText.Replace(' ', '+'));
            if (reading.Success) due = reading.Value.ToInstant();
            else faults.Add(new Fault("/due", "invalid-instant", "An instant with offset is wanted, such as 2026-11-02T09:10:00+08:00."));
        }
        var limit = CaseQuery.UsualRows;
        if (Given("limit") is { } limitText && (!int.TryParse(limitText, out limit) || limit is < 1 or > CaseQuery.MostRows))
        {
            faults.Add(new Fault("/limit", "out-of-range", $"A number from 1 to {CaseQuery.MostRows} is wanted."));
        }
        var caller = request.GetCaller();
        var query = new CaseQuery(
            caller.Role == Role.Marketplace ? Known(caller.MarketplaceId) : Given("marketplace"),
            caller.Role == Role.Supplier ? Known(caller.SupplierId) : Given("supplier"),
            Named<CaseStatus>("status"),
            Named<Party>("owner"),
            due,
            Given("q"),
            CustomerCards.MaySee(caller),
            Given("cursor"),
            limit);
        return faults.Count > 0 ? (null, faults) : (query, []);
    }

    // Without an id the list would be everybody's.
    internal static string Known(string? id) =>
        id is { Length: > 0 } ? id : throw new InvalidOperationException("A supplier or marketplace without an id was let in.");

    private static object Shown(CaseRow row)
    {
        var zone = DateTimeZoneProviders.Tzdb[row.Zone];
        OffsetDateTime? Local(Instant? at) => at?.InZone(zone).ToOffsetDateTime();
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
            row.Breaches,
            href = $"/api/v1/cases/{row.Id}",
        };
    }
}
