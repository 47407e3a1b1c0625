using AfterSales.Domain.Cases;
using AfterSales.Functions.Cases;
using AfterSales.Functions.Outbound;
using AfterSales.Functions.Rulebooks;
using AfterSales.Functions.Storage;

namespace AfterSales.Functions.Notices;

/// <summary>Keeps letters to customers, and has them sent by e-mail where mail is set up and the customer has an address.</summary>
public sealed class LetterDesk(
    CaseStore cases, LetterWriter writer, LetterStore letters, CustomerCards cards, RulebookRegistry rulebooks, PersonVault vault, DeliveryStore deliveries,
    MailOptions mail, TimeProvider clock)
{
    /// <summary>Writes to the customer about an event, if it is one to write about. Again for the same event changes nothing.</summary>
    /// <param name="sequence">The number of the event in its case.</param>
    public Task WriteAsync(Case @case, CaseEvent happened, long sequence, CancellationToken cancellationToken) => SendAsync(
        @case,
        ReasonOf(happened),
        source => writer.About(happened, $"{sequence}", source),
        $"{@case.Id}-{sequence}",
        cancellationToken);

    /// <summary>Reminds the customer of a deadline.</summary>
    /// <param name="name">Of the reminder, unique within the case.</param>
    public Task RemindAsync(Case @case, Deadline deadline, string name, CancellationToken cancellationToken) => SendAsync(
        @case,
        null,
        source => writer.Reminder(deadline, name, NodaTime.Instant.FromDateTimeOffset(clock.GetUtcNow()), source),
        $"{@case.Id}-{name}",
        cancellationToken);

    private async Task SendAsync(
        Case @case, string? sealedReason, Func<LetterSource, Letter?> write, string messageId, CancellationToken cancellationToken)
    {
        var card = await cases.ReadAsync(@case.Id, cancellationToken) is { } stored ? await cards.OpenAsync(stored, cancellationToken) : null;
        var reason = sealedReason is null
            ? null
            : await vault.OpenTextAsync(new PersonId(@case.CustomerId), sealedReason, cancellationToken);
        var rulebook = await rulebooks.OfAsync(@case.Decision.Rulebook, cancellationToken);
        if (write(new LetterSource(@case, card?.Customer.Name, reason, rulebook)) is not { } letter)
        {
            return;
        }

        await letters.KeepAsync(@case, letter, cancellationToken);
        if (mail.IsOn && card?.Customer.Email is not null)
        {
            var delivery = Delivery.Of(
                messageId, EndpointKey.Customers, DeliveryChannel.Email, $"letter.{letter.Kind}", letter.At, clock.GetUtcNow());
            await deliveries.CreateAsync(delivery, AppJson.ToBytes(new LetterReference(letter.Id)), cancellationToken);
        }
    }

    private static string? ReasonOf(CaseEvent happened) => happened switch
    {
        ClaimUpheld upheld => upheld.SealedReason,
        ClaimRefused refused => refused.SealedReason,
        OfferMade made => made.Offer.SealedNote,
        EvidenceRequested asked => asked.SealedNote,
        RemedyStepDone { Step: RemedyStep.Quote or RemedyStep.IssueCoupon } done => done.Note.SealedText,
        _ => null,
    };
}
