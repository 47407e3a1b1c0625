using System.Collections.Concurrent;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AfterSales.Functions.Tests.Storage;

/// <summary>Stands in the app's way to the embedded store and writes down each call: all of them, and those that a request makes until it
/// is answered.</summary>
public sealed class StorageCalls : HttpPipelineTransport
{
    private static readonly AsyncLocal<ConcurrentQueue<string>?> OfRequest = new();
    private readonly HttpPipelineTransport _store;
    private readonly ConcurrentQueue<string> _all = new();

    private StorageCalls(HttpPipelineTransport store) => _store = store;

    /// <summary>Every call so far: method, and the table or container with what follows it.</summary>
    public IReadOnlyList<string> All => [.. _all];

    /// <summary>The calls of the HTTP request that was answered last.</summary>
    public IReadOnlyList<string> OfLastRequest { get; private set; } = [];

    /// <summary>For <see cref="AppHostOptions.Configure"/>.</summary>
    public static void Count(FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HttpPipelineTransport>(services => new StorageCalls(new HttpClientTransport(
            new HttpClient(new EmbeddedStorageHandler(services.GetRequiredService<LocalRuntime.LocalRuntime>().Store)))));
        builder.UseMiddleware(AroundAsync);
    }

    public static StorageCalls Of(AppHost app) => (StorageCalls)app.Services.GetRequiredService<HttpPipelineTransport>();

    public override Request CreateRequest() => _store.CreateRequest();

    public override void Process(HttpMessage message)
    {
        Note(message);
        _store.Process(message);
    }

    public override ValueTask ProcessAsync(HttpMessage message)
    {
        Note(message);
        return _store.ProcessAsync(message);
    }

    private static async Task AroundAsync(FunctionContext context, Func<Task> next)
    {
        if (context.GetHttpContext() is not { } http)
        {
            await next();
            return;
        }

        var calls = new ConcurrentQueue<string>();
        OfRequest.Value = calls;
        await next();
        ((StorageCalls)http.RequestServices.GetRequiredService<HttpPipelineTransport>()).OfLastRequest = [.. calls];
    }

    private void Note(HttpMessage message)
    {
        var call = $"{message.Request.Method} {message.Request.Uri.Path}";
        _all.Enqueue(call);
        OfRequest.Value?.Enqueue(call);
    }
}
