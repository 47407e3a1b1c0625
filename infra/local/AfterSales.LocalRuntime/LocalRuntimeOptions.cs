using System.Reflection;
using Microsoft.Azure.Functions.Worker.Builder;

namespace AfterSales.LocalRuntime;

/// <summary>How the local runtime runs a function app: set with <see cref="LocalRuntimeBuilderExtensions.UseLocalRuntime"/>.</summary>
public sealed class LocalRuntimeOptions
{
    /// <summary>Folder of the SQLite file and the blobs; created if absent, held by one process at a time.</summary>
    public string DataFolder { get; set; } = Path.Combine(AppContext.BaseDirectory, "data");

    /// <summary>Business time is virtual: frozen except while <c>advance</c> runs. A folder keeps its mode for ever.</summary>
    public bool VirtualClock { get; set; }

    /// <summary>Where a new virtual clock begins; null = now. A folder that has a clock goes on from where it stood.</summary>
    public DateTimeOffset? Start { get; set; }

    /// <summary>Where HTTP is served; port 0 takes a free one.</summary>
    public string Url { get; set; } = "http://127.0.0.1:7071";

    /// <summary>A storage account or Azurite instead of the embedded Tables and Blobs; null = embedded.</summary>
    public string? StorageConnection { get; set; }

    /// <summary>A file like local.settings.json (<c>{"IsEncrypted": false, "Values": {"A__B": "…"}}</c>); environment variables win over
    /// it.</summary>
    public string? SettingsFile { get; set; }

    /// <summary>The folder of host.json and servicebus.json.</summary>
    public string ContentRoot { get; set; } = AppContext.BaseDirectory;

    /// <summary>The assembly whose functions run; by default the caller of <see cref="FunctionsApplication.CreateBuilder"/>.</summary>
    public Assembly? FunctionAssembly { get; set; }

    /// <summary>Runs the functions of these classes only, instead of the assembly's.</summary>
    public IReadOnlyList<Type>? FunctionTypes { get; set; }

    /// <summary>Where the list of functions is printed at start; null = nowhere.</summary>
    public TextWriter? Banner { get; set; } = Console.Out;

    /// <summary>The host part of the embedded bus's connection string, which is how its clients find it.</summary>
    internal string BusHost { get; } = $"bus-{Guid.NewGuid():n}.local";

    internal string BusConnection => $"Endpoint=sb://{BusHost}/;SharedAccessKeyName=local;SharedAccessKey=bG9jYWw=";
}

public static class LocalRuntimeBuilderExtensions
{
    /// <summary>Sets how the local runtime runs the app. Settings that it implies can be read from the configuration at once.</summary>
    public static FunctionsApplicationBuilder UseLocalRuntime(
        this FunctionsApplicationBuilder builder, Action<LocalRuntimeOptions> configure)
    {
        configure(builder.LocalRuntime);
        Composition.ApplySettings(builder.Configuration, builder.LocalRuntime);
        return builder;
    }
}
