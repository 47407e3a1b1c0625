#nullable disable
using AfterSales.LocalRuntime.Engine.Bus;

namespace Azure.Messaging.ServiceBus;

/// <summary>Receives from a queue, a subscription or the dead letters of one.</summary>
public class ServiceBusReceiver : IAsyncDisposable
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(60);

    private readonly ServiceBusClient _client;
    private readonly ServiceBusReceiveMode _mode;
    private long _nextPeek;
    private volatile bool _closed;

    internal ServiceBusReceiver(ServiceBusClient client, string entityPath, ServiceBusReceiverOptions options)
    {
        _client = client;
        _mode = options.ReceiveMode;
        EntityPath = options.SubQueue switch
        {
            SubQueue.None => entityPath,
            SubQueue.DeadLetter => BusPath.DeadLetters(entityPath),
            _ => throw new NotSupportedException("The local runtime has no transfer dead-letter queue."),
        };
    }

    public virtual string EntityPath { get; }

    /// <summary>Looks at messages without locking them. Without <paramref name="fromSequenceNumber"/> it goes on where the last peek
    /// ended.</summary>
    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(
        int maxMessages, long? fromSequenceNumber = default, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var found = Queue.Peek(maxMessages, fromSequenceNumber ?? _nextPeek);
        if (found.Count > 0)
        {
            _nextPeek = found[^1].SequenceNumber + 1;
        }

        return Task.FromResult(found);
    }

    /// <summary>The next message, or null when none came within <paramref name="maxWaitTime"/> (default 60 s).</summary>
    public virtual async Task<ServiceBusReceivedMessage> ReceiveMessageAsync(
        TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default) =>
        await ReceiveMessagesAsync(1, maxWaitTime, cancellationToken) is [var message, ..] ? message : null;

    /// <summary>What is there, at least one message unless none came within <paramref name="maxWaitTime"/> (default 60 s).</summary>
    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(
        int maxMessages, TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        if (maxWaitTime is { } wait)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(wait, TimeSpan.Zero, nameof(maxWaitTime));
        }

        return Queue.ReceiveAsync(
            maxMessages, maxWaitTime ?? DefaultWait, _mode == ServiceBusReceiveMode.ReceiveAndDelete, cancellationToken);
    }

    /// <exception cref="ServiceBusException">The lock was lost.</exception>
    public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        Queue.CompleteAsync(TokenOf(message, cancellationToken));

    /// <summary>Gives the message back for immediate redelivery, with changed application properties if there are any.</summary>
    /// <exception cref="ServiceBusException">The lock was lost.</exception>
    public virtual Task AbandonMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object> propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        Queue.AbandonAsync(TokenOf(message, cancellationToken), propertiesToModify?.AsReadOnly());

    /// <exception cref="ServiceBusException">The lock was lost.</exception>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        string deadLetterReason,
        string deadLetterErrorDescription = null,
        CancellationToken cancellationToken = default) =>
        Queue.DeadLetterAsync(TokenOf(message, cancellationToken), deadLetterReason, deadLetterErrorDescription);

    /// <summary>Extends the lock by the entity's lock duration from now.</summary>
    /// <exception cref="ServiceBusException">The lock was lost.</exception>
    public virtual Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        message.LockedUntil = Queue.Renew(TokenOf(message, cancellationToken));
        return Task.CompletedTask;
    }

    public virtual ValueTask DisposeAsync()
    {
        _closed = true;
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private BusQueue Queue
    {
        get
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return _client.Engine.Open(EntityPath);
        }
    }

    private Guid TokenOf(ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        return _mode == ServiceBusReceiveMode.PeekLock
            ? Guid.Parse(message.LockToken)
            : throw new InvalidOperationException("A message that was received and deleted at once has no lock to settle or renew.");
    }
}

/// <summary>Options of a receiver.</summary>
public class ServiceBusReceiverOptions
{
    public string Identifier { get; set; }

    /// <summary>Of no effect on the local runtime, where fetching costs nothing.</summary>
    public int PrefetchCount { get; set; }

    public ServiceBusReceiveMode ReceiveMode { get; set; }

    public SubQueue SubQueue { get; set; }
}

/// <summary>Whether a message is locked until settled, or gone once received.</summary>
public enum ServiceBusReceiveMode
{
    PeekLock = 0,
    ReceiveAndDelete = 1,
}

/// <summary>Which queue of an entity is meant.</summary>
public enum SubQueue
{
    None = 0,
    DeadLetter = 1,
    TransferDeadLetter = 2,
}

/// <summary>Where a message stands.</summary>
public enum ServiceBusMessageState
{
    Active = 0,
    Deferred = 1,
    Scheduled = 2,
}
