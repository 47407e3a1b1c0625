namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>The queues and topics of a namespace, as <c>servicebus.json</c> names them.</summary>
public sealed record BusTopology(IReadOnlyList<QueueSettings> Queues, IReadOnlyList<TopicSettings> Topics)
{
    /// <summary>Reads a file in the shape of the public Service Bus emulator's configuration.</summary>
    /// <exception cref="BusConfigurationException">The file is missing or wrong; it lists every fault with its place.</exception>
    public static BusTopology Load(string path) => TopologyReader.Read(path);
}

/// <summary>A queue, or the queue that a subscription is. <paramref name="DuplicateWindow"/> is null where duplicates are not detected,
/// <paramref name="ForwardTo"/> null where messages stay.</summary>
public sealed record QueueSettings(
    string Name,
    int MaxDeliveryCount,
    TimeSpan LockDuration,
    TimeSpan DefaultTimeToLive,
    bool DeadLetterExpired,
    string? ForwardTo,
    TimeSpan? DuplicateWindow);

/// <summary>A topic.</summary>
public sealed record TopicSettings(
    string Name, TimeSpan DefaultTimeToLive, TimeSpan? DuplicateWindow, IReadOnlyList<SubscriptionSettings> Subscriptions);

/// <summary>A subscription gets what any of its rules matches; without rules, everything.</summary>
public sealed record SubscriptionSettings(QueueSettings Queue, IReadOnlyList<CorrelationRule> Rules)
{
    internal bool Takes(BusContent message)
    {
        if (Rules.Count == 0)
        {
            return true;
        }

        foreach (var rule in Rules)
        {
            if (rule.Matches(message))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A correlation filter: matches when every field and every application property it names is equal. Values are compared with their
/// type, text by its characters.</summary>
public sealed record CorrelationRule(
    string Name, IReadOnlyDictionary<CorrelationField, string> Fields, IReadOnlyDictionary<string, object> Properties)
{
    internal bool Matches(BusContent message)
    {
        foreach (var (field, expected) in Fields)
        {
            if (ValueOf(message, field) != expected)
            {
                return false;
            }
        }

        foreach (var (name, expected) in Properties)
        {
            if (!message.ApplicationProperties.TryGetValue(name, out var value) || !AreEqual(value, expected))
            {
                return false;
            }
        }

        return true;
    }

    private static string? ValueOf(BusContent message, CorrelationField field) => field switch
    {
        CorrelationField.ContentType => message.ContentType,
        CorrelationField.CorrelationId => message.CorrelationId,
        CorrelationField.Label => message.Subject,
        CorrelationField.MessageId => message.MessageId,
        CorrelationField.ReplyTo => message.ReplyTo,
        CorrelationField.To => message.To,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, message: null),
    };

    /// <summary>A whole number of the file is a long, whatever integer type the sender used.</summary>
    private static bool AreEqual(object? value, object expected) => (value, expected) switch
    {
        (int number, long whole) => number == whole,
        (short number, long whole) => number == whole,
        (byte number, long whole) => number == whole,
        _ => expected.Equals(value),
    };
}

/// <summary>The message's own fields that a correlation filter can name.</summary>
public enum CorrelationField
{
    ContentType,
    CorrelationId,
    Label,
    MessageId,
    ReplyTo,
    To,
}

/// <summary>A configuration file of the bus is wrong; <see cref="Faults"/> has every fault with its place.</summary>
public sealed class BusConfigurationException(string file, IReadOnlyList<string> faults)
    : Exception($"{file} is refused:{string.Concat(faults.Select(f => $"\n  {f}"))}")
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
