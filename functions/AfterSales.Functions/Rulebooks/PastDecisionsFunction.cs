using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Rulebooks;

public sealed class PastDecisionsFunction(PastDecisions decisions, Redelivery redelivery)
{
    /// <summary>Keeps what was decided, for what-if and replay: when a case is opened, when its facts change, when it is closed.</summary>
    [Function("past-decisions")]
    public Task Run(
        [ServiceBusTrigger(Topology.CaseEvents, Topology.PastDecisions, Connection = Topology.Connection)]
        ServiceBusReceivedMessage message,
        CancellationToken cancellationToken)
    {
        var envelope = AppJson.From<Envelope>(message.Body);
        return redelivery.RunAsync(
            message,
            MessageSource.CaseEvents(Topology.PastDecisions),
            token => decisions.UpdateAsync(CaseId.Parse(envelope.CaseId), token),
            cancellationToken);
    }
}
