using AfterSales.Functions;
using AfterSales.LocalRuntime;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AfterSales.Benchmarks;

/// <summary>The whole app on the real clock, with a <see cref="CallRecorder"/> in its way to storage: the embedded store of a folder, or with
/// <c>AzureWebJobsStorage</c> in the environment that one, such as Azurite.</summary>
internal sealed class RecordedApp : IAsyncDisposable
{
    private readonly IHost _host;

    private RecordedApp(IHost host)
    {
        _host = host;
        Http = new HttpClient { BaseAddress = new Uri(Runtime.Url) };
    }

    /// <summary>The connection string of the storage that is measured instead of the embedded store.</summary>
    public static string? OtherStorage { get; } = Environment.GetEnvironmentVariable("AzureWebJobsStorage");

    public IServiceProvider Services => _host.Services;

    public LocalRuntime.LocalRuntime Runtime => Services.GetRequiredService<LocalRuntime.LocalRuntime>();

    public HttpClient Http { get; }

    public static async Task<RecordedApp> StartAsync(string folder)
    {
        var host = FunctionApp.Build([], builder =>
        {
            builder.UseLocalRuntime(options =>
            {
                options.DataFolder = folder;
                options.StorageConnection = OtherStorage;
                options.Url = "http://127.0.0.1:0";
                options.SettingsFile = Path.Combine(AppContext.BaseDirectory, "local.settings.template.json");
                options.Banner = null;
            });
            builder.UseMiddleware(CallRecorder.AroundAsync);
            builder.Logging.SetMinimumLevel(LogLevel.Error);
            builder.Services.AddSingleton<HttpPipelineTransport>(services =>
                new CallRecorder(TransportTo(services.GetRequiredService<LocalRuntime.LocalRuntime>().Store)));
        });
        await host.StartAsync();
        return new RecordedApp(host);
    }

    public static HttpPipelineTransport TransportTo(SqliteStore store) => OtherStorage is null
        ? new HttpClientTransport(new HttpClient(new EmbeddedStorageHandler(store)))
        : new HttpClientTransport();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
