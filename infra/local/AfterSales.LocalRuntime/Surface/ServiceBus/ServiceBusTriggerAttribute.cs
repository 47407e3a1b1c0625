using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The function runs for the messages of a queue or subscription.</summary>
public sealed class ServiceBusTriggerAttribute : TriggerBindingAttribute, ISupportCardinality
{
    public ServiceBusTriggerAttribute(string queueName) => QueueName = queueName;

    public ServiceBusTriggerAttribute(string topicName, string subscriptionName)
    {
        TopicName = topicName;
        SubscriptionName = subscriptionName;
    }

    /// <summary>Whether a message is completed when the function returns. Where this is not set, host.json decides.</summary>
    public bool AutoCompleteMessages
    {
        get => AutoCompleteMessagesWhereSet ?? true;
        set => AutoCompleteMessagesWhereSet = value;
    }

    /// <summary>The setting that holds the connection string.</summary>
    public string? Connection { get; set; }

    public bool IsBatched { get; set; }

    public bool IsSessionsEnabled { get; set; }

    public string? QueueName { get; }

    public string? SubscriptionName { get; }

    public string? TopicName { get; }

    internal bool? AutoCompleteMessagesWhereSet { get; private set; }

    Cardinality ISupportCardinality.Cardinality
    {
        get => IsBatched ? Cardinality.Many : Cardinality.One;
        set => IsBatched = value == Cardinality.Many;
    }
}
