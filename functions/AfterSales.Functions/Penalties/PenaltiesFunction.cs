using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Penalties;

public sealed class PenaltiesFunction(PenaltyAccounting accounting, Redelivery redelivery)
{
    /// <summary>Turns what happened to a case into ledger entries, strikes and tasks for finance.</summary>
    [Function("penalties")]
    public Task Run(
        [ServiceBusTrigger(Topology.CaseEvents, Topology.Penalties, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        CancellationToken cancellationToken) =>
        redelivery.RunAsync(message, MessageSource.CaseEvents(Topology.Penalties), token => HandleAsync(message, token), cancellationToken);

    private Task HandleAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        Envelope envelope = AppJson.From<Envelope>(message.Body);
        CaseEvent happened = envelope.Data.Deserialize<CaseEvent>(AppJson.Options)
            ?? throw new JsonException($"{envelope.Id} carries no event.");
        return accounting.HandleAsync(envelope, happened, cancellationToken);
    }
}
