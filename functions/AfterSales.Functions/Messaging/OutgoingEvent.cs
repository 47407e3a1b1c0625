using System.Buffers;
using System.Text.Json;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;

namespace AfterSales.Functions.Messaging;

/// <summary>
/// A domain event on its way to the bus. The row that keeps it for good is also what is sent from, so that there is no second copy to write
/// and none to delete: the row names its writer's note (<see cref="OutboxMark"/>), and while the note stands, the row may be unsent.
/// </summary>
/// <param name="CaseId">Also the row's partition; of a supplier's penalty the supplier, for want of one case.</param>
/// <param name="Data">The event's own JSON, UTF-8.</param>
/// <remarks>The other members are those of <see cref="Envelope"/>, which is how a handler reads it.</remarks>
public sealed record OutgoingEvent(
    string Id, string Type, int Version, string CaseId, string? SupplierId, string? Marketplace, DateTimeOffset At, ReadOnlyMemory<byte> Data)
{
    internal const string NoteColumn = "Note";

    private const string DataColumn = "Event";

    /// <summary>The row for the transaction that makes it happen, in the partition of the case.</summary>
    /// <param name="rowKey">Begins with <c>e_</c>; in the order in which events are sent.</param>
    public TableEntity ToRow(string rowKey, OutboxMark mark)
    {
        var row = new TableEntity(CaseId, rowKey)
        {
            ["Id"] = Id,
            ["Type"] = Type,
            ["Version"] = Version,
            ["At"] = At,
            [NoteColumn] = mark.Writer,
        };
        if (SupplierId is not null) row["Supplier"] = SupplierId;
        if (Marketplace is not null) row["Marketplace"] = Marketplace;
        LongColumn.Write(row, DataColumn, Data.Span);
        return row;
    }

    internal static OutgoingEvent Of(TableEntity row) => new(
        row.GetString("Id"), row.GetString("Type"), row.GetInt32("Version")!.Value, row.PartitionKey, row.GetString("Supplier"),
        row.GetString("Marketplace"), row.GetDateTimeOffset("At")!.Value, LongColumn.Read(row, DataColumn));

    internal IEnumerable<(string Entity, ServiceBusMessage Message)> Messages()
    {
        var body = new BinaryData(ToEnvelope());
        if (Topology.DueQueueFor(Type) is { } later)
        {
            var due = Message(body);
            due.ScheduledEnqueueTime = At;
            yield return (later, due);
            yield break;
        }

        yield return (Topology.CaseEvents, Message(body));
        if (Topology.QueueFor(Type) is { } queue)
        {
            yield return (queue, Message(body));
        }
    }

    private ServiceBusMessage Message(BinaryData body) => new(body)
    {
        MessageId = Id,
        ContentType = "application/json",
        CorrelationId = CaseId,
        ApplicationProperties = { [Topology.TypeProperty] = Type, [Topology.KindProperty] = Topology.KindOf(Type) },
    };

    /// <summary>The envelope's JSON around the event's, which is not read for it.</summary>
    private ReadOnlyMemory<byte> ToEnvelope()
    {
        var buffer = new ArrayBufferWriter<byte>(Data.Length + 512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = AppJson.Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteString("type", Type);
            json.WriteNumber("version", Version);
            json.WriteString("caseId", CaseId);
            if (SupplierId is not null) json.WriteString("supplierId", SupplierId);
            if (Marketplace is not null) json.WriteString("marketplace", Marketplace);
            json.WriteString("at", At);
            json.WritePropertyName("data");
            json.WriteRawValue(Data.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
