using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;

namespace AfterSales.Functions.Outbound;

/// <summary>What a supplier is told about cases of its goods: what it has to do until when, what was decided, what it is charged.</summary>
public sealed class SupplierMessages(CaseAddress address)
{
    /// <summary>Null for what does not concern it.</summary>
    public OutboundMessage? Of(Envelope envelope, CaseEvent happened, Case @case)
    {
        return happened switch
        {
            CaseOpened e => Says("case.opened", new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                Order = e.Order.OrderId,
                e.Order.Line,
                Kind = WireName.Of(e.Claim.Kind),
                Paid = e.Order.Paid.ToString(),
                Currency = e.Order.Paid.Currency.Code,
                Deadlines = DeadlineData.Of(e.Deadlines, Party.Supplier, @case),
                Href = address.Of(@case.Id),
            }),
            DeadlineMissed { Owner: Party.Supplier } e => Says("deadline.missed", new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                Deadline = e.DeadlineId,
                e.Clause,
                Due = DeadlineData.Local(e.Due, @case),
                Href = address.Of(@case.Id),
            }),
            Escalated e => Says("case.moved", new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                From = e.From.Value,
                To = e.To.Value,
                Cause = WireName.Of(e.Cause),
                e.Clause,
                Deadlines = DeadlineData.Of(e.Deadlines, Party.Supplier, @case),
                Href = address.Of(@case.Id),
            }),
            Referred e => Says("case.moved", new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                From = e.From.Value,
                To = e.To.Value,
                Cause = WireName.Of(e.Cause),
                e.Clause,
                Href = address.Of(@case.Id),
            }),
            OfferMade { Offer.To: Party.Supplier } e => Says("offer.made", new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                e.Offer.Number,
                Remedy = WireName.Of(e.Offer.Remedy),
                Amount = e.Offer.Amount.ToString(),
                Currency = e.Offer.Amount.Currency.Code,
                Due = DeadlineData.Local(e.Offer.Due, @case),
                Href = address.Of(@case.Id),
            }),
            OfferDeclined { By.Party: Party.Customer } => Says("offer.declined", new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                Href = address.Of(@case.Id),
            }),
            ClaimUpheld e => Says("case.decided", new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                Outcome = "upheld",
                Remedy = WireName.Of(e.Remedy),
                Amount = e.Amount.ToString(),
                Currency = e.Amount.Currency.Code,
                e.Clauses,
                Charge = e.Increase.IsPositive ? Charge("held", e.Increase) : null,
                Href = address.Of(@case.Id),
            }),
            ClaimRefused e => Says("case.decided", new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                Outcome = "refused",
                Clauses = new[] { e.Clause },
                Href = address.Of(@case.Id),
            }),
            RefundConfirmed e => Charged(e.PayoutId.ToString(), "posted", e.Amount),
            PayoutSettled e => Charged(e.PayoutId.ToString(), "posted", e.Amount),
            PayoutCancelled e => Charged(e.PayoutId.ToString(), "released", e.Amount),
            CaseClosed e => Says("case.closed", new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                Outcome = WireName.Of(e.Outcome),
                Paid = e.Paid.ToString(),
                Currency = e.Paid.Currency.Code,
                Href = address.Of(@case.Id),
            }),
            _ => null,
        };

        OutboundMessage Says(string type, object data) => new(type, envelope.At, data);

        OutboundMessage Charged(string payoutId, string state, Money amount) => Says($"charge.{state}", new
        {
            CaseId = @case.Id,
            @case.ExternalId,
            PayoutId = payoutId,
            Charge = Charge(state, amount),
            Href = address.Of(@case.Id),
        });
    }

    private static object Charge(string state, Money amount) =>
        new { State = state, Amount = amount.ToString(), Currency = amount.Currency.Code };
}
