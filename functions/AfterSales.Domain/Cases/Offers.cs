using System.Text.Json.Serialization;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>
/// What one side offers the other to settle the claim by agreement. It may be less than the rulebook grants: only who is asked can
/// agree to that. Until it is answered the case goes on as if there were none.
/// </summary>
/// <param name="Number">1 for the first offer of the case.</param>
/// <param name="To">Who has to answer it.</param>
/// <param name="Amount">What the customer would have in all.</param>
/// <param name="Goods">What of it is for the goods.</param>
/// <param name="BelowRulebook">It is less than what the rulebook grants the customer.</param>
public sealed record Offer(
    int Number, Instant At, Actor By, Party To, Instant Due, Remedy Remedy, Money Amount, Money Goods, bool BelowRulebook,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GrantTerms? Terms = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SealedNote = null);

/// <summary>
/// The supplier or an agent offers the customer something; or the customer, to whom something was offered, asks for something else.
/// </summary>
/// <param name="Due">Until when it can be answered; null: for two days.</param>
public sealed record MakeOffer(
    Instant At, Actor By, Remedy? Remedy = null, Money? Amount = null, GrantTerms? Terms = null, Instant? Due = null, string? SealedNote = null)
    : CaseCommand(At, By);

/// <summary>Who was offered something takes it: that is the decision, and the customer has accepted it.</summary>
/// <param name="Number">The offer that is meant; null: the one that stands.</param>
public sealed record AcceptOffer(Instant At, Actor By, int? Number = null) : CaseCommand(At, By);

public sealed record DeclineOffer(Instant At, Actor By, string? SealedReason = null) : CaseCommand(At, By);

public sealed record OfferMade(Instant At, Actor By, Offer Offer, IReadOnlyList<Deadline> Deadlines) : ClockStart(At, By, Deadlines);

public sealed record OfferAccepted(Instant At, Actor By, int Number) : CaseEvent(At, By);

public sealed record OfferDeclined(Instant At, Actor By, int Number, string? SealedReason) : CaseEvent(At, By);

/// <summary>Nobody answered it in time; nothing else follows.</summary>
public sealed record OfferLapsed(Instant At, Actor By, int Number) : CaseEvent(At, By);
