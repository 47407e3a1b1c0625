using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Outbound;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AfterSales.Functions.Suppliers;

/// <summary>What follows from a change of a penalty: the ledger, its orchestration, and word to the supplier. Fed from the outbox, so that no
/// crash loses it.</summary>
public sealed class PenaltyChangedFunction(
    PenaltyStore penalties, PenaltyBooks books, SupplierConduct conduct, PenaltyMessages messages, EndpointRegister endpoints, Announcer announcer, RulesInForce rules,
    Redelivery redelivery)
{
    [Function("penalty-changed")]
    public Task Run(
        [ServiceBusTrigger(Topology.CaseEvents, Topology.PenaltyChanged, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        [DurableClient] DurableTaskClient orchestrations,
        CancellationToken cancellationToken) =>
        redelivery.RunAsync(
            message,
            MessageSource.CaseEvents(Topology.PenaltyChanged),
            token => FollowAsync(AppJson.From<Envelope>(message.Body), orchestrations, token),
            cancellationToken);

    private async Task FollowAsync(Envelope envelope, DurableTaskClient orchestrations, CancellationToken cancellationToken)
    {
        var (supplier, id) = (SupplierId.Parse(envelope.SupplierId!), PenaltyStore.IdOf(envelope));
        var penalty = await penalties.FindAsync(supplier, id, cancellationToken)
            ?? throw new InvalidOperationException($"There is no {id} of {supplier}.");
        await books.BringInLineAsync(penalty, cancellationToken);
        await DriveAsync(penalty, envelope, orchestrations, cancellationToken);
        await TellAsync(penalty, envelope, cancellationToken);
        // An expulsion stands and falls with the ultimatum that it is built on.
        if (penalty is { Kind: PenaltyKind.Ultimatum, Grounds: { Issue: { } issue, Month: { } month } })
            await conduct.ReviewAsync(supplier, issue, month, cancellationToken);
    }

    private async Task TellAsync(Penalty penalty, Envelope envelope, CancellationToken cancellationToken)
    {
        var zone = (await rules.MallAsync(cancellationToken)).Zone;
        var happened = envelope.Data.Deserialize<PenaltyEvent>(AppJson.Options) ?? throw new JsonException($"{envelope.Id} carries no event.");
        if (messages.ToSupplier(envelope, happened, penalty, zone) is { } said
            && await endpoints.FindAsync(new EndpointKey(Party.Supplier, penalty.Supplier.ToString()), cancellationToken) is { } supplier)
        {
            await announcer.TellAsync(supplier, envelope.Id, penalty.Id.ToString(), zone, said, cancellationToken);
        }

        if (messages.ToStaff(envelope, happened, penalty, zone) is not { } waiting) return;
        foreach (var endpoint in await endpoints.OfAsync(waiting.Role, cancellationToken))
        {
            await announcer.TellAsync(endpoint, envelope.Id, penalty.Id.ToString(), zone, waiting.Message, cancellationToken);
        }
    }

    private static async Task DriveAsync(
        Penalty penalty, Envelope envelope, DurableTaskClient orchestrations, CancellationToken cancellationToken)
    {
        var instance = penalty.Id.ToString();
        if (await orchestrations.GetInstanceAsync(instance, cancellationToken) is not null)
        {
            await orchestrations.RaiseEventAsync(instance, PenaltyOrchestrator.Changed, CaseStore.SequenceOf(envelope), cancellationToken);
        }
        else if (penalty.IsOpen)
        {
            await orchestrations.ScheduleNewOrchestrationInstanceAsync(
                PenaltyOrchestrator.Name, new PenaltyRun(penalty.Supplier.ToString(), instance), new StartOrchestrationOptions(instance), cancellationToken);
        }
    }
}
