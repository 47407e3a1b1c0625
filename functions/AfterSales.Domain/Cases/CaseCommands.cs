using System.Text.Json.Serialization;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>
/// Something that somebody wants done to a case. <paramref name="At"/> is the business instant of the wish; free texts
/// (statements, reasons, notes) are sealed before they come here, because they may name people.
/// </summary>
public abstract record CaseCommand(Instant At, Actor By);

/// <summary>The claim as the marketplace sent it. The customer's description is sealed and kept with the raw message.</summary>
public sealed record Claim(ClaimKind Kind, string Reason);

/// <summary>The order line that the claim is about. <paramref name="Paid"/> includes no freight.</summary>
/// <param name="Quantity">How many pieces, at least 1; null: one.</param>
/// <param name="ItemId">Names the item in every marketplace; null: it is known by order and line of this one.</param>
/// <param name="Tenders">By which means it was paid, in the order in which they are refunded; null: not said.</param>
public sealed record OrderLine(
    string OrderId,
    string? Line,
    Money Paid,
    Money Freight,
    Instant? SoldAt,
    int? Quantity = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ItemId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Tender>? Tenders = null)
{
    [JsonIgnore]
    public int Pieces => Quantity ?? 1;
}

/// <summary>Two statements about the same thing. What is held stands; what was given later is shown beside it.</summary>
/// <param name="About">For example <c>fact:price</c>.</param>
public sealed record Contradiction(string About, string Held, string Given);

/// <summary>Opens the case. <paramref name="At"/> is the instant of registration: the anchor of the mall's clocks.</summary>
/// <param name="CustomerId">The keyed id of the person, never the marketplace's own.</param>
/// <param name="Zone">TZDB id of the zone in which days are counted.</param>
/// <param name="Process">How cases go under the rulebook that decided.</param>
/// <param name="ShiftEnd">End of the shift of the manager who accepted the complaint, when one did (MALL-LIM-3).</param>
/// <param name="HeldForEvidence">Items of the rulebook's evidence that are missing and hold the clocks; null = none.</param>
public sealed record OpenCase(
    Instant At,
    Actor By,
    CaseId Id,
    string Marketplace,
    string ExternalId,
    string SupplierId,
    string CustomerId,
    Claim Claim,
    OrderLine Order,
    DecisionDocument Decision,
    string Zone,
    CaseProcess Process,
    Instant? ShiftEnd = null,
    IReadOnlyList<string>? HeldForEvidence = null) : CaseCommand(At, By);

/// <summary>Facts were added. Those that contradict facts already held are listed, not taken.</summary>
/// <param name="Decision">The rulebook asked again, with the facts held and those added.</param>
public sealed record UpdateCase(
    Instant At,
    Actor By,
    IReadOnlyList<string> FactsAdded,
    IReadOnlyList<Contradiction> Contradictions,
    DecisionDocument Decision) : CaseCommand(At, By);

/// <summary>What a marketplace reports beside the claim. It is on record for those who decide; a step of the remedy that waits for it is done.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MarketplaceReport>))]
public enum MarketplaceReport
{
    [JsonStringEnumMemberName("return-shipped")] ReturnShipped,
    [JsonStringEnumMemberName("return-received")] ReturnReceived,
    [JsonStringEnumMemberName("refunded-elsewhere")] RefundedElsewhere,

    /// <summary>The customer has paid what the goods given in exchange cost more.</summary>
    [JsonStringEnumMemberName("difference-paid")] DifferencePaid,
}

/// <summary>The marketplace reports something; the same report again changes nothing.</summary>
/// <param name="Amount">Of a refund elsewhere or a difference paid; null: it was not said how much, so all.</param>
/// <param name="Refund">Of a refund elsewhere: the marketplace's id of it. Another id is another refund, which comes on top.</param>
public sealed record NoteReport(Instant At, Actor By, MarketplaceReport Report, Money? Amount = null, string? Refund = null) : CaseCommand(At, By);

public sealed record WithdrawCase(Instant At, Actor By) : CaseCommand(At, By);

/// <summary>A file has been stored.</summary>
public sealed record AddEvidence(Instant At, Actor By, EvidenceFile File) : CaseCommand(At, By);

/// <summary>A file is to be fetched from where the marketplace keeps it.</summary>
public sealed record RequestEvidence(Instant At, Actor By, string Name, string SealedUrl) : CaseCommand(At, By);

/// <summary>A file was given that cannot be taken: no photo, too large, not reachable.</summary>
public sealed record RejectEvidence(Instant At, Actor By, string Name, string Code, string Detail) : CaseCommand(At, By);

/// <summary>The supplier grants the claim. Remedy and amount default to the rulebook's.</summary>
public sealed record SupplierAccepts(Instant At, Actor By, Remedy? Remedy = null, Money? Amount = null, GrantTerms? Terms = null) : CaseCommand(At, By);

public sealed record SupplierRefuses(Instant At, Actor By, string SealedStatement) : CaseCommand(At, By);

[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
public enum Outcome
{
    [JsonStringEnumMemberName("uphold")] Uphold,
    [JsonStringEnumMemberName("refuse")] Refuse,
}

/// <summary>The floor head, the Inspection Department or the manager decides. Remedy and amount default to the rulebook's.</summary>
/// <param name="Clause">The clause on which a decision that differs from the rulebook's rests; null: the one that lets the step decide.</param>
public sealed record DecideClaim(
    Instant At, Actor By, Outcome Outcome, string SealedReason, Remedy? Remedy = null, Money? Amount = null, string? Clause = null,
    GrantTerms? Terms = null)
    : CaseCommand(At, By);

/// <summary>The floor head cannot settle it and hands it to the Inspection Department.</summary>
public sealed record PassOn(Instant At, Actor By, string? SealedReason = null) : CaseCommand(At, By);

/// <summary>A reasoned exception to a clock that has one (MALL-C8.2: "normally").</summary>
/// <param name="Clock">What the rulebook calls the exception, such as <c>48h</c>.</param>
public sealed record ExcuseClock(Instant At, Actor By, string Clock, string SealedReason) : CaseCommand(At, By);

/// <summary>
/// A deadline's due instant has passed; <paramref name="At"/> is now. Everything else that was due before now happens first, in
/// the order of its due instants.
/// </summary>
public sealed record DeadlineElapsed(Instant At, string DeadlineId) : CaseCommand(At, Actor.Clock);

/// <summary>The marketplace says that it has paid.</summary>
/// <param name="Amount">What it says it paid; null when it does not say. Another amount than was instructed is refused.</param>
/// <param name="Tenders">By which tenders it has paid so far, where it says so; null: it has paid whole.</param>
/// <param name="Refund">The marketplace's id of the refund by which it has paid; null: it does not say.</param>
public sealed record ConfirmPayout(
    Instant At, Actor By, PayoutId PayoutId, Money? Amount = null, IReadOnlyList<TenderShare>? Tenders = null, string? Refund = null)
    : CaseCommand(At, By);

/// <summary>The marketplace says that it could not pay.</summary>
public sealed record FailPayout(Instant At, Actor By, PayoutId PayoutId, string? SealedReason = null) : CaseCommand(At, By);

/// <summary>An instruction that has not left the house does not go out: a person looks at it first.</summary>
/// <param name="Attempt">Which instruction; a later one is not held by it.</param>
public sealed record HoldPayout(Instant At, Actor By, PayoutId PayoutId, int Attempt, PayoutHold Reason) : CaseCommand(At, By);

/// <summary>Finance has paid, or seen it paid, by other means.</summary>
/// <param name="PaidOn">The day on which it was paid, when that is reconciled later; not after today.</param>
/// <param name="Reference">The bank's, or whoever's who paid.</param>
public sealed record SettlePayout(
    Instant At, Actor By, PayoutId PayoutId, string? SealedReason = null, LocalDate? PaidOn = null, string? Reference = null) : CaseCommand(At, By);

public sealed record CancelPayout(Instant At, Actor By, PayoutId PayoutId, string? SealedReason = null) : CaseCommand(At, By);

/// <summary>
/// Finance has the marketplace told once more, without waiting for the clock. What was held back needs a reason, and above the limit of
/// four eyes it goes out when a second person approves it.
/// </summary>
public sealed record RetryPayout(Instant At, Actor By, PayoutId PayoutId, string? SealedReason = null) : CaseCommand(At, By);

public sealed record AcceptDecision(Instant At, Actor By) : CaseCommand(At, By);

/// <summary>The customer does not accept the decision and goes one rung up (MALL-LAD-5).</summary>
public sealed record ContestDecision(Instant At, Actor By, string SealedReason) : CaseCommand(At, By);

[JsonConverter(typeof(JsonStringEnumConverter<ExternalOutcome>))]
public enum ExternalOutcome
{
    [JsonStringEnumMemberName("for-customer")] ForCustomer,
    [JsonStringEnumMemberName("for-supplier")] ForSupplier,
    [JsonStringEnumMemberName("unresolved")] Unresolved,
}

/// <summary>What the Consumer Association, legal counsel or arbitration said. Remedy and amount default to the rulebook's.</summary>
public sealed record RecordOutcome(
    Instant At, Actor By, ExternalOutcome Outcome, string SealedNote, Remedy? Remedy = null, Money? Amount = null, GrantTerms? Terms = null)
    : CaseCommand(At, By);
