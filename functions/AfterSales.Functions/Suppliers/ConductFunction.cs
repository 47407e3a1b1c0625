using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Suppliers;

public sealed class ConductFunction(SupplierConduct conduct, Redelivery redelivery)
{
    /// <summary>Counts complaints: a case that was opened, decided, closed or reopened bears on its supplier.</summary>
    [Function("conduct")]
    public Task Run(
        [ServiceBusTrigger(Topology.CaseEvents, Topology.Conduct, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        CancellationToken cancellationToken) =>
        redelivery.RunAsync(
            message,
            MessageSource.CaseEvents(Topology.Conduct),
            token => conduct.NoteAsync(CaseId.Parse(AppJson.From<Envelope>(message.Body).CaseId), token),
            cancellationToken);
}
