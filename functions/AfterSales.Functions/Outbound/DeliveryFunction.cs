using System.Text.Json;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AfterSales.Functions.Outbound;

/// <summary>
/// Makes the attempts that are due. The message that asked for one is completed only after what came of it is written: a crash before that
/// has the attempt made again, under the same webhook-id.
/// </summary>
public sealed class DeliveryFunction(
    DeliveryStore deliveries,
    DeliveryLog log,
    EndpointRegister endpoints,
    IEnumerable<IDeliveryChannel> channels,
    StandingInstructions instructions,
    Redelivery redelivery,
    ILogger<DeliveryFunction> logger)
{
    [Function("deliveries")]
    public Task Run(
        [ServiceBusTrigger(Topology.Deliveries, Connection = Topology.Connection)] ServiceBusReceivedMessage message,
        CancellationToken cancellationToken)
    {
        var due = AppJson.From<Envelope>(message.Body).Data.Deserialize<DueAttempt>(AppJson.Options)!;
        return redelivery.RunAsync(message, MessageSource.Queue(Topology.Deliveries), token => AttemptAsync(due, token), cancellationToken);
    }

    private async Task AttemptAsync(DueAttempt due, CancellationToken cancellationToken)
    {
        var stored = await FindAsync(due, cancellationToken);
        var delivery = stored.Delivery;
        if (delivery.Awaits(due))
        {
            var channel = channels.Single(known => known.Channel == delivery.Channel);
            var after = await instructions.WhyNotAsync(delivery, cancellationToken) is { } why
                ? delivery.Suppress(why)
                : await channel.TryAsync(stored, cancellationToken);
            Tell(after);

            var written = await deliveries.SaveAsync(stored, after, cancellationToken);
            delivery = written ? after : (await FindAsync(due, cancellationToken)).Delivery;
        }

        // From here on for a message that comes a second time too: what a crash left undone is done now.
        if (delivery is { State: DeliveryState.Failed, Channel: DeliveryChannel.Webhook, Last: { Status: 410 } gone })
        {
            await endpoints.DisableAsync(delivery.To, gone.At, cancellationToken);
        }

        await log.ShowAsync(delivery, cancellationToken);
    }

    private void Tell(Delivery after)
    {
        if (after is { State: DeliveryState.Suppressed, Dropped: { } why })
        {
            DeliveryLogging.Suppressed(logger, after.Id, why);
        }
        else if (after is { State: not DeliveryState.Delivered, Last: { } missed })
        {
            DeliveryLogging.NotDelivered(logger, after.Id, missed.Number, after.Dropped ?? missed.Fault, missed.Status);
        }
    }

    private async Task<StoredDelivery> FindAsync(DueAttempt due, CancellationToken cancellationToken) =>
        await deliveries.FindAsync(due.DeliveryId, cancellationToken)
        ?? throw new InvalidOperationException($"There is no delivery {due.DeliveryId}.");
}

internal static partial class DeliveryLogging
{
    [LoggerMessage(1122, LogLevel.Warning, "Attempt {Attempt} of {Delivery} came to nothing: {Fault} {Status}")]
    public static partial void NotDelivered(ILogger log, string delivery, int attempt, string? fault, int? status);

    [LoggerMessage(1123, LogLevel.Information, "Delivery {Delivery} is suppressed: {Why}")]
    public static partial void Suppressed(ILogger log, string delivery, string why);
}
