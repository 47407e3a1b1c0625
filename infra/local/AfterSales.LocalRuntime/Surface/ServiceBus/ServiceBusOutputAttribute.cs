using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the function returns, or the property's value, is sent to a queue or topic as a message's body.</summary>
public sealed class ServiceBusOutputAttribute : OutputBindingAttribute
{
    public ServiceBusOutputAttribute(string queueOrTopicName, ServiceBusEntityType entityType = ServiceBusEntityType.Queue)
    {
        QueueOrTopicName = queueOrTopicName;
        EntityType = entityType;
    }

    /// <summary>The setting that holds the connection string.</summary>
    public string? Connection { get; set; }

    public ServiceBusEntityType EntityType { get; set; }

    public string QueueOrTopicName { get; }
}

/// <summary>What a Service Bus output names.</summary>
public enum ServiceBusEntityType
{
    Queue = 0,
    Topic = 1,
}
