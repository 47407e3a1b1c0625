using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Messaging;

public sealed class OutboxSweepFunction(OutboxRelay relay)
{
    /// <summary>Sends what a crash or an outage left in the outbox: every five minutes, and at start because a crash is what it cleans up after.</summary>
    [Function("outbox-sweep")]
    public Task Run([TimerTrigger("0 */5 * * * *", RunOnStartup = true)] TimerInfo timer, CancellationToken cancellationToken) =>
        relay.SweepAsync(cancellationToken);
}
