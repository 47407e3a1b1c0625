using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AfterSales.LocalRuntime.Engine.Http;

/// <summary>
/// Kestrel in the function app's own host, with its services and its <see cref="KestrelServerOptions"/>: routes, the answers to what no
/// route serves, and the last word on exceptions. The host's own paths answer this machine only.
/// </summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly IServiceProvider _services;
    private readonly ILogger _log;
    private readonly RequestDelegate _pipeline;

    public HttpServer(IServiceProvider services, ILoggerFactory logging, string url, Action<IEndpointRouteBuilder> map)
    {
        _services = services;
        _log = logging.CreateLogger<HttpServer>();
        _pipeline = PipelineOf(services, map);
        var kestrel = services.GetRequiredService<IOptions<KestrelServerOptions>>();
        kestrel.Value.ApplicationServices ??= services;
        kestrel.Value.AddServerHeader = false;
        var sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logging);
        _server = new KestrelServer(kestrel, sockets, logging);
        _server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Add(url);
    }

    /// <summary>Listens, and gives the address with its real port.</summary>
    public async Task<string> StartAsync(CancellationToken cancellationToken)
    {
        await _server.StartAsync(new Application(this, new DefaultHttpContextFactory(_services)), cancellationToken);
        return _server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
    }

    /// <summary>Accepts nothing more and lets what runs finish, until the token ends that.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    private static RequestDelegate PipelineOf(IServiceProvider services, Action<IEndpointRouteBuilder> map)
    {
        var app = new ApplicationBuilder(services);
        app.UseRouting();
        app.Use(RefuseStrangersAsync);
        app.UseEndpoints(map);
        return app.Build();
    }

    private static Task RefuseStrangersAsync(HttpContext http, RequestDelegate next)
    {
        var path = http.Request.Path;
        var isHosts = path.StartsWithSegments("/admin", StringComparison.OrdinalIgnoreCase)
            || path.StartsWithSegments("/runtime", StringComparison.OrdinalIgnoreCase);
        return isHosts && !IsFromHere(http)
            ? HostProblem.WriteAsync(http, 403, "loopback-only", "The host's own paths answer programs and pages of this machine only.")
            : next(http);
    }

    /// <summary>From a loopback address, and not from another site's page in a browser on this machine.</summary>
    private static bool IsFromHere(HttpContext http)
    {
        var isLocal = http.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address);
        return isLocal && IsLoopback(http.Request.Host.Host)
            && (http.Request.Headers.Origin.ToString() is not { Length: > 0 } origin
                || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && IsLoopback(page.Host)));
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private async Task ServeAsync(HttpContext http)
    {
        try
        {
            await _pipeline(http);
            if (!http.Response.HasStarted && http.Response.StatusCode is 404 or 405 && http.Response.ContentType is null && !IsServed(http))
            {
                await ExplainAsync(http);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to answer.
            _log.LogDebug("{Method} {Route} was given up by its client.", http.Request.Method, RouteOf(http));
        }
        catch (Exception e)
        {
            await AnswerFailureAsync(http, e);
        }
    }

    /// <summary>Whether a function or a path of the host answered, rather than routing itself.</summary>
    private static bool IsServed(HttpContext http) => http.GetEndpoint() is RouteEndpoint;

    // The template, not the path: a path may hold a signed link, and a log is read by many.
    private static string RouteOf(HttpContext http) => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "a path without a function";

    private static Task ExplainAsync(HttpContext http) => http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed
        ? HostProblem.WriteAsync(http, 405, "method-not-allowed", $"{http.Request.Path} does not answer {http.Request.Method}.")
        : HostProblem.WriteAsync(http, 404, "not-found", $"Nothing is served at {http.Request.Path}.");

    private Task AnswerFailureAsync(HttpContext http, Exception e)
    {
        var bad = e as Microsoft.AspNetCore.Http.BadHttpRequestException;
        if (bad is null)
        {
            _log.LogError(e, "{Method} {Route} failed.", http.Request.Method, RouteOf(http));
        }

        if (http.Response.HasStarted)
        {
            http.Abort();
            return Task.CompletedTask;
        }

        http.Response.Clear();
        return bad switch
        {
            null => HostProblem.WriteAsync(http, 500, "internal-error", "The server failed; the reason is in its log."),
            { StatusCode: StatusCodes.Status413PayloadTooLarge } => HostProblem.WriteAsync(http, 413, "body-too-large", BodyLimit(http)),
            _ => HostProblem.WriteAsync(http, bad.StatusCode, "bad-request", bad.Message),
        };
    }

    private static string BodyLimit(HttpContext http) =>
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize is { } limit
            ? $"The body is larger than {limit} bytes."
            : "The body is too large.";

    private sealed class Application(HttpServer server, DefaultHttpContextFactory contexts) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => contexts.Create(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => server.ServeAsync(context);

        public void DisposeContext(HttpContext context, Exception? exception) => contexts.Dispose(context);
    }
}
