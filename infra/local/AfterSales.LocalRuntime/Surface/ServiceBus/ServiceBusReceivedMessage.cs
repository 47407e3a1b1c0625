#nullable disable
using System.Collections.ObjectModel;
using AfterSales.LocalRuntime.Engine.Bus;

namespace Azure.Messaging.ServiceBus;

/// <summary>A message as the broker delivered it. Only the broker makes one.</summary>
public class ServiceBusReceivedMessage
{
    private readonly BusContent _content;

    internal ServiceBusReceivedMessage(BusContent content, in BrokerProperties broker)
    {
        _content = content;
        Body = BinaryData.FromBytes(content.Body);
        ApplicationProperties = Properties(content, broker);
        DeadLetterReason = broker.DeadLetterReason;
        DeadLetterErrorDescription = broker.DeadLetterDescription;
        DeadLetterSource = broker.DeadLetterSource;
        DeliveryCount = broker.DeliveryCount;
        EnqueuedSequenceNumber = broker.EnqueuedSequenceNumber;
        EnqueuedTime = broker.EnqueuedTime;
        ExpiresAt = broker.ExpiresAt;
        LockedUntil = broker.LockedUntil;
        LockToken = broker.LockToken.ToString();
        SequenceNumber = broker.SequenceNumber;
        State = broker.State;
    }

    public IReadOnlyDictionary<string, object> ApplicationProperties { get; }

    public BinaryData Body { get; }

    public string ContentType => _content.ContentType;

    public string CorrelationId => _content.CorrelationId;

    public string DeadLetterErrorDescription { get; }

    public string DeadLetterReason { get; }

    public string DeadLetterSource { get; }

    public int DeliveryCount { get; }

    public long EnqueuedSequenceNumber { get; }

    public DateTimeOffset EnqueuedTime { get; }

    public DateTimeOffset ExpiresAt { get; }

    public DateTimeOffset LockedUntil { get; internal set; }

    public string LockToken { get; }

    public string MessageId => _content.MessageId;

    public string PartitionKey => _content.PartitionKey;

    public string ReplyTo => _content.ReplyTo;

    public DateTimeOffset ScheduledEnqueueTime => _content.ScheduledEnqueueTime;

    public long SequenceNumber { get; }

    public string SessionId { get; }

    public ServiceBusMessageState State { get; }

    public string Subject => _content.Subject;

    public TimeSpan TimeToLive => _content.TimeToLive;

    public string To => _content.To;

    private static IReadOnlyDictionary<string, object> Properties(BusContent content, in BrokerProperties broker)
    {
        if (broker.DeadLetterReason is null && broker.DeadLetterDescription is null)
        {
            return content.ApplicationProperties;
        }

        var all = new Dictionary<string, object>(content.ApplicationProperties, StringComparer.Ordinal)
        {
            [BusContent.DeadLetterReasonProperty] = broker.DeadLetterReason,
            [BusContent.DeadLetterDescriptionProperty] = broker.DeadLetterDescription,
        };
        return new ReadOnlyDictionary<string, object>(all);
    }
}
