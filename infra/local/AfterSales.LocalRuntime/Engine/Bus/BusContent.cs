using System.Buffers;
using System.Collections.Frozen;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Runtime.Serialization;
using System.Text.Json;
using Azure.Messaging.ServiceBus;

namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>What a sender put into a message. It never changes, so the copies for several subscriptions share it.</summary>
internal sealed class BusContent
{
    public const string DeadLetterReasonProperty = "DeadLetterReason";
    public const string DeadLetterDescriptionProperty = "DeadLetterErrorDescription";

    /// <summary>The limit of the standard tier: bodies and properties of one send.</summary>
    public const int MaxBytesPerSend = 256 * 1024;

    private static readonly IReadOnlyDictionary<string, object?> NoProperties =
        new ReadOnlyDictionary<string, object?>(new Dictionary<string, object?>(StringComparer.Ordinal));

    /// <summary>A type of property value: its code in the store, and the way to text and back.</summary>
    private sealed record PropertyType(string Code, Type Type, Func<object, string> Write, Func<string, object> Read);

    private static readonly PropertyType[] PropertyTypes =
    [
        Define("string", v => v, s => s),
        Define("bool", v => v ? "true" : "false", s => s == "true"),
        Define("char", v => ((int)v).ToString(CultureInfo.InvariantCulture), s => (char)int.Parse(s, CultureInfo.InvariantCulture)),
        Number<byte>("u8"), Number<sbyte>("i8"), Number<short>("i16"), Number<ushort>("u16"), Number<int>("i32"), Number<uint>("u32"),
        Number<long>("i64"), Number<ulong>("u64"), Number<float>("f32"), Number<double>("f64"), Number<decimal>("dec"),
        Define("guid", v => v.ToString(), Guid.Parse),
        Define("utc", v => v.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture), s => new DateTime(Ticks(s), DateTimeKind.Utc)),
        Define("instant", v => v.UtcTicks.ToString(CultureInfo.InvariantCulture), s => new DateTimeOffset(Ticks(s), TimeSpan.Zero)),
        Define("span", v => v.Ticks.ToString(CultureInfo.InvariantCulture), s => new TimeSpan(Ticks(s))),
        Define("uri", v => v.OriginalString, s => new Uri(s, UriKind.RelativeOrAbsolute)),
    ];

    private static readonly FrozenDictionary<Type, PropertyType> ByType = PropertyTypes.ToFrozenDictionary(t => t.Type);
    private static readonly FrozenDictionary<string, PropertyType> ByCode = PropertyTypes.ToFrozenDictionary(t => t.Code);

    public required byte[] Body { get; init; }

    /// <summary>Everything but the body, as it is stored.</summary>
    public required string Head { get; init; }

    public string? MessageId { get; private init; }

    public string? CorrelationId { get; private init; }

    public string? Subject { get; private init; }

    public string? ContentType { get; private init; }

    public string? To { get; private init; }

    public string? ReplyTo { get; private init; }

    public string? PartitionKey { get; private init; }

    public TimeSpan TimeToLive { get; private init; } = TimeSpan.MaxValue;

    public DateTimeOffset ScheduledEnqueueTime { get; private init; }

    public IReadOnlyDictionary<string, object?> ApplicationProperties { get; private init; } = NoProperties;

    /// <summary>An upper estimate of what the message weighs against <see cref="MaxBytesPerSend"/>.</summary>
    public int Size => Body.Length + Head.Length;

    /// <exception cref="NotSupportedException">The message names a session.</exception>
    /// <exception cref="SerializationException">An application property has a type that the broker does not carry.</exception>
    public static BusContent Of(ServiceBusMessage message)
    {
        if (message.SessionId is not null)
        {
            throw new NotSupportedException("The local runtime's Service Bus has no sessions: leave SessionId unset.");
        }

        CheckProperties(message.ApplicationProperties!);
        var content = new BusContent
        {
            Body = message.Body.ToArray(),
            Head = "",
            MessageId = message.MessageId,
            CorrelationId = message.CorrelationId,
            Subject = message.Subject,
            ContentType = message.ContentType,
            To = message.To,
            ReplyTo = message.ReplyTo,
            PartitionKey = message.PartitionKey,
            TimeToLive = message.TimeToLive,
            ScheduledEnqueueTime = message.ScheduledEnqueueTime,
            ApplicationProperties = message.ApplicationProperties.Count == 0
                ? NoProperties
                : new ReadOnlyDictionary<string, object?>(
                    new Dictionary<string, object?>(message.ApplicationProperties!, StringComparer.Ordinal)),
        };
        return content.With(content.ApplicationProperties);
    }

    /// <exception cref="SerializationException">A value has a type that the broker does not carry.</exception>
    public static void CheckProperties(IEnumerable<KeyValuePair<string, object?>>? properties)
    {
        foreach (var (name, value) in properties ?? [])
        {
            if (value is not (null or Uri) && !ByType.ContainsKey(value.GetType()))
            {
                throw new SerializationException(
                    $"The application property '{name}' is a {value.GetType()}, which Service Bus does not carry; "
                    + "send it as a string or in the body.");
            }
        }
    }

    /// <summary>The content that was stored as <paramref name="head"/> and <paramref name="body"/>.</summary>
    public static BusContent Read(string head, byte[] body)
    {
        using var document = JsonDocument.Parse(head);
        var root = document.RootElement;
        var properties = NoProperties;
        if (root.TryGetProperty("properties", out var stored))
        {
            var all = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var property in stored.EnumerateArray())
            {
                var isNull = property.GetArrayLength() == 1;
                all.Add(property[0].GetString()!, isNull ? null : ByCode[property[1].GetString()!].Read(property[2].GetString()!));
            }

            properties = new ReadOnlyDictionary<string, object?>(all);
        }

        return new BusContent
        {
            Body = body,
            Head = head,
            MessageId = Text("messageId"),
            CorrelationId = Text("correlationId"),
            Subject = Text("subject"),
            ContentType = Text("contentType"),
            To = Text("to"),
            ReplyTo = Text("replyTo"),
            PartitionKey = Text("partitionKey"),
            TimeToLive = root.TryGetProperty("timeToLive", out var ttl) ? new TimeSpan(ttl.GetInt64()) : TimeSpan.MaxValue,
            ScheduledEnqueueTime = root.TryGetProperty("scheduled", out var due)
                ? new DateTimeOffset(due.GetInt64(), TimeSpan.Zero)
                : default,
            ApplicationProperties = properties,
        };

        string? Text(string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    /// <summary>The same message with these application properties instead.</summary>
    public BusContent With(IReadOnlyDictionary<string, object?> properties) => new()
    {
        Body = Body,
        Head = WriteHead(properties),
        MessageId = MessageId,
        CorrelationId = CorrelationId,
        Subject = Subject,
        ContentType = ContentType,
        To = To,
        ReplyTo = ReplyTo,
        PartitionKey = PartitionKey,
        TimeToLive = TimeToLive,
        ScheduledEnqueueTime = ScheduledEnqueueTime,
        ApplicationProperties = properties,
    };

    private string WriteHead(IReadOnlyDictionary<string, object?> properties)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Text("messageId", MessageId);
            Text("correlationId", CorrelationId);
            Text("subject", Subject);
            Text("contentType", ContentType);
            Text("to", To);
            Text("replyTo", ReplyTo);
            Text("partitionKey", PartitionKey);
            if (TimeToLive != TimeSpan.MaxValue)
            {
                json.WriteNumber("timeToLive", TimeToLive.Ticks);
            }

            if (ScheduledEnqueueTime != default)
            {
                json.WriteNumber("scheduled", ScheduledEnqueueTime.UtcTicks);
            }

            if (properties.Count > 0)
            {
                json.WriteStartArray("properties");
                foreach (var (name, value) in properties)
                {
                    json.WriteStartArray();
                    json.WriteStringValue(name);
                    if (value is not null)
                    {
                        var type = value is Uri ? ByType[typeof(Uri)] : ByType[value.GetType()];
                        json.WriteStringValue(type.Code);
                        json.WriteStringValue(type.Write(value));
                    }

                    json.WriteEndArray();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();

            void Text(string name, string? value)
            {
                if (value is not null)
                {
                    json.WriteString(name, value);
                }
            }
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static long Ticks(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static PropertyType Define<T>(string code, Func<T, string> write, Func<string, T> read)
        where T : notnull => new(code, typeof(T), v => write((T)v), s => read(s));

    private static PropertyType Number<T>(string code)
        where T : struct, IFormattable, IParsable<T> =>
        Define(code, v => v.ToString(format: null, CultureInfo.InvariantCulture), s => T.Parse(s, CultureInfo.InvariantCulture));
}

/// <summary>What the broker knows of one delivery.</summary>
internal readonly record struct BrokerProperties
{
    public required long SequenceNumber { get; init; }

    public required long EnqueuedSequenceNumber { get; init; }

    public required DateTimeOffset EnqueuedTime { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required int DeliveryCount { get; init; }

    public required ServiceBusMessageState State { get; init; }

    public Guid LockToken { get; init; }

    public DateTimeOffset LockedUntil { get; init; }

    public string? DeadLetterReason { get; init; }

    public string? DeadLetterDescription { get; init; }

    public string? DeadLetterSource { get; init; }
}
