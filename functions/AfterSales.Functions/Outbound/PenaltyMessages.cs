using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Messaging;
using NodaTime;

namespace AfterSales.Functions.Outbound;

/// <summary>What a supplier and the mall's people are told about penalties and deposits.</summary>
public sealed class PenaltyMessages(CaseAddress address)
{
    /// <summary>Null for what does not concern the supplier, or what it did itself.</summary>
    /// <param name="zone">In which instants are told.</param>
    public OutboundMessage? ToSupplier(Envelope envelope, PenaltyEvent happened, Penalty penalty, DateTimeZone zone)
    {
        return happened switch
        {
            PenaltyAnnounced e => Says("penalty.announced", e.Deadline, e.Fine),
            PenaltyConfirmed e => Says("penalty.announced", e.Deadline, e.Fine),
            PenaltyAppealDecided e => Says("penalty.appeal-decided", e.Deadline, outcome: e.Upheld ? "upheld" : "overturned"),
            PenaltyBecameFinal => Says("penalty.final"),
            PenaltyLifted => Says("penalty.lifted"),
            PenaltyPartReversed => Says("penalty.reversed"),
            PenaltyProposed or PenaltyDeclined or PenaltyAppealed or PenaltyLevyPaid => null,
            _ => throw new InvalidOperationException($"Unknown event {happened.Name}."),
        };

        OutboundMessage Says(string type, Deadline? deadline = null, Money? fine = null, string? outcome = null) => new(type, envelope.At, new
        {
            PenaltyId = penalty.Id,
            Kind = WireName.Of(penalty.Kind),
            penalty.Grounds.Clause,
            penalty.Grounds.Cases,
            Outcome = outcome,
            Amount = fine is { IsPositive: true } amount ? amount.ToString() : null,
            Currency = fine is { IsPositive: true } ? Currency.Cny.Code : null,
            Deadlines = deadline is null ? [] : new[] { DeadlineData.Of(deadline, zone) },
            Href = address.Of(penalty.Supplier, penalty.Id),
        });
    }

    /// <summary>The role that a penalty now waits for, and what it is told; null when it waits for the supplier or for nobody.</summary>
    /// <param name="zone">In which instants are told.</param>
    public (Party Role, OutboundMessage Message)? ToStaff(Envelope envelope, PenaltyEvent happened, Penalty penalty, DateTimeZone zone)
    {
        var deadline = happened switch { PenaltyProposed e => e.Deadline, PenaltyAppealed e => e.Deadline, _ => null };
        return deadline is null ? null : (deadline.Owner, new OutboundMessage("penalty.step", envelope.At, new
        {
            PenaltyId = penalty.Id,
            penalty.Supplier,
            Role = WireName.Of(deadline.Owner),
            Deadlines = new[] { DeadlineData.Of(deadline, zone) },
            Href = address.Of(penalty.Supplier, penalty.Id),
        }));
    }
}
