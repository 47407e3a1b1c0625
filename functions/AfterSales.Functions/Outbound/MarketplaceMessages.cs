using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Functions.Http;
using AfterSales.Functions.Messaging;

namespace AfterSales.Functions.Outbound;

/// <summary>What a marketplace is told about its cases.</summary>
public sealed class MarketplaceMessages(SignedLinks links)
{
    /// <summary>The type of the message that tells to pay.</summary>
    public const string Instruction = "refund.instructed";

    // Long enough to answer a decision and to look it up afterwards.
    private static readonly TimeSpan CaseLinkLife = TimeSpan.FromDays(90);

    /// <summary>Null for what does not concern it.</summary>
    /// <param name="happened">What the envelope carries; null for the survey service's invitation, which carries the address of its page.</param>
    /// <param name="tenders">Over which tenders an instruction goes; empty where none were named.</param>
    public OutboundMessage? Of(Envelope envelope, CaseEvent? happened, Case @case, IReadOnlyList<TenderShare> tenders) => happened switch
    {
        null => new OutboundMessage("survey.invited", envelope.At, new
        {
            CaseId = @case.Id,
            @case.ExternalId,
            SurveyUrl = envelope.Data.GetProperty("surveyUrl").GetString(),
        }),
        CaseOpened => new OutboundMessage("case.opened", envelope.At, new
        {
            CaseId = @case.Id,
            @case.ExternalId,
            CustomerLink = CustomerLink(envelope),
        }),
        OfferMade { Offer.To: Party.Customer } e => new OutboundMessage("offer.made", envelope.At, new
        {
            CaseId = @case.Id,
            @case.ExternalId,
            e.Offer.Number,
            Remedy = WireName.Of(e.Offer.Remedy),
            Amount = e.Offer.Amount.ToString(),
            Currency = e.Offer.Amount.Currency.Code,
            e.Offer.BelowRulebook,
            Due = DeadlineData.Local(e.Offer.Due, @case),
            CustomerLink = CustomerLink(envelope),
        }),
        ClaimUpheld e => new OutboundMessage("case.decided", envelope.At, new
        {
            CaseId = @case.Id,
            @case.ExternalId,
            Outcome = "upheld",
            Remedy = WireName.Of(e.Remedy),
            Amount = e.Amount.ToString(),
            Currency = e.Amount.Currency.Code,
            e.Components,
            e.DifferenceDue,
            e.Coupon,
            e.Clauses,
            CustomerLink = CustomerLink(envelope),
        }),
        ClaimRefused e => new OutboundMessage("case.decided", envelope.At, new
        {
            CaseId = @case.Id,
            @case.ExternalId,
            Outcome = "refused",
            Clauses = new[] { e.Clause },
            CustomerLink = CustomerLink(envelope),
        }),
        RefundInstructed e => new OutboundMessage(Instruction, envelope.At, new
        {
            CaseId = @case.Id,
            @case.ExternalId,
            e.PayoutId,
            e.Attempt,
            Amount = e.Amount.ToString(),
            Currency = e.Amount.Currency.Code,
            e.Components,
            Tenders = tenders.Count == 0 ? null : tenders.Select(share => new { share.Id, Amount = share.Amount.ToString() }),
        }),
        RemedyBegun or RemedyStepDone when Difference(happened) is { } clock && @case.DifferenceDue is { } due =>
            new OutboundMessage("difference.due", envelope.At, new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                Amount = due.ToString(),
                Currency = due.Currency.Code,
                Due = DeadlineData.Local(clock.Due, @case),
                CustomerLink = CustomerLink(envelope),
            }),
        CaseClosed e => new OutboundMessage("case.closed", envelope.At, new
        {
            CaseId = @case.Id,
            @case.ExternalId,
            Outcome = WireName.Of(e.Outcome),
            Paid = e.Paid.ToString(),
            Currency = e.Paid.Currency.Code,
        }),
        _ => null,
    };

    private static Deadline? Difference(CaseEvent happened) =>
        happened.Starts.FirstOrDefault(deadline => deadline.Name == WireName.Of(RemedyStep.PayDifference));

    private Uri CustomerLink(Envelope envelope) => links.CaseLink(envelope.CaseId, envelope.At + CaseLinkLife);
}
