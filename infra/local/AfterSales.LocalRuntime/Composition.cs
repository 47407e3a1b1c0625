using System.Text.Json;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
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
        builder.Logging.AddConfiguration(configuration.GetSection("Logging"));
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.AddSingleton<TimeProvider>(services => services.GetRequiredService<LocalRuntime>().Clock);
        return builder;
    }

    /// <summary>Makes the settings that the options imply readable; repeatable.</summary>
    public static void ApplySettings(ConfigurationManager configuration, LocalRuntimeOptions options)
    {
        foreach (var old in configuration.Sources.OfType<RuntimeSettings>().ToList())
        {
            configuration.Sources.Remove(old);
        }

        if (options.SettingsFile is { } file)
        {
            configuration.Sources.Insert(0, new RuntimeSettings { InitialData = ReadSettingsFile(file) });
        }

        var bus = $"Endpoint=sb://{options.BusHost}/;SharedAccessKeyName=local;SharedAccessKey=bG9jYWw=";
        configuration.Sources.Add(new RuntimeSettings
        {
            InitialData = new Dictionary<string, string?>
            {
                ["AzureWebJobsStorage"] = options.StorageConnection ?? "UseDevelopmentStorage=true",
                ["ServiceBus"] = bus,
                ["AzureWebJobsServiceBus"] = bus,
                ["WEBSITE_HOSTNAME"] = new Uri(options.Url).Authority,
            },
        });
    }

    /// <summary>What <c>ConfigureFunctionsWebApplication</c> adds: the services that answers of HTTP functions are written with.</summary>
    public static void AddHttp(IServiceCollection services) => services.AddMvcCore();

    public static IHost Build(
        HostApplicationBuilder builder,
        LocalRuntimeOptions options,
        IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
    {
        _ = middleware;
        ApplySettings(builder.Configuration, options);
        builder.Services.AddSingleton(services => new LocalRuntime(options, services.GetRequiredService<IConfiguration>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<LocalRuntime>());
        return builder.Build();
    }

    private static Dictionary<string, string?> ReadSettingsFile(string file)
    {
        using var document = JsonDocument.Parse(
            File.ReadAllText(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return document.RootElement.TryGetProperty("Values", out var values)
            ? values.EnumerateObject().ToDictionary(v => v.Name.Replace("__", ":", StringComparison.Ordinal), v => (string?)v.Value.ToString())
            : [];
    }

    private sealed class RuntimeSettings : MemoryConfigurationSource, IConfigurationSource
    {
    }
}
