using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;

namespace AfterSales.Functions.Messaging;

/// <summary>One sender an entity, kept open.</summary>
public sealed class Senders(ServiceBusClient client)
{
    private readonly ConcurrentDictionary<string, ServiceBusSender> _senders = new(StringComparer.Ordinal);

    public ServiceBusSender To(string entity) => _senders.GetOrAdd(entity, client.CreateSender);
}
