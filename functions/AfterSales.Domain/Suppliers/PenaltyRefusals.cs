using AfterSales.Domain.Cases;

namespace AfterSales.Domain.Suppliers;

/// <summary>Every refusal that a penalty knows.</summary>
public static class PenaltyRefusals
{
    public static readonly Refusal Unknown = new(RefusalKind.Missing, "no-such-penalty", "The supplier has no such penalty.");
    public static readonly Refusal NotProposed = new(RefusalKind.Conflict, "penalty-not-proposed", "The penalty does not wait for a confirmation.");
    public static readonly Refusal SamePerson = new(RefusalKind.Conflict, "same-person",
        "Who proposed it, imposed it or decided an earlier round does not decide about it again.");
    public static readonly Refusal NotAppealable = new(RefusalKind.Conflict, "penalty-not-appealable",
        "The penalty is not in its time of notice.");
    public static readonly Refusal RoundsExhausted = new(RefusalKind.Conflict, "appeals-exhausted", "There is no further appeal.");
    public static readonly Refusal DeadlinePassed = new(RefusalKind.Conflict, "deadline-passed", "The time for this step has passed.");
    public static readonly Refusal NoOpenAppeal = new(RefusalKind.Conflict, "no-open-appeal", "There is no open appeal of this round.");
    public static readonly Refusal NoSuchAppeal = new(RefusalKind.Missing, "no-such-appeal", "The penalty has no appeal of this round.");
    public static readonly Refusal NotYourRound = new(RefusalKind.Forbidden, "not-your-round",
        "The first appeal is Inspection's to decide, the second the manager's; a manager decides either.");
    public static readonly Refusal NotPayable = new(RefusalKind.Conflict, "levy-not-payable", "There is no levy that waits for payment.");
    public static readonly Refusal PartPayment = new(RefusalKind.Conflict, "part-payment-refused",
        "The levy is paid in one payment of its full amount, in time (MALL-C8.6-ONCE).");
    public static readonly Refusal PaidOutOfTime = new(RefusalKind.Invalid, "paid-out-of-time",
        "A levy is paid from the day of its notice on, and not in the future.");
    public static readonly Refusal AmountOverflow = new(RefusalKind.Invalid, "amount-overflow",
        $"A fine may be at most {Money.OfFen(Money.MaxFen)}.");
    public static readonly Refusal NothingToReverse = new(RefusalKind.Conflict, "nothing-to-reverse",
        "There is no such part of the penalty, or it does not stand any more.");
    public static readonly Refusal NotDue = new(RefusalKind.Conflict, "deadline-not-due", "The deadline has not passed; its due instant is on time.");
    public static readonly Refusal NotRunning = new(RefusalKind.Conflict, "deadline-met", "The deadline was met, or moved, in the meantime.");
    public static readonly Refusal NotLiftable = new(RefusalKind.Conflict, "penalty-not-liftable", "What is settled is reversed by a person.");
    public static readonly Refusal NoGrounds = new(RefusalKind.Conflict, "no-grounds", "The rulebook sees no grounds for it; see the facts.");
}
