#nullable disable
using AfterSales.LocalRuntime.Engine.Bus;

namespace Azure.Messaging.ServiceBus;

/// <summary>Sends to one queue or topic. A send completes when the message is on disk.</summary>
public class ServiceBusSender : IAsyncDisposable
{
    private readonly ServiceBusClient _client;
    private volatile bool _closed;

    protected ServiceBusSender()
    {
    }

    internal ServiceBusSender(ServiceBusClient client, string entityPath)
    {
        _client = client;
        EntityPath = entityPath;
        FullyQualifiedNamespace = client.FullyQualifiedNamespace;
        Identifier = $"{entityPath}-{Guid.NewGuid()}";
    }

    public virtual string EntityPath { get; }

    public virtual string FullyQualifiedNamespace { get; }

    public virtual string Identifier { get; }

    public virtual bool IsClosed => _closed || _client.IsClosed;

    /// <exception cref="ServiceBusException">No such entity, or the message is over the size limit.</exception>
    public virtual Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return SendMessagesAsync([message], cancellationToken);
    }

    /// <summary>Sends all or none; together they count as one message against the size limit.</summary>
    public virtual async Task SendMessagesAsync(IEnumerable<ServiceBusMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        cancellationToken.ThrowIfCancellationRequested();
        BusContent[] contents = [.. messages.Select(BusContent.Of)];
        if (contents.Length > 0)
        {
            await Engine.SendAsync(EntityPath, contents);
        }
    }

    /// <summary>The sequence number that <see cref="CancelScheduledMessageAsync"/> takes.</summary>
    public virtual Task<long> ScheduleMessageAsync(
        ServiceBusMessage message, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        message.ScheduledEnqueueTime = scheduledEnqueueTime;
        return Engine.ScheduleAsync(EntityPath, BusContent.Of(message));
    }

    /// <exception cref="ServiceBusException">No such scheduled message (any more).</exception>
    public virtual Task CancelScheduledMessageAsync(long sequenceNumber, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Engine.CancelScheduledAsync(EntityPath, sequenceNumber);
    }

    public virtual ValueTask DisposeAsync()
    {
        _closed = true;
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private BusEngine Engine
    {
        get
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return _client.Engine;
        }
    }
}
