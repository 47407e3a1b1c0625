using System.Reflection;
using AfterSales.LocalRuntime.Engine.Bus;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>
/// The messages of a queue or of a topic's subscription, one by one or in batches. The trigger's parameter takes the message, its body as
/// text, bytes or an object read from JSON; other parameters take the message's metadata by their names.
/// </summary>
internal sealed class BusFunctionTrigger : FunctionTrigger
{
    private static readonly Dictionary<string, Func<ServiceBusReceivedMessage, object?>> Metadata = new(StringComparer.OrdinalIgnoreCase)
    {
        ["messageId"] = m => m.MessageId,
        ["correlationId"] = m => m.CorrelationId,
        ["deliveryCount"] = m => m.DeliveryCount,
        ["enqueuedTimeUtc"] = m => m.EnqueuedTime.UtcDateTime,
        ["applicationProperties"] = m => m.ApplicationProperties,
        ["sequenceNumber"] = m => m.SequenceNumber,
        ["subject"] = m => m.Subject,
        ["contentType"] = m => m.ContentType,
    };

    private readonly List<string> _faults = [];

    public BusFunctionTrigger(ServiceBusTriggerAttribute attribute, IConfiguration configuration, BusTopology topology)
    {
        Queue = Resolve(attribute.QueueName);
        Topic = Resolve(attribute.TopicName);
        Subscription = Resolve(attribute.SubscriptionName);
        IsBatched = attribute.IsBatched;
        AutoComplete = attribute.AutoCompleteMessagesWhereSet;
        if (_faults.Count == 0 && !BusEntities.Has(topology, Queue, Topic, Subscription))
        {
            _faults.Add(Queue is not null
                ? $"the queue '{Queue}' is not in servicebus.json"
                : $"the subscription '{Subscription}' of the topic '{Topic}' is not in servicebus.json");
        }

        var connection = string.IsNullOrEmpty(attribute.Connection) ? "AzureWebJobsServiceBus" : attribute.Connection;
        if (!BusEntities.HasConnection(connection, configuration))
        {
            _faults.Add($"the connection setting '{connection}' is missing");
        }

        if (attribute.IsSessionsEnabled)
        {
            _faults.Add("sessions are not served by the local runtime (IsSessionsEnabled)");
        }

        string? Resolve(string? name)
        {
            if (name is null)
            {
                return null;
            }

            var resolved = SettingExpressions.Resolve(name, configuration, out var missing);
            _faults.AddRange(missing.Select(m => $"the setting '{m}', which names its entity, is missing"));
            return resolved;
        }
    }

    public override string Type => "serviceBusTrigger";

    public override string Accepts => IsBatched
        ? "with IsBatched, an array of ServiceBusReceivedMessage, string, byte[] or a class read from JSON"
        : "a ServiceBusReceivedMessage, a string, a byte[] or a class read from JSON (BinaryData fails on the platform)";

    public override string Named => IsBatched
        ? "a batch has no metadata by name"
        : $"a message's metadata are {string.Join(", ", Metadata.Keys)}";

    public override string Source => Queue ?? $"{Topic}/{Subscription}";

    public string? Queue { get; }

    public string? Topic { get; }

    public string? Subscription { get; }

    public bool IsBatched { get; }

    /// <summary>Null = as host.json says.</summary>
    public bool? AutoComplete { get; }

    public override ParameterBinder? BindTrigger(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (!IsBatched)
        {
            return ReaderOf(type) is { } read ? context => read(context, Message(context)) : null;
        }

        if (!type.IsArray || type == typeof(byte[]) || ReaderOf(type.GetElementType()!) is not { } readOne)
        {
            return null;
        }

        return context =>
        {
            var messages = (IReadOnlyList<ServiceBusReceivedMessage>)context.Payload;
            var array = Array.CreateInstance(type.GetElementType()!, messages.Count);
            for (var i = 0; i < messages.Count; i++)
            {
                array.SetValue(readOne(context, messages[i]), i);
            }

            return array;
        };
    }

    public override ParameterBinder? BindNamed(ParameterInfo parameter)
    {
        if (IsBatched || !Metadata.TryGetValue(parameter.Name!, out var read))
        {
            return null;
        }

        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        Func<object?, object?>? convert = parameter.Name!.ToUpperInvariant() switch
        {
            "DELIVERYCOUNT" => Number(type),
            "SEQUENCENUMBER" => Number(type),
            "ENQUEUEDTIMEUTC" when type == typeof(DateTime) => v => v,
            "ENQUEUEDTIMEUTC" when type == typeof(DateTimeOffset) => v => new DateTimeOffset((DateTime)v!),
            "APPLICATIONPROPERTIES" when type.IsAssignableFrom(typeof(Dictionary<string, object>)) =>
                v => new Dictionary<string, object>((IReadOnlyDictionary<string, object>)v!),
            "MESSAGEID" or "CORRELATIONID" or "SUBJECT" or "CONTENTTYPE" when type == typeof(string) => v => v,
            _ => null,
        };
        return convert is null ? null : context => convert(read(Message(context)));
    }

    public override IEnumerable<string> Faults => _faults;

    public override IReadOnlyDictionary<string, object?> BindingData(InvocationContext context) => IsBatched
        ? new Dictionary<string, object?>()
        : Metadata.ToDictionary(m => m.Key, m => m.Value(Message(context)), StringComparer.OrdinalIgnoreCase);

    private static ServiceBusReceivedMessage Message(InvocationContext context) =>
        ((IReadOnlyList<ServiceBusReceivedMessage>)context.Payload)[0];

    private static Func<object?, object?>? Number(Type type) =>
        type == typeof(int) ? v => Convert.ToInt32(v) :
        type == typeof(long) ? v => Convert.ToInt64(v) :
        null;

    private static Func<InvocationContext, ServiceBusReceivedMessage, object?>? ReaderOf(Type type)
    {
        if (type == typeof(ServiceBusReceivedMessage))
        {
            return (_, message) => message;
        }

        if (type == typeof(string))
        {
            return (_, message) => message.Body.ToString();
        }

        if (type == typeof(byte[]))
        {
            return (_, message) => message.Body.ToArray();
        }

        if (type == typeof(BinaryData) || type == typeof(object) || type.IsPrimitive || type.IsPointer || type.IsAbstract)
        {
            return null;
        }

        return (context, message) => context.Runtime.Serializer.Deserialize(message.Body.ToStream(), type, context.CancellationToken);
    }
}
