namespace AfterSales.Functions.Outbound;

/// <summary>A way to send things: makes one attempt and says what became of the delivery.</summary>
public interface IDeliveryChannel
{
    DeliveryChannel Channel { get; }

    /// <summary>The delivery after the attempt, or dropped when there is nobody to send it to any more.</summary>
    Task<Delivery> TryAsync(StoredDelivery stored, CancellationToken cancellationToken);
}

/// <summary>Posts to the endpoint's address.</summary>
public sealed class WebhookChannel(DeliveryStore deliveries, EndpointRegister endpoints, WebhookSender webhooks, TimeProvider clock)
    : IDeliveryChannel
{
    public DeliveryChannel Channel => DeliveryChannel.Webhook;

    public async Task<Delivery> TryAsync(StoredDelivery stored, CancellationToken cancellationToken)
    {
        var delivery = stored.Delivery;
        var endpoint = await endpoints.FindAsync(delivery.To, cancellationToken);
        if (endpoint is null or { DisabledAt: not null } or { Url: null })
        {
            return delivery.Drop(endpoint is { DisabledAt: not null } ? "endpoint-disabled" : "no-endpoint");
        }

        var now = clock.GetUtcNow();
        var secrets = endpoint.Secrets.Where(secret => secret.IsLive(now)).Select(secret => secret.Key).ToList();
        var result = await webhooks.PostAsync(endpoint.Url, secrets, delivery.MessageId, deliveries.BodyOf(stored), cancellationToken);
        return delivery.After(result, now);
    }
}
