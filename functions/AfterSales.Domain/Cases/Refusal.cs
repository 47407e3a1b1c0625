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

    public static Refusal PayoutAmountDiffers(Money instructed) => new(RefusalKind.Invalid, "payout-amount-differs",
        $"The payout was instructed with {instructed} {instructed.Currency}; a confirmation of another amount is not taken.");

    public static Refusal NotYourStep(Party actor, Party owner) => new(RefusalKind.Forbidden, "not-your-step",
        $"This is for {WireName.Of(owner)} to do, not for {WireName.Of(actor)}.");
}
