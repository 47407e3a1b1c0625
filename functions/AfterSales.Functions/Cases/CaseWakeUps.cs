using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AfterSales.Functions.Cases;

/// <summary>
/// Starts the orchestration of a case and tells it when the case has changed. Both are fed from the outbox, so no crash loses a
/// wake-up.
/// </summary>
public sealed class CaseWakeUps(CaseStore cases, Redelivery redelivery)
{
    [Function("case-start")]
    public Task Start(
        [ServiceBusTrigger(Topology.CaseEvents, Topology.CaseStart, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        [DurableClient] DurableTaskClient orchestrations,
        CancellationToken cancellationToken) =>
        redelivery.RunAsync(
            message,
            MessageSource.CaseEvents(Topology.CaseStart),
            token => StartAsync(orchestrations, AppJson.From<Envelope>(message.Body), token),
            cancellationToken);

    [Function("case-changed")]
    public Task Change(
        [ServiceBusTrigger(Topology.CaseEvents, Topology.CaseChanged, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        [DurableClient] DurableTaskClient orchestrations,
        CancellationToken cancellationToken) =>
        redelivery.RunAsync(
            message,
            MessageSource.CaseEvents(Topology.CaseChanged),
            token => TellAsync(orchestrations, AppJson.From<Envelope>(message.Body), token),
            cancellationToken);

    /// <summary>Running, or over: done, not an error.</summary>
    private async Task StartAsync(DurableTaskClient orchestrations, Envelope envelope, CancellationToken cancellationToken)
    {
        var @case = await cases.LoadAsync(CaseId.Parse(envelope.CaseId), cancellationToken)
            ?? throw new InvalidOperationException($"There is no case {envelope.CaseId}.");

        // One that has not heard of the closing may wait without any clock: it looks at the case and ends.
        if (envelope.Data.Deserialize<CaseEvent>(AppJson.Options) is CaseReopened reopened)
        {
            var before = InstanceOf(@case.Id, reopened.Run - 1);
            await orchestrations.RaiseEventAsync(before, CaseOrchestrator.Changed, CaseStore.SequenceOf(envelope), cancellationToken);
        }

        var instance = InstanceOf(@case.Id, @case.Run);
        if (@case.IsClosed || await orchestrations.GetInstanceAsync(instance, cancellationToken) is not null)
        {
            return;
        }

        await orchestrations.ScheduleNewOrchestrationInstanceAsync(
            CaseOrchestrator.Name, new CaseRun(envelope.CaseId, @case.Run), new StartOrchestrationOptions(instance), cancellationToken);
    }

    /// <summary>
    /// An orchestration that has not started yet will ask the case itself; one that has ended needs nothing. The bus drops an
    /// event for either.
    /// </summary>
    private async Task TellAsync(DurableTaskClient orchestrations, Envelope envelope, CancellationToken cancellationToken)
    {
        var @case = await cases.LoadAsync(CaseId.Parse(envelope.CaseId), cancellationToken)
            ?? throw new InvalidOperationException($"There is no case {envelope.CaseId}.");
        await orchestrations.RaiseEventAsync(
            InstanceOf(@case.Id, @case.Run), CaseOrchestrator.Changed, CaseStore.SequenceOf(envelope), cancellationToken);
    }

    /// <summary>An orchestration for each run of a case: the first, and one more with every reopening.</summary>
    private static string InstanceOf(CaseId id, int run) => $"{id}:{run}";
}
