using System.Reflection;
using System.Text.Json.Serialization;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>
/// Something that happened to a case. Events are stored for good and sent to the other services: a name or a field once
/// published does not change its meaning. Ids and amounts only; free texts are sealed. An event that starts clocks carries
/// them, so that no later change of rules rewrites what was promised.
/// </summary>
/// <param name="At">When it took effect: for a missed deadline its due instant, not the moment somebody noticed.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$type")]
[JsonDerivedType(typeof(CaseOpened), "case-opened")]
[JsonDerivedType(typeof(CaseUpdated), "case-updated")]
[JsonDerivedType(typeof(CaseWithdrawn), "case-withdrawn")]
[JsonDerivedType(typeof(ReportNoted), "report-noted")]
[JsonDerivedType(typeof(ContradictionNoted), "contradiction-noted")]
[JsonDerivedType(typeof(EvidenceAdded), "evidence-added")]
[JsonDerivedType(typeof(EvidenceFetchRequested), "evidence-fetch-requested")]
[JsonDerivedType(typeof(EvidenceRejected), "evidence-rejected")]
[JsonDerivedType(typeof(EvidenceRequested), "evidence-requested")]
[JsonDerivedType(typeof(EvidenceStaged), "evidence-staged")]
[JsonDerivedType(typeof(EvidenceSubmitted), "evidence-submitted")]
[JsonDerivedType(typeof(EvidenceRoundClosed), "evidence-round-closed")]
[JsonDerivedType(typeof(EvidenceOriginalOpened), "evidence-original-opened")]
[JsonDerivedType(typeof(SupplierAccepted), "supplier-accepted")]
[JsonDerivedType(typeof(SupplierRefused), "supplier-refused")]
[JsonDerivedType(typeof(LateResponseRecorded), "late-response-recorded")]
[JsonDerivedType(typeof(DeadlineMissed), "deadline-missed")]
[JsonDerivedType(typeof(ExceptionRecorded), "exception-recorded")]
[JsonDerivedType(typeof(Escalated), "escalated")]
[JsonDerivedType(typeof(Referred), "referred")]
[JsonDerivedType(typeof(OutcomeRecorded), "outcome-recorded")]
[JsonDerivedType(typeof(ClaimUpheld), "claim-upheld")]
[JsonDerivedType(typeof(ClaimRefused), "claim-refused")]
[JsonDerivedType(typeof(DecisionAccepted), "decision-accepted")]
[JsonDerivedType(typeof(DecisionContested), "decision-contested")]
[JsonDerivedType(typeof(RefundInstructed), "refund-instructed")]
[JsonDerivedType(typeof(RefundConfirmed), "refund-confirmed")]
[JsonDerivedType(typeof(TenderRefunded), "tender-refunded")]
[JsonDerivedType(typeof(RefundMatched), "refund-matched")]
[JsonDerivedType(typeof(RefundFailed), "refund-failed")]
[JsonDerivedType(typeof(PayoutQueuedForFinance), "payout-queued-for-finance")]
[JsonDerivedType(typeof(PayoutSettled), "payout-settled")]
[JsonDerivedType(typeof(PayoutCancelled), "payout-cancelled")]
[JsonDerivedType(typeof(PayoutReleaseProposed), "payout-release-proposed")]
[JsonDerivedType(typeof(PayoutReleaseSentBack), "payout-release-sent-back")]
[JsonDerivedType(typeof(PayoutReleased), "payout-released")]
[JsonDerivedType(typeof(CaseClosed), "case-closed")]
[JsonDerivedType(typeof(DecisionProposed), "decision-proposed")]
[JsonDerivedType(typeof(ProposalSentBack), "proposal-sent-back")]
[JsonDerivedType(typeof(RemedyBegun), "remedy-begun")]
[JsonDerivedType(typeof(RemedyStepDone), "remedy-step-done")]
[JsonDerivedType(typeof(RemedyLapsed), "remedy-lapsed")]
[JsonDerivedType(typeof(GrantReduced), "grant-reduced")]
[JsonDerivedType(typeof(DifferenceReduced), "difference-reduced")]
[JsonDerivedType(typeof(ClocksPaused), "clocks-paused")]
[JsonDerivedType(typeof(ClocksResumed), "clocks-resumed")]
[JsonDerivedType(typeof(CaseReopened), "case-reopened")]
[JsonDerivedType(typeof(CaseLinked), "case-linked")]
[JsonDerivedType(typeof(CaseMerged), "case-merged")]
[JsonDerivedType(typeof(SnapshotTaken), "snapshot-taken")]
[JsonDerivedType(typeof(OverpaymentFound), "overpayment-found")]
[JsonDerivedType(typeof(OverpaymentResolved), "overpayment-resolved")]
[JsonDerivedType(typeof(OfferMade), "offer-made")]
[JsonDerivedType(typeof(OfferAccepted), "offer-accepted")]
[JsonDerivedType(typeof(OfferDeclined), "offer-declined")]
[JsonDerivedType(typeof(OfferLapsed), "offer-lapsed")]
public abstract record CaseEvent(Instant At, Actor By)
{
    private static readonly Dictionary<Type, string> Names = typeof(CaseEvent).GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToDictionary(known => known.DerivedType, known => (string)known.TypeDiscriminator!);

    /// <summary>The stable name under which events of this kind are stored, sent and subscribed to.</summary>
    [JsonIgnore]
    public string Name => Names[GetType()];

    /// <summary>The clocks that this event starts.</summary>
    [JsonIgnore]
    public IReadOnlyList<Deadline> Starts => this is ClockStart start ? start.Deadlines : [];
}

/// <summary>An event that starts clocks.</summary>
public abstract record ClockStart(Instant At, Actor By, IReadOnlyList<Deadline> Deadlines) : CaseEvent(At, By);

/// <param name="HeldForEvidence">Items of the rulebook's evidence that were missing and hold the clocks; null = none.</param>
public sealed record CaseOpened(
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
    IReadOnlyList<Deadline> Deadlines,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? HeldForEvidence = null)
    : ClockStart(At, By, Deadlines);

public sealed record CaseUpdated(
    Instant At, Actor By, IReadOnlyList<string> FactsAdded, DecisionDocument Decision) : CaseEvent(At, By);

/// <summary>The customer no longer wants it. What was granted before stays granted.</summary>
public sealed record CaseWithdrawn(Instant At, Actor By) : CaseEvent(At, By);

/// <param name="Amount">Of a refund elsewhere; left out where it was not said.</param>
/// <param name="Refund">The id of a refund elsewhere; left out of other reports.</param>
public sealed record ReportNoted(
    Instant At,
    Actor By,
    MarketplaceReport Report,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? Amount = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Refund = null) : CaseEvent(At, By);

public sealed record ContradictionNoted(Instant At, Actor By, string About, string Held, string Given) : CaseEvent(At, By);

public sealed record EvidenceAdded(Instant At, Actor By, EvidenceFile File) : CaseEvent(At, By);

public sealed record EvidenceFetchRequested(Instant At, Actor By, string File, string SealedUrl) : CaseEvent(At, By);

/// <param name="Code">Why, as in the problem document: for example <c>not-a-photo</c>.</param>
public sealed record EvidenceRejected(Instant At, Actor By, string File, string Code, string Detail) : CaseEvent(At, By);

public sealed record SupplierAccepted(Instant At, Actor By, Remedy Remedy, Money Amount) : CaseEvent(At, By);

public sealed record SupplierRefused(Instant At, Actor By, string SealedStatement) : CaseEvent(At, By);

/// <summary>The supplier did nothing within its time; counts against the supplier.</summary>
public sealed record LateResponseRecorded(Instant At, Actor By, string SupplierId, string Clause) : CaseEvent(At, By);

/// <summary>A breach. It shows for good, also when an exception was recorded and also when it moves nothing.</summary>
/// <param name="Excepted">A reasoned exception was on record, so nothing follows (EX-MALL-105).</param>
/// <param name="Deadlines">The clock that an exception leaves running in place of the missed one; empty otherwise.</param>
public sealed record DeadlineMissed(
    Instant At, Actor By, string DeadlineId, string Deadline, Party Owner, Instant Due, string Clause, bool Excepted,
    IReadOnlyList<Deadline> Deadlines) : ClockStart(At, By, Deadlines);

public sealed record ExceptionRecorded(Instant At, Actor By, string Clock, string SealedReason) : CaseEvent(At, By);

[JsonConverter(typeof(JsonStringEnumConverter<EscalationCause>))]
public enum EscalationCause
{
    [JsonStringEnumMemberName("deadline-missed")] DeadlineMissed,
    [JsonStringEnumMemberName("no-agreement")] NoAgreement,
    [JsonStringEnumMemberName("passed-on")] PassedOn,
    [JsonStringEnumMemberName("contested")] Contested,
    [JsonStringEnumMemberName("unresolved")] Unresolved,
}

/// <summary>To a higher rung within the mall.</summary>
public sealed record Escalated(
    Instant At, Actor By, StepCode From, StepCode To, EscalationCause Cause, string Clause, IReadOnlyList<Deadline> Deadlines)
    : ClockStart(At, By, Deadlines);

/// <summary>To a rung outside the mall.</summary>
public sealed record Referred(
    Instant At, Actor By, StepCode From, StepCode To, EscalationCause Cause, string Clause, IReadOnlyList<Deadline> Deadlines)
    : ClockStart(At, By, Deadlines);

public sealed record OutcomeRecorded(Instant At, Actor By, StepCode Rung, ExternalOutcome Outcome, string SealedNote) : CaseEvent(At, By);

/// <summary>A decision for the customer.</summary>
/// <param name="Rung">Who decided; the counter when the supplier accepted.</param>
/// <param name="Amount">What the customer is to have in all by this decision; zero for a repair or an exchange.</param>
/// <param name="Increase">What this decision adds to what earlier ones of the case granted: the amount to charge. Equal to
/// <paramref name="Amount"/> unless the customer contested an earlier grant; zero when nothing is added.</param>
/// <param name="SupplierAgreed">The supplier accepted the claim, now or earlier.</param>
/// <param name="ReachedStep4">The case had to go to the manager in charge (or beyond) before this decision.</param>
/// <param name="BySilence">The manager's time ran out and the rulebook's conclusion became the decision.</param>
/// <param name="Components">How the amount is made up; left out where all of it is for the goods.</param>
/// <param name="DifferenceDue">What the customer owes for goods given in exchange that cost more; left out where he owes nothing.</param>
/// <param name="Coupon">What a coupon is worth, beside the amount; left out of other remedies.</param>
public sealed record ClaimUpheld(
    Instant At, Actor By, StepCode Rung, Remedy Remedy, Money Amount, Money Increase, bool SupplierAgreed, bool ReachedStep4, bool BySilence,
    IReadOnlyList<string> Clauses, string? SealedReason, IReadOnlyList<Deadline> Deadlines,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MoneyComponent>? Components = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? DifferenceDue = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? Coupon = null)
    : ClockStart(At, By, Deadlines);

/// <summary>A decision against the customer, or, after an earlier grant was contested, one that adds nothing to it.</summary>
/// <param name="Clause">The clause by which it is refused.</param>
public sealed record ClaimRefused(
    Instant At, Actor By, StepCode Rung, string Clause, bool BySilence, string? SealedReason, IReadOnlyList<Deadline> Deadlines)
    : ClockStart(At, By, Deadlines);

public sealed record DecisionAccepted(Instant At, Actor By, bool BySilence) : CaseEvent(At, By);

/// <param name="Rung">Whose decision is contested.</param>
public sealed record DecisionContested(Instant At, Actor By, StepCode Rung, string SealedReason) : CaseEvent(At, By);

/// <summary>The marketplace is to pay. The payout keeps its id over all attempts; it must be paid once.</summary>
/// <param name="Attempt">1 for the first instruction.</param>
/// <param name="Components">How the amount is made up; left out where all of it is for the goods.</param>
/// <param name="Pieces">How many pieces came back for it, where not all did; else left out.</param>
public sealed record RefundInstructed(
    Instant At, Actor By, PayoutId PayoutId, int Attempt, Money Amount, IReadOnlyList<Deadline> Deadlines,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MoneyComponent>? Components = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Pieces = null) : ClockStart(At, By, Deadlines);

/// <summary>The money has reached the customer.</summary>
/// <param name="Cancellation">
/// Finance had cancelled it and its charge is voided; it is paid all the same. The number of the cancelling event in the case; left
/// out where nothing was cancelled.
/// </param>
/// <param name="Refund">The marketplace's id of the refund by which it was paid; left out where it did not say.</param>
public sealed record RefundConfirmed(
    Instant At,
    Actor By,
    PayoutId PayoutId,
    int Attempt,
    Money Amount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Cancellation = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Refund = null) : CaseEvent(At, By);

/// <summary>Part of the money has reached the customer; the payout is confirmed when all of it has.</summary>
public sealed record TenderRefunded(Instant At, Actor By, PayoutId PayoutId, string Tender, Money Amount) : CaseEvent(At, By);

public sealed record RefundFailed(Instant At, Actor By, PayoutId PayoutId, int Attempt, Money Amount, string? SealedReason)
    : CaseEvent(At, By);

/// <param name="Reason">Why it is held back; left out when the marketplace could not pay it.</param>
public sealed record PayoutQueuedForFinance(
    Instant At,
    Actor By,
    PayoutId PayoutId,
    Money Amount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PayoutHold? Reason = null) : CaseEvent(At, By);

/// <summary>Finance paid by other means; the same as confirmed for the ledger and for closing.</summary>
/// <param name="PaidOn">The day on which it was paid, where finance says so.</param>
/// <param name="Reference">The bank's, where finance says so.</param>
public sealed record PayoutSettled(
    Instant At,
    Actor By,
    PayoutId PayoutId,
    Money Amount,
    string? SealedReason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LocalDate? PaidOn = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reference = null) : CaseEvent(At, By);

/// <summary>It will not be paid; its pending charge is voided.</summary>
public sealed record PayoutCancelled(Instant At, Actor By, PayoutId PayoutId, Money Amount, string? SealedReason) : CaseEvent(At, By);

[JsonConverter(typeof(JsonStringEnumConverter<CaseOutcome>))]
public enum CaseOutcome
{
    [JsonStringEnumMemberName("upheld")] Upheld,
    [JsonStringEnumMemberName("refused")] Refused,
    [JsonStringEnumMemberName("withdrawn")] Withdrawn,

    /// <summary>Granted, but the customer did not do his part in time.</summary>
    [JsonStringEnumMemberName("lapsed")] Lapsed,

    /// <summary>A duplicate; another case goes on in its place.</summary>
    [JsonStringEnumMemberName("merged")] Merged,
}

/// <param name="Rung">The highest rung that the case reached.</param>
/// <param name="Remedy">What was granted, if anything was.</param>
/// <param name="Paid">What was confirmed or settled in all.</param>
public sealed record CaseClosed(Instant At, Actor By, CaseOutcome Outcome, StepCode Rung, Remedy? Remedy, Money Paid) : CaseEvent(At, By);
