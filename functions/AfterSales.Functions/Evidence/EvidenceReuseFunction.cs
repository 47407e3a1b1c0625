using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Evidence;

/// <summary>Looks for files of a case in other cases, and keeps what it finds as advice for those who decide.</summary>
public sealed class EvidenceReuseFunction(
    CaseStore cases, ExhibitBlobs exhibits, EvidenceIndex index, Redelivery redelivery)
{
    [Function("evidence-reuse")]
    public Task Run(
        [ServiceBusTrigger(Topology.CaseEvents, Topology.EvidenceReuse, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        CancellationToken cancellationToken)
    {
        var envelope = AppJson.From<Envelope>(message.Body);
        IReadOnlyList<string> names = envelope.Data.Deserialize<CaseEvent>(AppJson.Options) switch
        {
            EvidenceAdded added => [added.File.Name],
            EvidenceSubmitted submitted => submitted.Files,
            var other => throw new InvalidOperationException($"{other?.Name} brings no evidence."),
        };
        return redelivery.RunAsync(
            message,
            MessageSource.CaseEvents(Topology.EvidenceReuse),
            token => SearchAsync(CaseId.Parse(envelope.CaseId), names, token),
            cancellationToken);
    }

    private async Task SearchAsync(CaseId id, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var @case = await cases.LoadAsync(id, cancellationToken) ?? throw new InvalidOperationException($"There is no case {id}.");
        foreach (var file in @case.Evidence.Where(file => names.Contains(file.Name)))
        {
            var content = file.Kind == EvidenceKind.Photo
                ? await exhibits.ReadAsync(id.ToString(), new PersonId(@case.CustomerId), file.Sha256, cancellationToken)
                : null;
            var indexed = new IndexedFile(id, file, PictureLook.Of(content));

            // Added before it is searched for: of two that come at the same time, at least one finds the other.
            await index.AddAsync(indexed, cancellationToken);
            foreach (var match in await index.FindAsync(indexed, cancellationToken))
            {
                await index.AdviseAsync(indexed, match, cancellationToken);
            }
        }
    }
}
