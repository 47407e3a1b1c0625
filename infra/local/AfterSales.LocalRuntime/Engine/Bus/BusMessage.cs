using AfterSales.LocalRuntime.Engine.Clock;
using Azure.Messaging.ServiceBus;

namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>A message in a queue. Its changing parts belong to the engine's gate.</summary>
internal sealed class BusMessage
{
    public required long Sequence { get; init; }

    /// <summary>The number it had in the topic that it came through, else 0.</summary>
    public required long EnqueuedSequence { get; init; }

    public required DateTimeOffset Enqueued { get; init; }

    public required DateTimeOffset Expires { get; init; }

    public required BusContent Content { get; set; }

    public required BusQueue Queue { get; set; }

    public BusMessageState State { get; set; }

    public int Deliveries { get; set; }

    public Guid LockToken { get; set; }

    public DateTimeOffset LockedUntil { get; set; }

    /// <summary>Until when the broker extends the lock by itself.</summary>
    public DateTimeOffset RenewUntil { get; set; }

    public string? DeadLetterReason { get; set; }

    public string? DeadLetterDescription { get; set; }

    /// <summary>The work that its listener owes; null where nobody listens, or while the listener's handler is that work.</summary>
    public WorkItem? Owed { get; set; }

    /// <summary>The message as a receiver sees it.</summary>
    public ServiceBusReceivedMessage ToReceived() => new(Content, new BrokerProperties
    {
        SequenceNumber = Sequence,
        EnqueuedSequenceNumber = EnqueuedSequence,
        EnqueuedTime = Enqueued,
        ExpiresAt = Expires,
        DeliveryCount = Deliveries,
        State = ServiceBusMessageState.Active,
        LockToken = LockToken,
        LockedUntil = LockedUntil,
        DeadLetterReason = DeadLetterReason,
        DeadLetterDescription = DeadLetterDescription,
    });
}

/// <summary>Where a message stands in its queue.</summary>
internal enum BusMessageState
{
    /// <summary>It has its place, but is not on disk yet; nothing behind it is delivered before it.</summary>
    Arriving,
    Ready,
    Locked,

    /// <summary>It is being removed or moved; that is not on disk yet.</summary>
    Leaving,
    Gone,
}
