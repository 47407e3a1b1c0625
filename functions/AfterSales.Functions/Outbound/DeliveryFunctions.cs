using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Outbound;

/// <summary>What was sent to whom and how far it got. What was sent is not shown: it holds links that open the case for its customer.</summary>
public sealed class DeliveryFunctions(DeliveryStore deliveries, DeliveryLog log, Idempotency idempotency, TimeProvider clock)
{
    private static readonly Answer NoSuchDelivery = Problem.Of(404, "no-such-delivery", "There is no such delivery.");

    /// <summary>
    /// Deliveries newest first: those about a case (<c>?case=</c>), or page by page those to a party's endpoint (<c>?party=&amp;id=</c>), to
    /// customers (<c>?party=customer</c>) or all;
    /// each by <c>state</c>. Suppliers and marketplaces see their own.
    /// </summary>
    [Function("delivery-list")]
    [Access(Role.Manager, Role.Auditor, Role.Agent, Role.Supplier, Role.Marketplace)]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/deliveries")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (query, caseId, faults) = ReadQuery(request);
        if (query is null) return Problem.Of(400, "invalid-query", "The query cannot be used; see errors.", faults);
        if (caseId is not null)
        {
            var ofCase = await deliveries.OfCaseAsync(caseId, cancellationToken);
            return Answer.Json(200, new
            {
                Items = ofCase
                    .Where(delivery => (query.To is null || delivery.To == query.To) && (query.State is null || delivery.State == query.State))
                    .OrderByDescending(delivery => delivery.HappenedAt).ThenBy(delivery => delivery.Id, StringComparer.Ordinal)
                    .Select(DeliveryView.Of),
            });
        }

        try
        {
            var (page, cursor) = await log.ListAsync(query, cancellationToken);
            return Answer.Json(200, new { Items = page.Select(DeliveryView.Of), Cursor = cursor });
        }
        catch (Exception e) when (query.Cursor is not null && e is FormatException or RequestFailedException { Status: 400 })
        {
            return Problem.Of(400, "invalid-cursor", "The cursor is not one that this list gave.");
        }
    }

    /// <summary>One delivery with its attempts.</summary>
    [Function("delivery-get")]
    [Access(Role.Manager, Role.Auditor, Role.Agent, Role.Supplier, Role.Marketplace)]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/deliveries/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        await deliveries.FindAsync(id, cancellationToken) is { } stored && MaySee(request.GetCaller(), stored.Delivery)
            ? Answer.Json(200, DeliveryDetail.Of(stored.Delivery))
            : NoSuchDelivery;

    /// <summary>Sends it again, with all attempts before it, under the same webhook-id.</summary>
    [Function("delivery-replay")]
    [Access(Role.Manager, Role.Supplier)]
    public Task<Answer> Replay(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/deliveries/{id}/replay")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        idempotency.RunAsync(
            request, ReadOnlyMemory<byte>.Empty, _ => ReplayAsync(request.GetCaller(), id, cancellationToken), cancellationToken);

    /// <summary>When something is tried again, as data.</summary>
    [Function("delivery-schedule")]
    [Access]
    public static IResult Schedule([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/delivery-schedule")] HttpRequest request) =>
        Answer.Json(200, ScheduleView.Published);

    private async Task<Answer> ReplayAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        if (await deliveries.FindAsync(id, cancellationToken) is not { } stored || !MaySee(caller, stored.Delivery))
        {
            return NoSuchDelivery;
        }

        var again = stored.Delivery.Again(clock.GetUtcNow());
        return stored.Delivery.State == DeliveryState.Pending || !await deliveries.SaveAsync(stored, again, cancellationToken)
            ? Problem.Of(409, "delivery-pending", "It is being delivered: an attempt is still to come.")
            : Answer.Json(202, DeliveryDetail.Of(again));
    }

    private static (DeliveryQuery? Query, string? CaseId, IReadOnlyList<Fault> Faults) ReadQuery(HttpRequest request)
    {
        var faults = new List<Fault>(request.UnknownNames("case", "party", "id", "state", "cursor"));
        string? Given(string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;
        EndpointKey? to = Owned(request.GetCaller());
        if (to is null && (Given("party") is not null || Given("id") is not null))
        {
            to = Given("party") == WireName.Of(Party.Customer)
                ? EndpointKey.Customers
                : EndpointKey.Parse(Given("party") ?? "", Given("id") ?? "");
            if (to is null) faults.Add(new Fault("/party", "invalid-endpoint", "party and id together name an endpoint."));
        }

        DeliveryState? state = null;
        if (Given("state") is { } text)
        {
            state = Enum.GetValues<DeliveryState>().Cast<DeliveryState?>().FirstOrDefault(s => DeliveryView.Name(s!.Value) == text);
            if (state is null) faults.Add(new Fault("/state", "invalid-choice", "One of pending, delivered, failed, dropped, suppressed is wanted."));
        }

        if (Given("case") is { } caseId && !CaseId.TryParse(caseId, out _))
        {
            faults.Add(new Fault("/case", "invalid-id", "A case id is wanted."));
        }

        return faults.Count > 0 ? (null, null, faults) : (new DeliveryQuery(to, state, Given("cursor")), Given("case"), []);
    }

    private static bool MaySee(Caller caller, Delivery delivery) => Owned(caller) is not { } owned || owned == delivery.To;

    /// <summary>The one endpoint whose deliveries the caller may see; null for the mall's people, who see all.</summary>
    private static EndpointKey? Owned(Caller caller) => caller.Role switch
    {
        Role.Supplier => new EndpointKey(Party.Supplier, caller.SupplierId!),
        Role.Marketplace => new EndpointKey(Party.Marketplace, caller.MarketplaceId!),
        Role.Agent or Role.FloorManager or Role.Inspection or Role.Manager or Role.Finance or Role.PolicyOwner or Role.Auditor => null,
        _ => throw new InvalidOperationException($"'{caller.Role.Name()}' has no deliveries."),
    };
}
