using AfterSales.Domain.Cases;
using AfterSales.Functions.Notices;
using AfterSales.Functions.Storage;
using NodaTime;

namespace AfterSales.Functions.Outbound;

/// <summary>Has a message delivered to an endpoint, once however often it is asked for: as a webhook, and in words by e-mail where mail is
/// set up.</summary>
public sealed class Announcer(DeliveryStore deliveries, MailOptions mail, TimeProvider clock)
{
    /// <param name="messageId">The webhook-id, which begins with the case's id and a hyphen.</param>
    public Task TellAsync(Endpoint endpoint, string messageId, Case about, OutboundMessage message, CancellationToken cancellationToken) =>
        TellAsync(endpoint, messageId, about.Id.ToString(), about.TimeZone, message, cancellationToken);

    /// <param name="messageId">The webhook-id, which begins with what it is about and a hyphen.</param>
    /// <param name="about">The id of a case or a penalty.</param>
    /// <param name="zone">In which instants are shown.</param>
    public async Task TellAsync(
        Endpoint endpoint, string messageId, string about, DateTimeZone zone, OutboundMessage message, CancellationToken cancellationToken)
    {
        if (endpoint.Url is not null)
        {
            var delivery = New(DeliveryChannel.Webhook);
            await deliveries.CreateAsync(delivery, message.ToBody(about), cancellationToken);
        }

        if (endpoint.Email is not null && mail.IsOn && NoticeTexts.Of(message, zone) is { } notice)
        {
            await deliveries.CreateAsync(New(DeliveryChannel.Email), AppJson.ToBytes(notice), cancellationToken);
        }

        Delivery New(DeliveryChannel channel) =>
            Delivery.Of(messageId, endpoint.Key, channel, message.Type, message.Timestamp, clock.GetUtcNow());
    }
}
