using AfterSales.Domain.Cases;
using AfterSales.Domain.Surveys;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using NodaTime;

namespace AfterSales.Functions.Surveys;

public sealed class SurveysFunction(SurveyStore surveys, CaseStore cases, Redelivery redelivery)
{
    private const string Answered = "survey-answered";

    /// <summary>Starts the callback survey of a closed case, and ends the wait of one that was answered.</summary>
    [Function("surveys")]
    public Task Run(
        [ServiceBusTrigger(Topology.CaseEvents, Topology.Surveys, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        redelivery.RunAsync(
            message,
            MessageSource.CaseEvents(Topology.Surveys),
            token => HandleAsync(AppJson.From<Envelope>(message.Body), client, token),
            cancellationToken);

    private Task HandleAsync(Envelope envelope, DurableTaskClient client, CancellationToken cancellationToken) => envelope.Type == Answered
        ? client.RaiseEventAsync(SurveyStore.KeyOf(envelope).InstanceId, SurveyOrchestration.AnsweredEvent, true, cancellationToken)
        : StartAsync(envelope, client, cancellationToken);

    private async Task StartAsync(Envelope closed, DurableTaskClient client, CancellationToken cancellationToken)
    {
        Case @case = await cases.LoadAsync(CaseId.Parse(closed.CaseId), cancellationToken)
            ?? throw new InvalidOperationException($"There is no case {closed.CaseId}.");
        DateTimeZone zone = DateTimeZoneProviders.Tzdb[@case.Zone];
        SurveyTimes times = SurveyTimes.After(Instant.FromDateTimeOffset(closed.At), zone);
        SurveyRecord record = await surveys.PlanAsync(@case, closed, times, cancellationToken);
        // Past the invitation its orchestration has run; started anew it would only run into a finished survey.
        if (record.Survey.Status != SurveyStatus.Planned) return;
        var plan = new SurveyPlan(
            record.Key.CaseId, record.Key.Number, record.Survey.Times.LinkAt.ToDateTimeUtc(), record.Survey.Times.Due.ToDateTimeUtc());
        // Started by an earlier delivery of the same message; a start at the very same moment fails here, and the next delivery sees it.
        if (await client.GetInstanceAsync(record.Key.InstanceId, cancellationToken) is not null) return;
        await client.ScheduleNewOrchestrationInstanceAsync(
            SurveyOrchestration.Name, plan, new StartOrchestrationOptions(record.Key.InstanceId), cancellationToken);
    }
}
