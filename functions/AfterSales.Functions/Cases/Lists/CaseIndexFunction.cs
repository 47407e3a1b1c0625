using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Cases.Lists;

public sealed class CaseIndexFunction(CaseIndex index, Redelivery redelivery)
{
    /// <summary>Keeps the list of cases up to date.</summary>
    [Function("case-index")]
    public Task Run(
        [ServiceBusTrigger(Topology.CaseEvents, Topology.CaseIndex, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        CancellationToken cancellationToken)
    {
        var envelope = AppJson.From<Envelope>(message.Body);
        return redelivery.RunAsync(
            message,
            MessageSource.CaseEvents(Topology.CaseIndex),
            token => index.UpdateAsync(CaseId.Parse(envelope.CaseId), CaseStore.SequenceOf(envelope), token),
            cancellationToken);
    }
}
