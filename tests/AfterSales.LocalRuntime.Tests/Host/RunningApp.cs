using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AfterSales.LocalRuntime.Tests.Host;

/// <summary>A function app of some test classes on the local runtime, with a folder and a port of its own.</summary>
internal sealed class RunningApp : IAsyncDisposable
{
    private readonly bool _keepsFolder;

    private RunningApp(IHost host, string folder, bool keepsFolder)
    {
        Host = host;
        Folder = folder;
        _keepsFolder = keepsFolder;
        Runtime = host.Services.GetRequiredService<LocalRuntime>();
        Http = new HttpClient { BaseAddress = new Uri(Runtime.Url) };
    }

    public IHost Host { get; }

    public LocalRuntime Runtime { get; }

    public HttpClient Http { get; }

    public string Folder { get; }

    public static DateTimeOffset Start { get; } = new(2026, 11, 2, 1, 0, 0, TimeSpan.Zero);

    public static async Task<RunningApp> StartAsync(
        Type[] functions,
        Action<LocalRuntimeOptions>? options = null,
        Action<FunctionsApplicationBuilder>? configure = null,
        string? hostJson = null,
        string? serviceBusJson = null,
        string? folder = null,
        bool keepsFolder = false)
    {
        folder ??= Directory.CreateTempSubdirectory("runtime-").FullName;
        var host = Build(functions, folder, options, configure, hostJson, serviceBusJson);
        try
        {
            await host.StartAsync();
            return new RunningApp(host, folder, keepsFolder);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Builds without starting; business time is virtual unless the options say otherwise.</summary>
    public static IHost Build(
        Type[] functions,
        string folder,
        Action<LocalRuntimeOptions>? options = null,
        Action<FunctionsApplicationBuilder>? configure = null,
        string? hostJson = null,
        string? serviceBusJson = null)
    {
        var content = Directory.CreateDirectory(Path.Combine(folder, "content")).FullName;
        Write("host.json", hostJson ?? """{ "version": "2.0", "extensions": { "http": { "routePrefix": "" } } }""");
        Write("servicebus.json", serviceBusJson);
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.UseLocalRuntime(o =>
        {
            o.DataFolder = Path.Combine(folder, "data");
            o.ContentRoot = content;
            o.Url = "http://127.0.0.1:0";
            o.VirtualClock = true;
            o.Start = Start;
            o.FunctionTypes = functions;
            o.Banner = null;
            options?.Invoke(o);
        });
        builder.ConfigureFunctionsWebApplication();
        builder.Logging.ClearProviders();
        configure?.Invoke(builder);
        return builder.Build();

        void Write(string name, string? text)
        {
            if (text is not null)
            {
                File.WriteAllText(Path.Combine(content, name), text);
            }
        }
    }

    public async Task<JsonElement> AdvanceAsync(string body)
    {
        using var response = await Http.PostAsync("/admin/clock/advance", new StringContent(body));
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public Task<JsonElement> ClockAsync() => Http.GetFromJsonAsync<JsonElement>("/admin/clock");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.StopAsync();
        if (Host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }

        if (!_keepsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
