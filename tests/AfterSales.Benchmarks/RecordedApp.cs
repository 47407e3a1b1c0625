using AfterSales.Functions;
using AfterSales.LocalRuntime;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AfterSales.Benchmarks;

/// <summary>The whole app on the embedded store of a folder, on the real clock, with a <see cref="CallRecorder"/> in its way to storage.</summary>
internal sealed class RecordedApp : IAsyncDisposable
{
    private readonly IHost _host;

    private RecordedApp(IHost host)
    {
        _host = host;
        Http = new HttpClient { BaseAddress = new Uri(Runtime.Url) };
    }

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
                options.Url = "http://127.0.0.1:0";
                options.SettingsFile = Path.Combine(AppContext.BaseDirectory, "local.settings.template.json");
                options.Banner = null;
            });
            builder.UseMiddleware(CallRecorder.AroundAsync);
            builder.Logging.SetMinimumLevel(LogLevel.Error);
            builder.Services.AddSingleton<HttpPipelineTransport>(services => new CallRecorder(new HttpClientTransport(
                new HttpClient(new EmbeddedStorageHandler(services.GetRequiredService<LocalRuntime.LocalRuntime>().Store)))));
        });
        await host.StartAsync();
        return new RecordedApp(host);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
