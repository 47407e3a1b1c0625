namespace AfterSales.Domain.Cases;

/// <summary>What sort of no it is: a caller maps it to a status (forbidden 403, conflict 409, invalid 422, missing 404).</summary>
public enum RefusalKind
{
    Forbidden,
    Conflict,
    Invalid,
    Missing,
}

/// <summary>A command was understood and may not be done now. A value, not an exception.</summary>
/// <param name="Code">Stable, kebab-case; see <see cref="Refusals"/>.</param>
/// <param name="Detail">One sentence for the person who asked.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Detail);

/// <summary>Every refusal the case knows.</summary>
public static class Refusals
{
    public static readonly Refusal NoSuchCase = new(RefusalKind.Missing, "no-such-case", "There is no such case.");
    public static readonly Refusal AlreadyOpen = new(RefusalKind.Conflict, "already-open", "The case is already open; send an update.");
    public static readonly Refusal CaseClosed = new(RefusalKind.Conflict, "case-closed", "The case is closed.");
    public static readonly Refusal NotYourCase = new(RefusalKind.Forbidden, "not-your-case", "This case belongs to another party.");
    public static readonly Refusal DeadlinePassed = new(RefusalKind.Conflict, "deadline-passed", "The time for this step has passed.");
    public static readonly Refusal AlreadyDecided = new(RefusalKind.Conflict, "already-decided",
        "The claim has been decided; this step is over.");
    public static readonly Refusal NothingDecided = new(RefusalKind.Conflict, "nothing-decided", "There is no decision to answer yet.");
    public static readonly Refusal AlreadyAnswered = new(RefusalKind.Conflict, "already-answered", "The decision has been answered.");
    public static readonly Refusal AlreadyExcepted = new(RefusalKind.Conflict, "exception-already-recorded",
        "An exception to this clock is on record.");
    public static readonly Refusal AmountRequired = new(RefusalKind.Invalid, "amount-required",
        "The rulebook grants nothing here by itself: say which remedy, and for money how much.");
    public static readonly Refusal AmountOutOfRange = new(RefusalKind.Invalid, "amount-out-of-range",
        "The amount must be between what the rulebook grants and the larger of that and what was paid, in the currency of the order.");
    public static readonly Refusal ReasonRequired = new(RefusalKind.Invalid, "reason-required", "A reason is needed.");
    public static readonly Refusal AwardRequired = new(RefusalKind.Invalid, "award-required",
        "Arbitration ends with an award for one side; 'unresolved' leads nowhere.");
    public static readonly Refusal UnknownPayout = new(RefusalKind.Conflict, "unknown-payout", "The case has no such payout.");
    public static readonly Refusal UnknownTender = new(RefusalKind.Invalid, "unknown-tender", "The order was not paid by such a tender.");
    public static readonly Refusal PayoutPartlyPaid = new(RefusalKind.Conflict, "payout-partly-paid",
        "Part of the payout has reached the customer; it is settled or retried, not cancelled.");
    public static readonly Refusal PaidOnLater = new(RefusalKind.Invalid, "paid-on-later", "What is settled was paid today or before.");
    public static readonly Refusal PayoutNotOpen = new(RefusalKind.Conflict, "payout-not-open", "There is no payout that waits for this.");
    public static readonly Refusal PayoutInFlight = new(RefusalKind.Conflict, "payout-in-flight",
        "The marketplace has been told to pay and may still pay; this can be done when it reports a failure or its time has run out.");
    public static readonly Refusal DeadlineNotDue = new(RefusalKind.Conflict, "deadline-not-due",
        "The deadline has not passed; its due instant is on time.");
    public static readonly Refusal DeadlineMet = new(RefusalKind.Conflict, "deadline-met",
        "The deadline was met, or moved, in the meantime.");
    public static readonly Refusal DuplicateEvidence = new(RefusalKind.Conflict, "evidence-name-taken",
        "Another file of this name is already on the case.");

    public static readonly Refusal TooMuchEvidence = new(RefusalKind.Invalid, "evidence-too-many",
        $"A case has at most {CaseDecider.MostEvidence} photos.");
    public static readonly Refusal TooMuchAtOnce = new(RefusalKind.Invalid, "too-much-at-once",
        "This is more than a case takes in one go; send it in several messages.");

    public static readonly Refusal CaseFull = new(RefusalKind.Conflict, "case-full",
        "The case has grown as large as it may by this; it can still be decided, paid and closed. A case is reopened at most "
        + $"{CaseRoom.MostReopenings} times, holds at most {CaseRoom.MostOffers} offers, {CaseRoom.MostContradictions} contradictions, {CaseRoom.MostLinks} links, "
        + $"{CaseRoom.MostPauses} pauses, {CaseRoom.MostEvidenceRounds} requests for evidence, {CaseRoom.MostStagedFiles} staged, "
        + $"{CaseRoom.MostFilesAskedFor} fetched and {CaseRoom.MostRejectedFiles} rejected files, and {CaseRoom.ForParties / 1024} KiB of what the parties write.");

    public static readonly Refusal NotPassedOn = new(RefusalKind.Conflict, "not-passed-on", "This step decides itself; it passes nothing on.");
    public static readonly Refusal NothingAbove = new(RefusalKind.Conflict, "nothing-above", "There is no step above; the decision binds.");
    public static readonly Refusal OwnDecision = new(RefusalKind.Forbidden, "own-decision", "Nobody decides an appeal against his own decision.");
    public static readonly Refusal UnknownClause = new(RefusalKind.Invalid, "unknown-clause", "The rulebook of the case has no such clause.");
    public static readonly Refusal NoExceptionToClock = new(RefusalKind.Invalid, "no-exception-to-clock",
        "The rulebook of the case has no clock of this name to which an exception can be recorded.");
    public static readonly Refusal OwnClock = new(RefusalKind.Forbidden, "own-clock",
        "Nobody excuses his own clock, nor that of somebody above him; who sits above its owner does, and the manager.");
    public static readonly Refusal AwaitingApproval = new(RefusalKind.Conflict, "awaiting-approval",
        "A decision, or the release of a payout, is proposed and waits for a second person.");
    public static readonly Refusal NothingProposed = new(RefusalKind.Conflict, "nothing-proposed", "Nothing waits for a second person.");
    public static readonly Refusal OwnProposal = new(RefusalKind.Forbidden, "own-proposal", "Nobody approves what he proposed himself.");
    public static readonly Refusal OwnRelease = new(RefusalKind.Forbidden, "own-release",
        "A payout that was held back was paid because of you; what was paid too much is for somebody else to resolve.");
    public static readonly Refusal AlreadyPaused = new(RefusalKind.Conflict, "already-paused", "The clocks of the case stand still already.");
    public static readonly Refusal NotPaused = new(RefusalKind.Conflict, "not-paused", "The clocks of the case are running.");
    public static readonly Refusal NothingToPause = new(RefusalKind.Conflict, "nothing-to-pause",
        "No clock that runs now may stand still: limits of wall-clock time run on.");
    public static readonly Refusal PauseUsedUp = new(RefusalKind.Conflict, "pause-used-up",
        "The clocks of the case have stood still for this reason as long as the rulebook allows, all pauses together.");
    public static readonly Refusal NotClosed = new(RefusalKind.Conflict, "not-closed", "The case is open.");
    public static readonly Refusal NotReopened = new(RefusalKind.Conflict, "not-reopened", "A case that ended like this is not opened again.");
    public static readonly Refusal SameCase = new(RefusalKind.Invalid, "same-case", "A case is not linked to itself.");
    public static readonly Refusal NoOtherCase = new(RefusalKind.Invalid, "no-other-case", "There is no case of the id that is named.");
    public static readonly Refusal OtherCaseClosed = new(RefusalKind.Conflict, "other-case-closed", "The other case is closed and does not go on.");
    public static readonly Refusal NoDuplicate = new(RefusalKind.Invalid, "not-a-duplicate",
        "Only a request of the same customer, or about the same item, is merged into another; link the cases instead.");
    public static readonly Refusal NoSuchRemedyStep = new(RefusalKind.Conflict, "no-such-remedy-step", "The remedy of the case has no such step.");
    public static readonly Refusal StepDone = new(RefusalKind.Conflict, "step-done", "This step of the remedy is over.");
    public static readonly Refusal StepNotYet = new(RefusalKind.Conflict, "step-not-yet", "Another step of the remedy comes first.");
    public static readonly Refusal QuantityOutOfRange = new(RefusalKind.Invalid, "quantity-out-of-range",
        "No more pieces can come back than were sold, and no fewer than none.");
    public static readonly Refusal DeductionOutOfRange = new(RefusalKind.Invalid, "deduction-out-of-range",
        "What is taken off is at most what is granted and not yet paid.");
    public static readonly Refusal FreightOutOfRange = new(RefusalKind.Invalid, "freight-out-of-range",
        "Of each freight the customer gets at least what the rulebook or an earlier decision gives him; of the first trip's at most what he paid "
        + "for it, for the way back at most what the order cost.");
    public static readonly Refusal NoReplacement = new(RefusalKind.Invalid, "no-replacement",
        "The price of other goods goes with an exchange and with no other remedy.");
    public static readonly Refusal NoDifferenceStep = new(RefusalKind.Invalid, "no-difference-step",
        "The rulebook of the case has no step in which a customer pays a difference; name goods that cost no more.");
    public static readonly Refusal NothingOverpaid = new(RefusalKind.Conflict, "nothing-overpaid", "Nothing that was paid too much is open.");
    public static readonly Refusal OfferOutOfRange = new(RefusalKind.Invalid, "offer-out-of-range",
        "An offer of money names more than nothing and at most the larger of what was paid and what the rulebook grants.");
    public static readonly Refusal OfferDueNotAhead = new(RefusalKind.Invalid, "offer-due-out-of-range",
        $"An offer stands until a later instant, at most {CaseDecider.LongestOfferDays} days ahead.");
    public static readonly Refusal OfferAboveLimit = new(RefusalKind.Invalid, "offer-above-limit",
        "This gives more than one person may give by himself; it takes a decision that a second person approves.");
    public static readonly Refusal OfferStands = new(RefusalKind.Conflict, "offer-stands", "An offer stands and is not answered yet.");
    public static readonly Refusal OtherOffer = new(RefusalKind.Conflict, "other-offer", "Another offer stands in the meantime.");
    public static readonly Refusal NothingOffered = new(RefusalKind.Conflict, "nothing-offered", "No offer waits for an answer.");
    public static readonly Refusal QuoteRequired = new(RefusalKind.Invalid, "quote-required", "A quote names its price.");

    public static readonly Refusal QuoteAbovePrice = new(RefusalKind.Invalid, "quote-above-price",
        "A repair costs no more than the goods did.");

    public static Refusal PayoutAmountDiffers(Money instructed) => new(RefusalKind.Invalid, "payout-amount-differs",
        $"The payout was instructed with {instructed} {instructed.Currency}; a confirmation of another amount is not taken.");

    public static Refusal DifferenceDiffers(Money due) => new(RefusalKind.Invalid, "difference-differs",
        $"The difference is {due} {due.Currency}; a payment of another amount is not taken.");

    public static Refusal CouponDiffers(Money? granted) => new(RefusalKind.Invalid, "coupon-differs", granted is { } worth
        ? $"The coupon was granted with {worth} {worth.Currency}; another amount is not issued."
        : "The coupon was granted without an amount; it is issued without one.");

    public static Refusal RequestsExhausted(int most) => new(RefusalKind.Conflict, "requests-per-item-exhausted",
        $"An item has at most {most} requests; this one has had them.");

    public static Refusal NotYourStep(Party actor, Party owner) => new(RefusalKind.Forbidden, "not-your-step",
        $"This is for {WireName.Of(owner)} to do, not for {WireName.Of(actor)}.");
}
