using AfterSales.Domain.Cases;
using AfterSales.Functions.Cases;
using AfterSales.Functions.Outbound;
using AfterSales.Functions.Storage;
using MimeKit;

namespace AfterSales.Functions.Notices;

/// <summary>Which letter of the case a delivery is about. The letter itself stays where the customer's key can erase it.</summary>
public sealed record LetterReference(string Letter);

/// <summary>Sends notices to suppliers and staff, and letters to customers, by e-mail.</summary>
public sealed class MailChannel(
    DeliveryStore deliveries, EndpointRegister endpoints, CaseStore cases, CustomerCards cards, LetterStore letters, MailOptions options,
    MailSender sender, TimeProvider clock) : IDeliveryChannel
{
    public DeliveryChannel Channel => DeliveryChannel.Email;

    public async Task<Delivery> TryAsync(StoredDelivery stored, CancellationToken cancellationToken)
    {
        var delivery = stored.Delivery;
        if (!options.IsOn)
        {
            return delivery.Drop("mail-off");
        }

        var (to, mail, lacking) = delivery.To == EndpointKey.Customers
            ? await LetterAsync(stored, cancellationToken)
            : await NoticeAsync(stored, cancellationToken);
        return lacking is not null
            ? delivery.Drop(lacking)
            : delivery.After(await sender.SendAsync(to!, mail!, delivery.Id, cancellationToken), clock.GetUtcNow());
    }

    private async Task<(MailboxAddress? To, Mail? Mail, string? Lacking)> NoticeAsync(StoredDelivery stored, CancellationToken cancellationToken)
    {
        var endpoint = await endpoints.FindAsync(stored.Delivery.To, cancellationToken);
        return endpoint?.Email is { } address && MailAddress.Find(address) is { } to
            ? (to, AppJson.From<Mail>(deliveries.BodyOf(stored)), null)
            : (null, null, "no-address");
    }

    private async Task<(MailboxAddress? To, Mail? Mail, string? Lacking)> LetterAsync(StoredDelivery stored, CancellationToken cancellationToken)
    {
        var caseId = CaseId.Parse(stored.Delivery.Subject);
        var kept = await cases.ReadAsync(caseId, cancellationToken) ?? throw new InvalidOperationException($"There is no case {caseId}.");
        var reference = AppJson.From<LetterReference>(deliveries.BodyOf(stored));
        var letter = await letters.FindAsync(kept.State, reference.Letter, cancellationToken);
        var card = await cards.OpenAsync(kept, cancellationToken);
        return letter is null || card is null ? (null, null, "erased")
            : card.Customer.Email is { } address && MailAddress.Find(address) is { } to ? (to, letter.ToMail(), null)
            : (null, null, "no-address");
    }
}
