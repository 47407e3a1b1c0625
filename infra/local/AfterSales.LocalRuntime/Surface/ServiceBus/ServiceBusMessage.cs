#nullable disable
using AfterSales.LocalRuntime.Engine.Bus;

namespace Azure.Messaging.ServiceBus;

/// <summary>A message to be sent.</summary>
public class ServiceBusMessage
{
    private string _messageId;
    private string _partitionKey;
    private string _sessionId;
    private TimeSpan _timeToLive = TimeSpan.MaxValue;

    public ServiceBusMessage()
        : this(ReadOnlyMemory<byte>.Empty)
    {
    }

    public ServiceBusMessage(string body)
        : this(new BinaryData(body))
    {
    }

    public ServiceBusMessage(ReadOnlyMemory<byte> body)
        : this(BinaryData.FromBytes(body))
    {
    }

    public ServiceBusMessage(BinaryData body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Body = body;
    }

    /// <summary>A copy to be sent again: everything but what the broker had added (its numbers, locks and dead-letter reason).</summary>
    public ServiceBusMessage(ServiceBusReceivedMessage receivedMessage)
    {
        ArgumentNullException.ThrowIfNull(receivedMessage);
        Body = receivedMessage.Body;
        ContentType = receivedMessage.ContentType;
        CorrelationId = receivedMessage.CorrelationId;
        MessageId = receivedMessage.MessageId;
        PartitionKey = receivedMessage.PartitionKey;
        ReplyTo = receivedMessage.ReplyTo;
        ScheduledEnqueueTime = receivedMessage.ScheduledEnqueueTime;
        SessionId = receivedMessage.SessionId;
        Subject = receivedMessage.Subject;
        TimeToLive = receivedMessage.TimeToLive;
        To = receivedMessage.To;
        foreach (var (name, value) in receivedMessage.ApplicationProperties)
        {
            if (name is not (BusContent.DeadLetterReasonProperty or BusContent.DeadLetterDescriptionProperty))
            {
                ApplicationProperties.Add(name, value);
            }
        }
    }

    /// <summary>Values of the types that the broker carries: string, bool, char, the numbers, Guid, DateTime, DateTimeOffset, TimeSpan,
    /// Uri.</summary>
    public IDictionary<string, object> ApplicationProperties { get; } = new Dictionary<string, object>(StringComparer.Ordinal);

    public BinaryData Body { get; set; }

    public string ContentType { get; set; }

    public string CorrelationId { get; set; }

    /// <summary>At most 128 characters; what duplicate detection compares.</summary>
    public string MessageId
    {
        get => _messageId;
        set => _messageId = AtMost128(value, nameof(MessageId));
    }

    public string PartitionKey
    {
        get => _partitionKey;
        set => _partitionKey = AtMost128(value, nameof(PartitionKey));
    }

    public string ReplyTo { get; set; }

    /// <summary>The instant before which the message is not delivered; default = at once.</summary>
    public DateTimeOffset ScheduledEnqueueTime { get; set; }

    public string SessionId
    {
        get => _sessionId;
        set => _sessionId = AtMost128(value, nameof(SessionId));
    }

    public string Subject { get; set; }

    /// <summary>How long the message may wait; the entity's default is the upper bound.</summary>
    public TimeSpan TimeToLive
    {
        get => _timeToLive;
        set => _timeToLive = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(TimeToLive), value, "The time to live must be positive.");
    }

    public string To { get; set; }

    private static string AtMost128(string value, string name) => value is null || value.Length <= 128
        ? value
        : throw new ArgumentOutOfRangeException(name, "At most 128 characters.");
}
