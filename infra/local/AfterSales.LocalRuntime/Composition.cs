using System.Diagnostics;
using System.Text.Json;
using AfterSales.LocalRuntime.Engine.Functions;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Core.Pipeline;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AfterSales.LocalRuntime;

/// <summary>Puts a function app and the pieces of the local runtime together into one host.</summary>
internal static class Composition
{
    /// <summary>A host builder with the platform's sources of settings: environment, then command line.</summary>
    public static HostApplicationBuilder CreateHostBuilder(string[] args)
    {
        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables();
        configuration.AddCommandLine(args);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            Configuration = configuration,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // What keeps the host from starting is thrown to whoever starts it, and theirs to tell.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddConfiguration(configuration.GetSection("Logging"));
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.AddSingleton<TimeProvider>(services => services.GetRequiredService<LocalRuntime>().Clock);
        builder.Services.Configure<JsonSerializerOptions>(json => json.PropertyNameCaseInsensitive = true);
        return builder;
    }

    /// <summary>Makes the settings that the options imply readable; repeatable.</summary>
    public static void ApplySettings(ConfigurationManager configuration, LocalRuntimeOptions options)
    {
        foreach (var old in ((IConfigurationBuilder)configuration).Sources.OfType<RuntimeSettings>().ToList())
        {
            ((IConfigurationBuilder)configuration).Sources.Remove(old);
        }

        if (options.SettingsFile is { } file)
        {
            ((IConfigurationBuilder)configuration).Sources.Insert(0, new RuntimeSettings { InitialData = ReadSettingsFile(file) });
        }

        ((IConfigurationBuilder)configuration).Sources.Add(new RuntimeSettings
        {
            InitialData = new Dictionary<string, string?>
            {
                ["AzureWebJobsStorage"] = options.StorageConnection ?? "UseDevelopmentStorage=true",
                ["ServiceBus"] = options.BusConnection,
                ["AzureWebJobsServiceBus"] = options.BusConnection,
                ["WEBSITE_HOSTNAME"] = new Uri(options.Url).Authority,
            },
        });
    }

    /// <summary>What <c>ConfigureFunctionsWebApplication</c> adds: the services that answers of HTTP functions are written with.</summary>
    public static void AddHttp(IServiceCollection services) => services.AddMvcCore();

    /// <summary>Builds the host and checks the app against it, before anything is opened or started.</summary>
    /// <exception cref="FunctionFaultsException">The app is not in order.</exception>
    public static IHost Build(
        HostApplicationBuilder builder,
        LocalRuntimeOptions options,
        IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
    {
        ApplySettings(builder.Configuration, options);
        FunctionAppPlan? plan = null;
        builder.Services.AddRouting();
        builder.Services.TryAddSingleton(new DiagnosticListener("Microsoft.AspNetCore"));
        builder.Services.AddSingleton(services => new LocalRuntime(options, plan!, services));
        if (options.StorageConnection is null)
        {
            builder.Services.TryAddSingleton<HttpPipelineTransport>(services =>
            {
                var store = services.GetRequiredService<LocalRuntime>().Store;
                var handler = new EmbeddedStorageHandler(store, services.GetService<StorageFaults>());
                return new HttpClientTransport(new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan });
            });
        }

        // Registered last, so that it starts after the app's own services and stops before them.
        builder.Services.AddHostedService(services => services.GetRequiredService<LocalRuntime>());
        var host = builder.Build();
        try
        {
            plan = FunctionAppPlan.Make(options, middleware, host.Services);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    private static Dictionary<string, string?> ReadSettingsFile(string file)
    {
        using var document = JsonDocument.Parse(
            File.ReadAllText(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        if (!document.RootElement.TryGetProperty("Values", out var values))
        {
            return [];
        }

        return values.EnumerateObject()
            .ToDictionary(v => v.Name.Replace("__", ":", StringComparison.Ordinal), v => (string?)v.Value.ToString());
    }

    private sealed class RuntimeSettings : MemoryConfigurationSource
    {
    }
}
