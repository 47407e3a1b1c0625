namespace AfterSales.Domain.Ledger;

/// <summary>What the book already holds that bears on a command; the writer looks it up by the command's key and target.</summary>
/// <param name="SameKey">The entry made under the command's key.</param>
/// <param name="Target">The entry that the command names.</param>
/// <param name="TargetOutcome">The entry that settled, voided or reversed that one.</param>
public sealed record LedgerEvidence(LedgerEntry? SameKey = null, LedgerEntry? Target = null, LedgerEntry? TargetOutcome = null)
{
    public static LedgerEvidence None { get; } = new();
}

/// <summary>What came of a command.</summary>
public abstract record LedgerOutcome
{
    private LedgerOutcome()
    {
    }

    /// <summary>A new entry, and the book with it.</summary>
    public sealed record Written(LedgerEntry Entry, LedgerBook Book) : LedgerOutcome;

    /// <summary>The same command was carried out before; nothing is to be written.</summary>
    public sealed record Repeated(LedgerEntry Entry) : LedgerOutcome;

    /// <summary>Nothing is to be written.</summary>
    /// <param name="Code">See <see cref="LedgerRefusals"/>.</param>
    public sealed record Refused(string Code, string Detail) : LedgerOutcome;
}

/// <summary>Why a command may be refused.</summary>
public static class LedgerRefusals
{
    public const string KeyInvalid = "key-invalid";
    public const string KeyReused = "idempotency-key-reused";
    public const string NoPostings = "no-postings";
    public const string AmountNotPositive = "amount-not-positive";
    public const string SameAccount = "same-account";
    public const string CurrencyMismatch = "currency-mismatch";
    public const string AmountOverflow = "amount-overflow";
    public const string EntryUnknown = "entry-unknown";
    public const string NotPending = "entry-not-pending";
    public const string AlreadySettled = "entry-already-settled";
    public const string AlreadyVoided = "entry-already-voided";
    public const string AlreadyReversed = "entry-already-reversed";
    public const string NotReversible = "entry-not-reversible";
    public const string ReversalOfReversal = "reversal-of-reversal";
    public const string AccountUnknown = "account-unknown";
    public const string EntryHeldElsewhere = "entry-held-elsewhere";
    public const string EntryExpired = "entry-expired";
    public const string NotExpired = "entry-not-expired";
    public const string PeriodClosed = "period-closed";
    public const string PeriodNotOver = "period-not-over";
    public const string PeriodSkipped = "period-skipped";
    public const string BookMoved = "book-moved";
    public const string PayablesShort = "payables-short";
}
