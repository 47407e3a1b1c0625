using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Refunds;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Outbound;

/// <summary>Tells the parties what happened to a case: writes a delivery down for each endpoint that it concerns.</summary>
public sealed class OutboundFunction(
    CaseStore cases,
    RefundGuard guard,
    EndpointRegister endpoints,
    MarketplaceMessages toMarketplace,
    SupplierMessages toSupplier,
    StaffMessages toStaff,
    Announcer announcer,
    Redelivery redelivery)
{
    private const string SurveyInvited = "survey-invited";

    [Function("outbound")]
    public Task Run(
        [ServiceBusTrigger(Topology.CaseEvents, Topology.Outbound, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        CancellationToken cancellationToken) =>
        redelivery.RunAsync(
            message,
            MessageSource.CaseEvents(Topology.Outbound),
            token => TellAsync(AppJson.From<Envelope>(message.Body), token),
            cancellationToken);

    private async Task TellAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        var @case = await cases.LoadAsync(CaseId.Parse(envelope.CaseId), cancellationToken)
            ?? throw new InvalidOperationException($"There is no case {envelope.CaseId}.");
        var happened = envelope.Type == SurveyInvited ? null : envelope.Data.Deserialize<CaseEvent>(AppJson.Options);
        var clearance = await guard.ClearAsync(envelope, happened, @case, cancellationToken);
        if (clearance.IsTold && toMarketplace.Of(envelope, happened, @case, clearance.Tenders) is { } forMarketplace)
        {
            await TellAsync(envelope, @case, new EndpointKey(Party.Marketplace, @case.Marketplace), forMarketplace, cancellationToken);
        }

        if (happened is null)
        {
            return;
        }

        if (toSupplier.Of(envelope, happened, @case) is { } forSupplier)
        {
            await TellAsync(envelope, @case, new EndpointKey(Party.Supplier, @case.SupplierId), forSupplier, cancellationToken);
        }

        foreach (var (role, message) in toStaff.Of(envelope, happened, @case))
        {
            foreach (var endpoint in await endpoints.OfAsync(role, cancellationToken))
            {
                await announcer.TellAsync(endpoint, envelope.Id, @case, message, cancellationToken);
            }
        }
    }

    private async Task TellAsync(
        Envelope envelope, Case @case, EndpointKey key, OutboundMessage message, CancellationToken cancellationToken)
    {
        if (await endpoints.FindAsync(key, cancellationToken) is { } endpoint)
        {
            await announcer.TellAsync(endpoint, envelope.Id, @case, message, cancellationToken);
        }
    }
}
