namespace AfterSales.Functions.Outbound;

/// <summary>Has a message delivered to an endpoint, once however often it is asked for.</summary>
public sealed class Announcer(DeliveryStore deliveries, TimeProvider clock)
{
    /// <param name="messageId">The webhook-id, which begins with the case's id and a hyphen.</param>
    public async Task TellAsync(
        Endpoint endpoint, string messageId, string caseId, OutboundMessage message, CancellationToken cancellationToken)
    {
        if (endpoint.Url is not null)
        {
            var delivery = Delivery.Of(messageId, endpoint.Key, message.Type, message.Timestamp, clock.GetUtcNow());
            await deliveries.CreateAsync(delivery, message.ToBody(caseId), cancellationToken);
        }
    }
}
