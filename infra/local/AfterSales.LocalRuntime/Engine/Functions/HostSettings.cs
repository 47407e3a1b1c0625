using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>host.json of a function app: what of it the local runtime follows. Without a file, the platform's defaults.</summary>
internal sealed class HostSettings
{
    private HostSettings(IConfiguration extensions)
    {
        var http = extensions.GetSection("http");
        RoutePrefix = http["routePrefix"] ?? "api";
        MaxConcurrentRequests = http.GetValue("maxConcurrentRequests", -1);
        MaxOutstandingRequests = http.GetValue("maxOutstandingRequests", -1);
        CustomHeaders = http.GetSection("customHeaders").GetChildren()
            .ToDictionary(h => h.Key, h => h.Value ?? "", StringComparer.OrdinalIgnoreCase);
        ServiceBus = extensions.GetSection("serviceBus");
        DurableTask = extensions.GetSection("durableTask");
    }

    /// <summary>What goes before every HTTP function's route.</summary>
    public string RoutePrefix { get; }

    /// <summary>HTTP functions that run at once; -1 = no limit.</summary>
    public int MaxConcurrentRequests { get; }

    /// <summary>HTTP requests that run or wait to; more are answered 429. -1 = no limit.</summary>
    public int MaxOutstandingRequests { get; }

    /// <summary>Headers of every answer of an HTTP function.</summary>
    public IReadOnlyDictionary<string, string> CustomHeaders { get; }

    public IConfigurationSection ServiceBus { get; }

    public IConfigurationSection DurableTask { get; }

    /// <summary>Reads the file of a folder. <paramref name="fault"/> is told what is wrong with it.</summary>
    public static HostSettings Load(string folder, Action<string> fault)
    {
        var file = Path.Combine(folder, "host.json");
        if (File.Exists(file))
        {
            try
            {
                var root = new ConfigurationBuilder().AddJsonFile(file, optional: false, reloadOnChange: false).Build();
                if (root["version"] != "2.0")
                {
                    fault($"{file}: version must be \"2.0\"");
                }

                return new HostSettings(root.GetSection("extensions"));
            }
            catch (Exception e) when (e is InvalidDataException or JsonException or InvalidOperationException)
            {
                fault($"{file}: {(e.InnerException ?? e).Message}");
            }
        }

        return new HostSettings(new ConfigurationBuilder().Build().GetSection("extensions"));
    }
}
