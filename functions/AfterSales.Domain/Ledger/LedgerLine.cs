namespace AfterSales.Domain.Ledger;

/// <summary>
/// One side of a posting, as bookkeepers write it: what an account is debited and credited. No amount is negative. What is held stands
/// apart, so that the sum over the lines of an account is its posted balance, and its pending one.
/// </summary>
/// <param name="Number">1 for the first line of its entry.</param>
/// <param name="Account">Null for an entry that moves nothing, which is one line.</param>
/// <param name="HeldDebit">Held, or what was held to the credit and is let go.</param>
public sealed record LedgerLine(
    LedgerEntry Entry, int Number, Account? Account, Money Debit, Money Credit, Money HeldDebit, Money HeldCredit)
{
    /// <summary>Two lines a posting, the account that is debited first.</summary>
    public static IEnumerable<LedgerLine> Of(LedgerEntry entry)
    {
        if (entry.Postings.IsEmpty)
        {
            yield return new LedgerLine(entry, 1, null, default, default, default, default);
            yield break;
        }
        (bool books, bool holds, bool letsGo) = EffectOf(entry.Phase);
        int number = 0;
        foreach (Posting posting in entry.Postings)
        {
            Money none = posting.Amount * 0;
            Money booked = books ? posting.Amount : none;
            Money held = holds ? posting.Amount : none;
            Money released = letsGo ? posting.Amount : none;
            yield return new LedgerLine(entry, ++number, posting.From, booked, none, held, released);
            yield return new LedgerLine(entry, ++number, posting.To, none, booked, released, held);
        }
    }

    private static (bool Books, bool Holds, bool LetsGo) EffectOf(EntryPhase phase) => phase switch
    {
        EntryPhase.Posted or EntryPhase.Reversal => (true, false, false),
        EntryPhase.Pending => (false, true, false),
        EntryPhase.Settled => (true, false, true),
        EntryPhase.Voided or EntryPhase.Expired => (false, false, true),
        EntryPhase.Closed => default,
        _ => throw new ArgumentOutOfRangeException(nameof(phase)),
    };
}
