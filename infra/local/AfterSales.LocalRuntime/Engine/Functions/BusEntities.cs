using AfterSales.LocalRuntime.Engine.Bus;
using Microsoft.Extensions.Configuration;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>Whether there is what triggers and outputs name.</summary>
internal static class BusEntities
{
    /// <summary>A connection by the name of its setting: a connection string, or a section with <c>fullyQualifiedNamespace</c>.</summary>
    public static bool HasConnection(string name, IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(configuration[name]) || !string.IsNullOrWhiteSpace(configuration[$"{name}:fullyQualifiedNamespace"]);

    public static bool Has(BusTopology topology, string? queue, string? topic, string? subscription) => queue is not null
        ? topology.Queues.Any(q => Same(q.Name, queue))
        : topology.Topics.Any(t => Same(t.Name, topic) && t.Subscriptions.Any(s => Same(s.Queue.Name, subscription)));

    public static bool HasQueueOrTopic(BusTopology topology, string name) =>
        topology.Queues.Any(q => Same(q.Name, name)) || topology.Topics.Any(t => Same(t.Name, name));

    private static bool Same(string a, string? b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
