using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AfterSales.Local.Month;

/// <summary>What the app told the marketplace.</summary>
/// <param name="At">Business time of what it tells of.</param>
public sealed record Told(string WebhookId, string Type, DateTimeOffset At, JsonObject Data);

/// <summary>
/// The marketplace's own small server: takes the app's webhooks, checks their signature, and keeps each once, whatever the
/// number of deliveries; and serves the photos that it sends as links.
/// </summary>
public sealed class Marketplace : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly StandardWebhooks _webhooks;
    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Told> _told = new();

    private Marketplace(WebApplication app, string secret)
    {
        _app = app;
        _webhooks = new StandardWebhooks(secret);
    }

    /// <summary>Where the app is to send its webhooks.</summary>
    public Uri CallbackUrl { get; private set; } = null!;

    /// <summary>Where it keeps the photos that it sends as links.</summary>
    public Uri PhotosUrl { get; private set; } = null!;

    /// <summary>Deliveries whose signature was wrong.</summary>
    public int BadSignatures { get; private set; }

    /// <summary>Deliveries of something already received.</summary>
    public int Repeated { get; private set; }

    /// <summary>Starts to listen on a free port of the loopback address.</summary>
    public static async Task<Marketplace> StartAsync(string secret, IReadOnlyList<Story> stories, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var marketplace = new Marketplace(builder.Build(), secret);
        marketplace._app.MapPost("/webhooks", marketplace.ReceiveAsync);
        marketplace._app.MapGet("/photos/{externalId}/{name}", (string externalId, string name) =>
            stories.FirstOrDefault(s => s.ExternalId == externalId)?.Pictures.FirstOrDefault(p => p.Name == name) is { } picture
                ? Results.Bytes(picture.Jpeg, "image/jpeg")
                : Results.NotFound());
        await marketplace._app.StartAsync(cancellationToken);
        var address = marketplace._app.Urls.Single();
        marketplace.CallbackUrl = new Uri($"{address}/webhooks");
        marketplace.PhotosUrl = new Uri($"{address}/photos/");
        return marketplace;
    }

    /// <summary>Takes what arrived since the last time, in the order of arrival.</summary>
    public IEnumerable<Told> Take()
    {
        while (_told.TryDequeue(out var told))
        {
            yield return told;
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        using var memory = new MemoryStream();
        await request.Body.CopyToAsync(memory, request.HttpContext.RequestAborted);
        var body = memory.ToArray();
        var id = request.Headers["webhook-id"].ToString();
        if (!_webhooks.Verify(id, request.Headers["webhook-timestamp"].ToString(), body, request.Headers["webhook-signature"].ToString()))
        {
            BadSignatures++;
            return Results.Unauthorized();
        }

        if (!_seen.TryAdd(id, true))
        {
            Repeated++;
            return Results.NoContent();
        }

        var message = JsonNode.Parse(body)!.AsObject();
        _told.Enqueue(new Told(
            id, message["type"]!.GetValue<string>(), message["timestamp"]!.GetValue<DateTimeOffset>(), message["data"]!.AsObject()));
        return Results.NoContent();
    }
}
