using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Outbound;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime;
using NodaTime.Extensions;

namespace AfterSales.Functions.Notices;

/// <summary>Reminders: planned when an event starts a clock, looked at again at their instant, and shown.</summary>
public sealed class ReminderFunctions(
    CaseStore cases, ReminderStore reminders, ReminderPlanner planner, Announcer announcer, LetterDesk letters, CaseAddress address,
    Redelivery redelivery, TimeProvider clock)
{
    /// <summary>Plans the reminders of the clocks that an event starts, whatever kind of event it is.</summary>
    [Function("reminder-plan")]
    public Task Plan(
        [ServiceBusTrigger(Topology.CaseEvents, Topology.ReminderPlan, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        CancellationToken cancellationToken) =>
        redelivery.RunAsync(
            message,
            MessageSource.CaseEvents(Topology.ReminderPlan),
            token => PlanAsync(AppJson.From<Envelope>(message.Body), token),
            cancellationToken);

    /// <summary>Sends a reminder whose instant has come, unless the step was done in the meantime.</summary>
    [Function("reminders")]
    public Task Remind(
        [ServiceBusTrigger(Topology.Reminders, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        CancellationToken cancellationToken)
    {
        var envelope = AppJson.From<Envelope>(message.Body);
        var name = envelope.Data.Deserialize<DueReminder>(AppJson.Options)!.Name;
        return redelivery.RunAsync(
            message, MessageSource.Queue(Topology.Reminders), token => RemindAsync(envelope.CaseId, name, token), cancellationToken);
    }

    /// <summary>The reminders of a case: to come, sent, or suppressed and why. A supplier sees its own.</summary>
    [Function("reminder-list")]
    [Access(Role.Supplier, Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager, Role.Auditor)]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/cases/{id}/reminders")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var caller = request.GetCaller();
        var (stored, refusal) = await cases.ReadForAsync(caller, id, cancellationToken);
        if (stored is null) return refusal!;
        var @case = stored.State;
        var all = await reminders.OfAsync(id, cancellationToken);
        return Answer.Json(200, new
        {
            Items = all.Where(reminder => caller.Role != Role.Supplier || reminder.Owner == Party.Supplier).Select(reminder => new
            {
                reminder.Name,
                Deadline = reminder.DeadlineId,
                Owner = WireName.Of(reminder.Owner),
                At = DeadlineData.Local(reminder.At, @case),
                Due = DeadlineData.Local(reminder.Due, @case),
                reminder.State,
                HandledAt = reminder.HandledAt is { } handled ? DeadlineData.Local(handled, @case) : (OffsetDateTime?)null,
                reminder.Why,
            }),
        });
    }

    private async Task PlanAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        if (!envelope.Data.TryGetProperty("deadlines", out var carried) || carried.GetArrayLength() == 0)
        {
            return;
        }

        var deadlines = carried.Deserialize<List<Deadline>>(AppJson.Options)!;
        var @case = await LoadAsync(envelope.CaseId, cancellationToken);
        await planner.PlanAsync(@case, deadlines, envelope.At.ToInstant(), cancellationToken);
    }

    private async Task RemindAsync(string caseId, string name, CancellationToken cancellationToken)
    {
        var reminder = await reminders.FindAsync(caseId, name, cancellationToken)
            ?? throw new InvalidOperationException($"There is no {name} of {caseId}.");
        if (reminder.State != ReminderState.Scheduled)
        {
            return;
        }

        var (@case, now) = (await LoadAsync(caseId, cancellationToken), clock.GetUtcNow().ToInstant());
        var deadline = @case.Deadlines.FirstOrDefault(open => open.Id == reminder.DeadlineId);
        var why = deadline is null ? "step-done"
            : now > deadline.Due ? "too-late"
            : deadline.Due != reminder.Due ? await MovedAsync(@case, deadline, now, cancellationToken)
            : await TellAsync(@case, deadline, reminder, cancellationToken) ? null
            : "no-endpoint";
        var handled = reminder with { HandledAt = now, Why = why, State = why is null ? ReminderState.Sent : ReminderState.Suppressed };
        await reminders.HandledAsync(handled, cancellationToken);
    }

    private async Task<string> MovedAsync(Case @case, Deadline deadline, Instant now, CancellationToken cancellationToken)
    {
        await planner.PlanAsync(@case, [deadline], now, cancellationToken);
        return "deadline-moved";
    }

    /// <summary>False when there is nobody to tell.</summary>
    private async Task<bool> TellAsync(Case @case, Deadline deadline, Reminder reminder, CancellationToken cancellationToken)
    {
        if (deadline.Owner == Party.Customer)
        {
            await letters.RemindAsync(@case, deadline, reminder.Name, cancellationToken);
            return true;
        }

        var message = new OutboundMessage("deadline.reminder", reminder.At.ToDateTimeOffset(), new
        {
            CaseId = @case.Id,
            @case.ExternalId,
            Deadlines = new[] { DeadlineData.Of(deadline, @case) },
            Href = address.Of(@case.Id),
        });
        var recipients = await planner.RecipientsAsync(@case, deadline.Owner, cancellationToken);
        var told = false;
        foreach (var endpoint in recipients.Where(endpoint => (endpoint.Zone ?? @case.TimeZone).Id == reminder.Zone))
        {
            await announcer.TellAsync(endpoint, $"{@case.Id}-{reminder.Name}", @case, message, cancellationToken);
            told = true;
        }

        return told;
    }

    private async Task<Case> LoadAsync(string caseId, CancellationToken cancellationToken) =>
        await cases.LoadAsync(CaseId.Parse(caseId), cancellationToken) ?? throw new InvalidOperationException($"There is no case {caseId}.");
}
