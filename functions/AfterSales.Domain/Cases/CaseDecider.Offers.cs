using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>
/// Settling a claim by agreement. One offer at a time stands; its clock runs beside those of the ladder and takes nothing from anybody
/// but the offer. A decision of the ladder ends it.
/// </summary>
public static partial class CaseDecider
{
    /// <summary>The longest time that an offer can stand, in days of 24 hours.</summary>
    public const int LongestOfferDays = 14;

    private static readonly Duration UsualOffer = Duration.FromDays(2);

    private static readonly Wording OfferIsOver = new(
        "The offer is over; nothing else changes and the case goes on.", "协商方案失效;其他不变,案件继续处理。");

    private static Refusal? Make(Story story, MakeOffer make)
    {
        if (WhyNotOffering(story.Now, make.By) is { } refusal) return refusal;
        var due = make.Due ?? make.At + UsualOffer;
        if (due <= make.At || due > make.At + Duration.FromDays(LongestOfferDays)) return Refusals.OfferDueNotAhead;
        var (grant, fault) = Grant.Offered(story.Now, make.Remedy, make.Amount, make.Terms);
        if (fault is not null) return fault;
        if (make.By.Party == Party.Agent && NeedsApproval(story.Now, grant!)) return Refusals.OfferAboveLimit;
        var to = make.By.Party == Party.Customer ? story.Now.Offer!.By.Party : Party.Customer;
        var offer = new Offer(
            story.Now.OffersMade + 1, make.At, make.By, to, due, grant!.Remedy, grant.Worth, grant.Goods, grant.IsBelowRulebook(story.Now),
            grant.Kept(make.Terms), make.SealedNote);
        story.Happens(new OfferMade(make.At, make.By, offer, [ProcessClocks.Offer(story.Now, offer, OfferIsOver, story.NextDeadline)]));
        return null;
    }

    private static Refusal? Accept(Story story, AcceptOffer accept)
    {
        if (WhyNotAnswering(story.Now, accept.By) is { } refusal) return refusal;
        var offer = story.Now.Offer!;
        if (accept.Number is { } meant && meant != offer.Number) return Refusals.OtherOffer;
        var (grant, fault) = Grant.Offered(story.Now, offer.Remedy, offer.Goods, offer.Terms);
        if (fault is not null) return fault;
        if (accept.By.Party == Party.Agent && NeedsApproval(story.Now, grant!)) return Refusals.OfferAboveLimit;

        // Whichever of them spoke last, the other side gives it and the customer takes it.
        var giver = offer.To == Party.Customer ? offer.By : accept.By;
        var customer = offer.To == Party.Customer ? accept.By : offer.By;
        story.Happens(new OfferAccepted(accept.At, accept.By, offer.Number));
        if (giver.Party == Party.Supplier) story.Happens(new SupplierAccepted(accept.At, giver, grant!.Remedy, grant.Worth));
        Uphold(story, accept.At, giver, grant!, bySilence: false, offer.SealedNote, agreedWith: customer);
        return null;
    }

    private static Refusal? Decline(Story story, DeclineOffer decline)
    {
        if (WhyNotAnswering(story.Now, decline.By) is { } refusal) return refusal;
        story.Happens(new OfferDeclined(decline.At, decline.By, story.Now.Offer!.Number, decline.SealedReason));
        return null;
    }

    /// <summary>The supplier and agents offer; a customer to whom something is offered may ask for something else instead.</summary>
    private static Refusal? WhyNotOffering(Case now, Actor by)
    {
        if (by.Party is not (Party.Supplier or Party.Agent or Party.Customer)) return Refusals.NotYourStep(by.Party, Party.Supplier);
        if (by.Party == Party.Supplier && by.Id != now.SupplierId) return Refusals.NotYourCase;
        return now switch
        {
            { IsClosed: true } => Refusals.CaseClosed,
            { Decided: true } => Refusals.AlreadyDecided,
            { Proposal: not null } => Refusals.AwaitingApproval,
            { Offer: null } when by.Party == Party.Customer => Refusals.NothingOffered,
            { Offer.To: var to } when by.Party == Party.Customer && to != Party.Customer => Refusals.OfferStands,
            { Offer: not null } when by.Party != Party.Customer => Refusals.OfferStands,
            _ => null,
        };
    }

    private static Refusal? WhyNotAnswering(Case now, Actor by)
    {
        if (by.Party is not (Party.Supplier or Party.Agent or Party.Customer)) return Refusals.NotYourStep(by.Party, now.Offer?.To ?? Party.Customer);
        if (by.Party == Party.Supplier && by.Id != now.SupplierId) return Refusals.NotYourCase;
        if (now.IsClosed) return Refusals.CaseClosed;
        return now.Offer is not { } offer ? Refusals.NothingOffered
            : offer.To != by.Party ? Refusals.NotYourStep(by.Party, offer.To)
            : now.Proposal is not null ? Refusals.AwaitingApproval
            : null;
    }

    /// <summary>What an event means for the offer that stands. A decision of the ladder ends it.</summary>
    private static Case WithOffer(Case now, CaseEvent happened) => happened switch
    {
        OfferMade made => now with { Offer = made.Offer, OffersMade = made.Offer.Number },
        OfferAccepted or OfferDeclined or OfferLapsed or ClaimUpheld or ClaimRefused or CaseWithdrawn or CaseClosed => now with { Offer = null },
        _ => now,
    };
}
