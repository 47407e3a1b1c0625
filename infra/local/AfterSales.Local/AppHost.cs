using System.Net;
using System.Net.Sockets;
using AfterSales.Functions;
using AfterSales.LocalRuntime;
using AfterSales.LocalRuntime.Engine.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AfterSales.Local;

/// <summary>How the command line runs the app.</summary>
/// <param name="Banner">Where the list of functions is printed; null = nowhere.</param>
/// <param name="Settings">Settings that win over the file's.</param>
internal sealed record AppStart(
    DataFolder Data,
    int Port,
    bool VirtualClock,
    DateTimeOffset? Start = null,
    string? Storage = null,
    TextWriter? Banner = null,
    LogLevel Log = LogLevel.Warning,
    IReadOnlyDictionary<string, string?>? Settings = null);

/// <summary>The app, running in this process on the local runtime.</summary>
internal sealed class AppHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly DataFolder _data;

    private AppHost(IHost host, DataFolder data)
    {
        _host = host;
        _data = data;
        Url = new Uri(host.Services.GetRequiredService<LocalRuntime.LocalRuntime>().Url);
    }

    /// <summary>Where it is served.</summary>
    public Uri Url { get; }

    /// <summary>Builds the app and starts it.</summary>
    /// <exception cref="CommandException">It cannot start: a port or folder in use, a wrong setting, a wrong function.</exception>
    public static async Task<AppHost> StartAsync(AppStart start, CancellationToken cancellationToken)
    {
        var port = start.Port == 0 ? FreePort() : start.Port;
        try
        {
            var host = FunctionApp.Build([], builder =>
            {
                builder.Logging.SetMinimumLevel(start.Log);

                // A start that fails is told to the caller, in one line.
                builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
                builder.UseLocalRuntime(options =>
                {
                    options.DataFolder = start.Data.Path;
                    options.Url = $"http://127.0.0.1:{port}";
                    options.VirtualClock = start.VirtualClock;
                    options.Start = start.Start;
                    options.StorageConnection = start.Storage;
                    options.SettingsFile = Repository.SettingsFile;
                    options.Banner = start.Banner;
                });
                builder.Configuration.AddInMemoryCollection(start.Settings ?? new Dictionary<string, string?>());
                builder.Configuration["PublicUrl"] = $"http://127.0.0.1:{port}";
            });
            await host.StartAsync(cancellationToken);
            var app = new AppHost(host, start.Data);
            start.Data.WriteRunning(app.Url.ToString().TrimEnd('/'), start.VirtualClock ? "virtual" : "real", start.Storage is null);
            return app;
        }
        catch (DataFolderInUseException e)
        {
            throw new CommandException($"{e.Message} Stop it, or give another folder with --data.");
        }
        catch (IOException e) when (e.GetBaseException() is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
        {
            throw new CommandException($"Port {port} is taken by another program. Choose another with --port.");
        }
        catch (Exception e) when (e is SettingsException or InvalidOperationException)
        {
            var source = e is SettingsException ? $"{Environment.NewLine}Settings were read from {Repository.SettingsFile}." : "";
            throw new CommandException(e.Message + source);
        }
    }

    // The links that the app makes carry its port, so it must be known before the app is built.
    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    /// <summary>Waits until the program is told to stop (Ctrl+C, SIGTERM).</summary>
    public Task UntilStoppedAsync(CancellationToken cancellationToken) => _host.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _data.RemoveRunning();
        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
    }
}
