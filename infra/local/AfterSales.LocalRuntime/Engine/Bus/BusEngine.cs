using AfterSales.LocalRuntime.Engine.Clock;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;

namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>The broker of one data folder.</summary>
public sealed class BusEngine : IDueSource, IAsyncDisposable
{
    /// <summary>The broker's tables.</summary>
    public const string Schema = "";

    public BusEngine(SqliteStore store, RuntimeClock clock, WorkTracker work, BusTopology topology, BusOptions options, ILoggerFactory logging)
    {
    }

    public DueItem? Next => null;

    public IReadOnlyList<DueItem> Waiting(int max) => throw new InvalidOperationException($"{GetHashCode()} is not built yet.");

    public void Fire(DateTimeOffset now)
    {
    }

    public void Publish(string host) => PublishedNamespaces.Publish(host, this);

    public void Register(
        string queue, Func<IReadOnlyList<ServiceBusReceivedMessage>, CancellationToken, Task> handler, bool batched, bool autoComplete) =>
        throw new InvalidOperationException($"{GetHashCode()} is not built yet.");

    public void Register(
        string topic, string subscription, Func<IReadOnlyList<ServiceBusReceivedMessage>, CancellationToken, Task> handler, bool batched, bool autoComplete) =>
        throw new InvalidOperationException($"{GetHashCode()} is not built yet.");

    public Task StartAsync() => throw new InvalidOperationException($"{GetHashCode()} is not built yet.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal Task SendAsync(string path, IReadOnlyList<BusContent> messages) => throw new InvalidOperationException($"{GetHashCode()} is not built yet.");

    internal Task<long> ScheduleAsync(string path, BusContent message) => throw new InvalidOperationException($"{GetHashCode()} is not built yet.");

    internal Task CancelScheduledAsync(string path, long sequenceNumber) => throw new InvalidOperationException($"{GetHashCode()} is not built yet.");

    internal BusQueue Open(string path) => throw new InvalidOperationException($"{GetHashCode()} is not built yet.");
}

public sealed record BusTopology
{
    public static BusTopology Load(string path) => new();
}

public sealed record BusOptions;

internal sealed class BusQueue
{
    public IReadOnlyList<ServiceBusReceivedMessage> Peek(int max, long from) => throw new InvalidOperationException($"{GetHashCode()} is not built yet.");

    public Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(int max, TimeSpan wait, bool deleteAtOnce, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"{GetHashCode()} is not built yet.");

    public Task CompleteAsync(Guid token) => throw new InvalidOperationException($"{GetHashCode()} is not built yet.");

    public Task AbandonAsync(Guid token, IReadOnlyDictionary<string, object?>? properties) => throw new InvalidOperationException($"{GetHashCode()} is not built yet.");

    public Task DeadLetterAsync(Guid token, string? reason, string? description) => throw new InvalidOperationException($"{GetHashCode()} is not built yet.");

    public DateTimeOffset Renew(Guid token) => throw new InvalidOperationException($"{GetHashCode()} is not built yet.");
}
