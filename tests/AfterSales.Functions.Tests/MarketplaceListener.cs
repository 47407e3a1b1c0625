using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AfterSales.Functions.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AfterSales.Functions.Tests;

/// <summary>A marketplace's own server: takes what the app posts to it, and serves files that the app fetches.</summary>
public sealed class MarketplaceListener : IAsyncDisposable
{
    private readonly WebApplication _server;

    private MarketplaceListener(WebApplication server) => _server = server;

    /// <summary>What was posted, in order, with whether its signature was right.</summary>
    public ConcurrentQueue<(string Id, string Type, JsonNode Data, bool Signed)> Received { get; } = new();

    /// <summary>The same as it came over the wire: headers by name, and the body.</summary>
    public ConcurrentQueue<(IReadOnlyDictionary<string, string> Headers, string Body)> Wire { get; } = new();

    /// <summary>What was posted, as it came: headers and bytes.</summary>
    public ConcurrentQueue<PostedWebhook> Posted { get; } = new();

    /// <summary>How many requests followed a redirect.</summary>
    public int Strayed { get; private set; }

    /// <summary>The files served, by path.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>The next posts are answered with this status.</summary>
    public int Status { get; set; } = 200;

    public Uri Url => new(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public Uri Callback => new(Url, "/callback");

    public static async Task<MarketplaceListener> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var listener = new MarketplaceListener(server);
        server.MapPost("/callback", listener.TakeAsync);
        server.MapGet("/files/{name}", (string name) => listener.Files.TryGetValue(name, out var content)
            ? Results.Bytes(content, "application/octet-stream")
            : Results.NotFound());
        server.MapGet("/away/{name}", (string name) => Results.Redirect($"/files/{name}"));
        server.Map("/elsewhere", () => listener.Strayed++);
        server.MapGet("/round", () => Results.Redirect("/round"));
        server.MapGet("/out", () => Results.StatusCode(503));
        await server.StartAsync();
        return listener;
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var (id, timestamp) = (request.Headers[StandardWebhook.IdHeader].ToString(), request.Headers[StandardWebhook.TimestampHeader].ToString());
        var signed = StandardWebhook.Verify(
            [Convert.FromBase64String(AppHost.Secret)], id, timestamp, body.ToArray(), request.Headers[StandardWebhook.SignatureHeader].ToString());
        Posted.Enqueue(new PostedWebhook(id, timestamp, request.Headers[StandardWebhook.SignatureHeader].ToString(), body.ToArray()));
        var message = JsonNode.Parse(body.ToArray())!;
        Wire.Enqueue((
            request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
            System.Text.Encoding.UTF8.GetString(body.ToArray())));
        Received.Enqueue((id, message["type"]!.GetValue<string>(), message["data"]!, signed));
        return Status == 302 ? Results.Redirect("/elsewhere") : Results.StatusCode(Status);
    }
}

/// <summary>A webhook as it came.</summary>
public sealed record PostedWebhook(string Id, string Timestamp, string Signatures, byte[] Body)
{
    /// <summary>Whether one of the signatures was made with this secret, as it was shown: <c>whsec_…</c>.</summary>
    public bool IsSignedWith(string secret) => StandardWebhook.Verify(
        [Convert.FromBase64String(secret[StandardWebhook.SecretPrefix.Length..])], Id, Timestamp, Body, Signatures);
}
