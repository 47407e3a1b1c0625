using AfterSales.LocalRuntime.Engine.Clock;
using AfterSales.LocalRuntime.Engine.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace AfterSales.LocalRuntime;

/// <summary>The running pieces of the local runtime.</summary>
public sealed class LocalRuntime : IHostedService, IAsyncDisposable
{
    private readonly IConfiguration _configuration;
    private bool _disposed;

    internal LocalRuntime(LocalRuntimeOptions options, IConfiguration configuration)
    {
        _configuration = configuration;
        Url = options.Url;
        Store = SqliteStore.Open(options.DataFolder, [RuntimeClock.Schema], options.Url);
        Work = new WorkTracker();
        Clock = RuntimeClock.OpenAsync(Store, Work, options.VirtualClock, options.Start).GetAwaiter().GetResult();
    }

    /// <summary>Where HTTP is served, with the real port once the host has started.</summary>
    public string Url { get; private set; }

    public RuntimeClock Clock { get; }

    public WorkTracker Work { get; }

    public SqliteStore Store { get; }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Clock.Start();
        _configuration["WEBSITE_HOSTNAME"] = new Uri(Url).Authority;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await Clock.DisposeAsync();
            await Store.DisposeAsync();
        }
    }
}
