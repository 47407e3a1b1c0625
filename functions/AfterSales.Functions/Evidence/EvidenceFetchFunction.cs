using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using NodaTime.Extensions;

namespace AfterSales.Functions.Evidence;

/// <summary>Fetches files that came as addresses. What cannot be had is noted on the case with the reason.</summary>
public sealed class EvidenceFetchFunction(
    CaseStore cases, PersonVault vault, ExhibitBlobs exhibits, SafeFetch fetch, Redelivery redelivery, TimeProvider clock)
{
    [Function("evidence-fetch")]
    public Task Run(
        [ServiceBusTrigger(Topology.EvidenceFetch, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        CancellationToken cancellationToken)
    {
        var envelope = AppJson.From<Envelope>(message.Body);
        var wish = (EvidenceFetchRequested)envelope.Data.Deserialize<CaseEvent>(AppJson.Options)!;
        var caseId = CaseId.Parse(envelope.CaseId);
        return redelivery.RunAsync(
            message,
            MessageSource.Queue(Topology.EvidenceFetch),
            token => FetchAsync(caseId, envelope.Id, wish, token),
            cancellationToken,
            parked: token => NoteAsync(
                caseId, envelope.Id, wish.File, "evidence-unreachable", "The file could not be fetched in several attempts.", token));
    }

    private async Task FetchAsync(CaseId caseId, string key, EvidenceFetchRequested wish, CancellationToken cancellationToken)
    {
        var @case = await cases.LoadAsync(caseId, cancellationToken) ?? throw new InvalidOperationException($"There is no case {caseId}.");
        if (@case.AwaitedEvidence.All(f => f.Name != wish.File))
        {
            return;
        }

        var customer = new PersonId(@case.CustomerId);
        if (await vault.OpenTextAsync(customer, wish.SealedUrl, cancellationToken) is not { } address)
        {
            await NoteAsync(caseId, key, wish.File, "evidence-erased", "The customer's data was erased.", cancellationToken);
            return;
        }

        try
        {
            var (exhibit, fault) = Exhibit.Read(
                wish.File, await fetch.GetAsync(new Uri(address), Exhibit.LargestFile, cancellationToken));
            if (exhibit is null)
            {
                await NoteAsync(caseId, key, wish.File, fault!.Code, fault.Detail, cancellationToken);
                return;
            }

            await exhibits.WriteAsync(caseId.ToString(), customer, exhibit, cancellationToken);
            var add = new AddEvidence(Now, wish.By, exhibit.ToFile(wish.File));
            if (await cases.ExecuteAsync(caseId, add, key, cancellationToken) is Decision.Refused { Refusal: var full } && full == Refusals.CaseFull)
            {
                await NoteAsync(caseId, key, wish.File, full.Code, full.Detail, cancellationToken);
            }
        }
        catch (FetchRefusedException e)
        {
            await NoteAsync(caseId, key, wish.File, e.Code, e.Message, cancellationToken);
        }
    }

    private Task NoteAsync(CaseId caseId, string key, string name, string code, string detail, CancellationToken cancellationToken) =>
        cases.ExecuteAsync(caseId, new RejectEvidence(Now, Actor.Clock, name, code, detail), key, cancellationToken);

    private NodaTime.Instant Now => clock.GetUtcNow().ToInstant();
}
