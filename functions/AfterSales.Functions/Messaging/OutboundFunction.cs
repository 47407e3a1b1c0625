using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Intake;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Messaging;

/// <summary>Tells marketplaces what happened to their cases.</summary>
public sealed class OutboundFunction(
    CaseStore cases, Marketplaces marketplaces, OutboundWebhooks webhooks, SignedLinks links, Redelivery redelivery)
{
    /// <summary>The survey service's event that carries the address of the survey's page.</summary>
    private const string SurveyInvited = "survey-invited";

    // Long enough to answer a decision and to look it up afterwards.
    private static readonly TimeSpan CaseLinkLife = TimeSpan.FromDays(90);

    [Function("outbound")]
    public Task Run(
        [ServiceBusTrigger(Topology.CaseEvents, Topology.Outbound, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        CancellationToken cancellationToken) =>
        redelivery.RunAsync(
            message,
            MessageSource.CaseEvents(Topology.Outbound),
            token => TellAsync(AppJson.From<Envelope>(message.Body), Redelivery.Attempt(message), token),
            cancellationToken);

    private async Task TellAsync(Envelope envelope, int attempt, CancellationToken cancellationToken)
    {
        var @case = await cases.LoadAsync(CaseId.Parse(envelope.CaseId), cancellationToken)
            ?? throw new InvalidOperationException($"There is no case {envelope.CaseId}.");
        if (marketplaces.Find(@case.Marketplace) is { } marketplace && Message(envelope, @case) is { } message)
        {
            await webhooks.DeliverAsync(marketplace, envelope.CaseId, envelope.Id, attempt, message, cancellationToken);
        }
    }

    private OutboundMessage? Message(Envelope envelope, Case @case) => envelope.Type == SurveyInvited
        ? new OutboundMessage("survey.invited", envelope.At, new
        {
            CaseId = @case.Id,
            @case.ExternalId,
            SurveyUrl = envelope.Data.GetProperty("surveyUrl").GetString(),
        })
        : envelope.Data.Deserialize<CaseEvent>(AppJson.Options) switch
        {
            CaseOpened => new OutboundMessage("case.opened", envelope.At, new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                CustomerLink = CustomerLink(envelope),
            }),
            ClaimUpheld e => new OutboundMessage("case.decided", envelope.At, new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                Outcome = "upheld",
                Remedy = WireName.Of(e.Remedy),
                Amount = e.Amount.ToString(),
                Currency = e.Amount.Currency.Code,
                e.Clauses,
                CustomerLink = CustomerLink(envelope),
            }),
            ClaimRefused e => new OutboundMessage("case.decided", envelope.At, new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                Outcome = "refused",
                Clauses = new[] { e.Clause },
                CustomerLink = CustomerLink(envelope),
            }),
            RefundInstructed e => new OutboundMessage("refund.instructed", envelope.At, new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                e.PayoutId,
                e.Attempt,
                Amount = e.Amount.ToString(),
                Currency = e.Amount.Currency.Code,
            }),
            CaseClosed e => new OutboundMessage("case.closed", envelope.At, new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                Outcome = WireName.Of(e.Outcome),
                Paid = e.Paid.ToString(),
                Currency = e.Paid.Currency.Code,
            }),
            _ => null,
        };

    private Uri CustomerLink(Envelope envelope) => links.CaseLink(envelope.CaseId, envelope.At + CaseLinkLife);
}
