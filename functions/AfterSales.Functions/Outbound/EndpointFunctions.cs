using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Intake;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Outbound;

/// <summary>
/// Endpoints over HTTP. The manager looks after all of them; a supplier after its own. Those of marketplaces stand in the settings: they are
/// shown, and enabled again by an empty put.
/// </summary>
public sealed class EndpointFunctions(
    EndpointRegister endpoints, Marketplaces marketplaces, WebhookSender webhooks, Idempotency idempotency, TimeProvider clock)
{
    private const int LargestBody = 16 * 1024;
    private const string Route = "api/v1/endpoints/{party}/{id}";

    private static readonly Answer NoSuchEndpoint = Problem.Of(404, "no-such-endpoint", "There is no such endpoint.");

    [Function("endpoint-list")]
    [Access(Role.Manager, Role.Auditor)]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/endpoints/{party}")] HttpRequest request,
        string party,
        CancellationToken cancellationToken)
    {
        if (!WireName.TryParse<Party>(party, out var known))
        {
            return NoSuchEndpoint;
        }

        var all = await endpoints.OfAsync(known, cancellationToken);
        return Answer.Json(200, new { Items = all.Select(endpoint => EndpointView.Of(endpoint, clock.GetUtcNow())) });
    }

    [Function("endpoint-get")]
    [Access(Role.Manager, Role.Auditor, Role.Supplier, Role.Marketplace)]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request,
        string party,
        string id,
        CancellationToken cancellationToken)
    {
        var (key, refusal) = Find(request.GetCaller(), party, id);
        return refusal is not null ? refusal
            : await endpoints.FindAsync(key!, cancellationToken) is { } endpoint ? Answer.Json(200, EndpointView.Of(endpoint, clock.GetUtcNow()))
            : NoSuchEndpoint;
    }

    /// <summary>Makes or changes an endpoint and enables it. Its first secret is in the answer, once.</summary>
    [Function("endpoint-put")]
    [Access(Role.Manager, Role.Supplier)]
    public async Task<IResult> Put(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Route)] HttpRequest request,
        string party,
        string id,
        CancellationToken cancellationToken)
    {
        var (key, refusal) = Find(request.GetCaller(), party, id);
        if (refusal is not null) return refusal;
        if (await request.ReadWithinAsync(LargestBody, cancellationToken) is not { } body) return TooLarge();
        return await idempotency.RunAsync(request, body, _ => PutAsync(key!, body, cancellationToken), cancellationToken);
    }

    /// <summary>A new secret, in the answer, once. Those before it sign beside it for a while: <c>{overlapHours?}</c>.</summary>
    [Function("endpoint-rotate")]
    [Access(Role.Manager, Role.Supplier)]
    public async Task<IResult> Rotate(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/secrets")] HttpRequest request,
        string party,
        string id,
        CancellationToken cancellationToken)
    {
        var (key, refusal) = Find(request.GetCaller(), party, id);
        if (refusal is not null) return refusal;
        if (key!.Party == Party.Marketplace) return FromSettings();
        if (await request.ReadWithinAsync(LargestBody, cancellationToken) is not { } body) return TooLarge();
        return await idempotency.RunAsync(request, body, _ => RotateAsync(key, body, cancellationToken), cancellationToken);
    }

    /// <summary>Removes it; what was still to be delivered to it is dropped.</summary>
    [Function("endpoint-delete")]
    [Access(Role.Manager, Role.Supplier)]
    public Task<Answer> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route)] HttpRequest request,
        string party,
        string id,
        CancellationToken cancellationToken) =>
        idempotency.RunAsync(
            request, ReadOnlyMemory<byte>.Empty, _ => DeleteAsync(request.GetCaller(), party, id, cancellationToken), cancellationToken);

    private async Task<Answer> DeleteAsync(Caller caller, string party, string id, CancellationToken cancellationToken)
    {
        var (key, refusal) = Find(caller, party, id);
        return refusal is not null ? refusal
            : key!.Party == Party.Marketplace ? FromSettings()
            : await endpoints.RemoveAsync(key, cancellationToken) ? new Answer(204, "text/plain", ReadOnlyMemory<byte>.Empty)
            : NoSuchEndpoint;
    }

    private async Task<Answer> PutAsync(EndpointKey key, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (key.Party == Party.Marketplace)
        {
            return marketplaces.Find(key.Id) is not { } marketplace ? NoSuchEndpoint
                : body.Length > 0 && new RequestFields(body) is var fields && !IsEmpty(fields) ? FromSettings()
                : Answer.Json(200, EndpointView.Of(await endpoints.EnableMarketplaceAsync(marketplace, cancellationToken), clock.GetUtcNow()));
        }

        var (request, faults) = EndpointRequest.Read(body, webhooks.Guard);
        if (request is null)
        {
            return Invalid(faults);
        }

        var (endpoint, secret) = await endpoints.PutAsync(key, request, cancellationToken);
        return Answer.Json(secret is null ? 200 : 201, EndpointView.Of(endpoint, clock.GetUtcNow(), secret)).With("Cache-Control", "no-store");
    }

    private async Task<Answer> RotateAsync(EndpointKey key, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var (request, faults) = RotationRequest.Read(body);
        if (request is null)
        {
            return Invalid(faults);
        }

        if (await endpoints.RotateAsync(key, request.Overlap, cancellationToken) is var (endpoint, secret))
        {
            return Answer.Json(201, EndpointView.Of(endpoint, clock.GetUtcNow(), secret)).With("Cache-Control", "no-store");
        }

        return await endpoints.FindAsync(key, cancellationToken) is null
            ? NoSuchEndpoint
            : Problem.Of(409, "too-many-secrets", $"{EndpointRegister.MostSecrets} secrets are live; wait until the oldest has run out.");
    }

    /// <summary>Suppliers and marketplaces have their own endpoint and no other.</summary>
    private static (EndpointKey? Key, Answer? Refusal) Find(Caller caller, string party, string id)
    {
        var owned = caller.Role switch
        {
            Role.Supplier => new EndpointKey(Party.Supplier, caller.SupplierId!),
            Role.Marketplace => new EndpointKey(Party.Marketplace, caller.MarketplaceId!),
            _ => null,
        };
        return EndpointKey.Parse(party, id) is not { } key ? (null, NoSuchEndpoint)
            : owned is not null && owned != key ? (null, Problem.Of(403, "not-your-endpoint", "This endpoint belongs to another party."))
            : (key, null);
    }

    private static bool IsEmpty(RequestFields fields)
    {
        fields.AllowOnly();
        return fields.Faults.Count == 0;
    }

    private static Answer FromSettings() =>
        Problem.Of(409, "endpoint-from-settings", "A marketplace's endpoint stands in the settings of the app; it can only be enabled again.");

    private static Answer Invalid(IReadOnlyList<Fault> faults) => Problem.OfBody("invalid-request", "The request cannot be used; see errors.", faults);

    private static Answer TooLarge() => Problem.Of(413, "body-too-large", $"The body may have at most {LargestBody} bytes.");
}
