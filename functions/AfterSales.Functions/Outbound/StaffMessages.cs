using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;

namespace AfterSales.Functions.Outbound;

/// <summary>What the mall's people are told: that a step waits for their role, and until when.</summary>
public sealed class StaffMessages(CaseAddress address)
{
    private static readonly Party[] Staff = [Party.Agent, Party.FloorManager, Party.Inspection, Party.Manager, Party.Finance];

    /// <summary>The message for each role that it concerns; none for most events.</summary>
    public IEnumerable<(Party Role, OutboundMessage Message)> Of(Envelope envelope, CaseEvent happened, Case @case)
    {
        foreach (var role in Staff.Where(role => happened.Starts.Any(deadline => deadline.Owner == role)))
        {
            yield return (role, new OutboundMessage("step.started", envelope.At, new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                Role = WireName.Of(role),
                Deadlines = DeadlineData.Of(happened.Starts, role, @case),
                Href = address.Of(@case.Id),
            }));
        }

        if (happened is OverpaymentFound found)
        {
            yield return (Party.Finance, new OutboundMessage("overpayment.found", envelope.At, new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                Amount = found.Amount.ToString(),
                Currency = found.Amount.Currency.Code,
                Href = address.Of(@case.Id),
            }));
        }

        if (happened is PayoutQueuedForFinance queued)
        {
            yield return (Party.Finance, new OutboundMessage("payout.queued", envelope.At, new
            {
                CaseId = @case.Id,
                @case.ExternalId,
                queued.PayoutId,
                Amount = queued.Amount.ToString(),
                Currency = queued.Amount.Currency.Code,
                Href = address.Of(@case.Id),
            }));
        }
    }
}
