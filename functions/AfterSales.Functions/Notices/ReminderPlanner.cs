using AfterSales.Domain.Cases;
using AfterSales.Domain.Notices;
using AfterSales.Functions.Outbound;
using NodaTime;

namespace AfterSales.Functions.Notices;

/// <summary>Plans the reminders of deadlines by the policy, in the zones of those who will get them.</summary>
public sealed class ReminderPlanner(ReminderPolicy policy, EndpointRegister endpoints, ReminderStore reminders)
{
    /// <param name="since">From when the deadlines are known: nothing is planned for before.</param>
    public async Task PlanAsync(Case @case, IReadOnlyList<Deadline> deadlines, Instant since, CancellationToken cancellationToken)
    {
        foreach (var deadline in deadlines)
        {
            foreach (var zone in await ZonesAsync(@case, deadline.Owner, cancellationToken))
            {
                var planned = policy.Reminders(deadline.Arithmetic.Anchor, deadline.Due, zone)
                    .Where(at => at > since)
                    .Select(at => Reminder.Of(@case, deadline, at, zone));
                await reminders.PlanAsync(planned, cancellationToken);
            }
        }
    }

    /// <summary>Whom a deadline's owner is reminded at.</summary>
    public async Task<IReadOnlyList<Endpoint>> RecipientsAsync(Case @case, Party owner, CancellationToken cancellationToken)
    {
        switch (owner)
        {
            case Party.Customer or Party.Clock:
                return [];
            case Party.Supplier or Party.Marketplace:
                var id = owner == Party.Supplier ? @case.SupplierId : @case.Marketplace;
                return await endpoints.FindAsync(new EndpointKey(owner, id), cancellationToken) is { } one ? [one] : [];
            default:
                return await endpoints.OfAsync(owner, cancellationToken);
        }
    }

    private async Task<IEnumerable<DateTimeZone>> ZonesAsync(Case @case, Party owner, CancellationToken cancellationToken)
    {
        var recipients = await RecipientsAsync(@case, owner, cancellationToken);
        return recipients.Count == 0 ? [@case.TimeZone] : recipients.Select(endpoint => endpoint.Zone ?? @case.TimeZone).Distinct();
    }
}
