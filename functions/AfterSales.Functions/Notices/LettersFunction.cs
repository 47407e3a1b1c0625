using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Notices;

public sealed class LettersFunction(CaseStore cases, LetterDesk desk, Redelivery redelivery)
{
    /// <summary>Writes to the customer what happened to the case.</summary>
    [Function("letters")]
    public Task Run(
        [ServiceBusTrigger(Topology.CaseEvents, Topology.Letters, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        CancellationToken cancellationToken) =>
        redelivery.RunAsync(
            message,
            MessageSource.CaseEvents(Topology.Letters),
            token => WriteAsync(AppJson.From<Envelope>(message.Body), token),
            cancellationToken);

    private async Task WriteAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        var happened = envelope.Data.Deserialize<CaseEvent>(AppJson.Options) ?? throw new JsonException($"{envelope.Id} carries no event.");
        var @case = await cases.LoadAsync(CaseId.Parse(envelope.CaseId), cancellationToken)
            ?? throw new InvalidOperationException($"There is no case {envelope.CaseId}.");
        await desk.WriteAsync(@case, happened, CaseStore.SequenceOf(envelope), cancellationToken);
    }
}
