using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;

namespace AfterSales.Functions.Messaging;

/// <summary>A message that waits in the partition whose change it tells, written in the same transaction.</summary>
public static class OutboxRow
{
    internal const string Prefix = "o_";

    // '`' is the character after '_': the range holds every key that begins with the prefix.
    internal const string PrefixEnd = "o`";

    private const string MessageColumn = "Message";

    /// <summary>The row <c>o_{seq:D10}</c> for a transaction on <paramref name="partition"/>.</summary>
    public static TableEntity Of(string partition, long sequence, Envelope envelope) => Of(partition, $"{sequence:D10}", envelope);

    /// <summary>The row <c>o_{key}</c>, for messages that are not numbered.</summary>
    public static TableEntity Of(string partition, string key, Envelope envelope)
    {
        var row = new TableEntity(partition, Prefix + key);
        LongColumn.Write(row, MessageColumn, AppJson.ToBytes(envelope));
        return row;
    }

    internal static IEnumerable<(string Entity, ServiceBusMessage Message)> Messages(TableEntity row)
    {
        var body = LongColumn.Read(row, MessageColumn);
        var envelope = AppJson.From<Envelope>(body);
        if (Topology.DueQueueFor(envelope.Type) is { } later)
        {
            var due = Message(body, envelope);
            due.ScheduledEnqueueTime = envelope.At;
            yield return (later, due);
            yield break;
        }

        yield return (Topology.CaseEvents, Message(body, envelope));
        if (Topology.QueueFor(envelope.Type) is { } queue)
        {
            yield return (queue, Message(body, envelope));
        }
    }

    private static ServiceBusMessage Message(byte[] body, Envelope envelope) => new(body)
    {
        MessageId = envelope.Id,
        ContentType = "application/json",
        CorrelationId = envelope.CaseId,
        ApplicationProperties = { [Topology.TypeProperty] = envelope.Type, [Topology.KindProperty] = "event" },
    };
}
