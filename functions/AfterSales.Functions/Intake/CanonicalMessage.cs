using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Evidence;
using NodaTime;

namespace AfterSales.Functions.Intake;

/// <summary>A customer as the marketplace names them. Personal: sealed before it is stored, never in an event.</summary>
public sealed record CustomerDetails(string Id, string? Name, string? Phone, string? Email, string? City, string? Locale);

/// <summary>A file that came with a message, or the address where it can be had.</summary>
public abstract record SentFile(string Name)
{
    public sealed record Inline(string Name, Exhibit Exhibit) : SentFile(Name);

    public sealed record At(string Name, Uri Address) : SentFile(Name);
}

/// <summary>What a marketplace can tell, checked and typed. <paramref name="Timestamp"/> is when the marketplace says it happened.</summary>
public abstract record CanonicalMessage(string ExternalId, Instant Timestamp)
{
    /// <param name="Facts">As given, without what other fields imply.</param>
    public sealed record CaseRequested(
        string ExternalId,
        Instant Timestamp,
        CustomerDetails Customer,
        string SupplierId,
        OrderLine Order,
        Claim Claim,
        string? Description,
        Facts Facts,
        IReadOnlyList<SentFile> Files) : CanonicalMessage(ExternalId, Timestamp);

    public sealed record CaseUpdated(string ExternalId, Instant Timestamp, Facts Facts, IReadOnlyList<SentFile> Files)
        : CanonicalMessage(ExternalId, Timestamp);

    public sealed record CaseWithdrawn(string ExternalId, Instant Timestamp) : CanonicalMessage(ExternalId, Timestamp);

    public sealed record ReturnShipped(string ExternalId, Instant Timestamp) : CanonicalMessage(ExternalId, Timestamp);

    public sealed record ReturnReceived(string ExternalId, Instant Timestamp) : CanonicalMessage(ExternalId, Timestamp);

    /// <summary>The customer has paid what goods given in exchange cost more.</summary>
    /// <param name="Amount">Null: it is not said how much, so all of it.</param>
    public sealed record DifferencePaid(string ExternalId, Instant Timestamp, Money? Amount = null) : CanonicalMessage(ExternalId, Timestamp);

    /// <summary>The platform has paid the customer and names no payout of ours.</summary>
    /// <param name="RefundId">By which a repetition is known.</param>
    public sealed record RefundPaid(string ExternalId, Instant Timestamp, string RefundId, Money Amount) : CanonicalMessage(ExternalId, Timestamp);

    /// <param name="Tenders">By which tenders it was paid; null: whole.</param>
    public sealed record RefundConfirmed(
        string ExternalId, Instant Timestamp, PayoutId PayoutId, Money? Amount, IReadOnlyList<TenderShare>? Tenders = null)
        : CanonicalMessage(ExternalId, Timestamp);

    public sealed record RefundFailed(string ExternalId, Instant Timestamp, PayoutId PayoutId, string? Reason)
        : CanonicalMessage(ExternalId, Timestamp);

    /// <param name="RefundId">By which a repetition is known.</param>
    /// <param name="Amount">Of this refund; null: it is not said how much, so all.</param>
    public sealed record ItemRefundedElsewhere(string ExternalId, Instant Timestamp, string RefundId, Money? Amount = null)
        : CanonicalMessage(ExternalId, Timestamp);
}
