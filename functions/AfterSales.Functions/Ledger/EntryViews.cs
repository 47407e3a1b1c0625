using System.Collections.Immutable;
using AfterSales.Domain;
using AfterSales.Domain.Ledger;
using NodaTime;

namespace AfterSales.Functions.Ledger;

/// <summary>An account with what is posted and what would be added by what is pending.</summary>
public sealed record AccountView(Account Account, Money Posted, Money Pending)
{
    public static IReadOnlyList<AccountView> Of(Balances balances) =>
        [.. balances.Posted.Keys.Union(balances.Pending.Keys).Order()
            .Select(account => new AccountView(account, balances.PostedOf(account), balances.PendingOf(account)))];
}

/// <summary>An entry as shown.</summary>
/// <param name="BelongsTo">The day it is about, when that lies in a month that was closed before it was recorded.</param>
/// <param name="Expires">When what is held lapses.</param>
/// <param name="Target">The entry that this one settles, voids or reverses.</param>
public sealed record EntryView(
    string Id,
    long Sequence,
    EntryPhase Phase,
    string Kind,
    ImmutableArray<string> Clauses,
    string? CaseId,
    string? Reference,
    string? Note,
    LocalDate EffectiveOn,
    LocalDate? BelongsTo,
    Instant Recorded,
    Instant? Expires,
    IReadOnlyList<Posting> Postings,
    Money Amount,
    string? Target,
    string Previous,
    string Digest)
{
    public static EntryView Of(LedgerEntry entry) => new(
        entry.Id,
        entry.Sequence,
        entry.Phase,
        entry.Reason.Kind,
        entry.Reason.Clauses,
        entry.Reason.CaseId,
        entry.Reason.Reference,
        entry.Reason.Note,
        entry.Reason.EffectiveOn,
        entry.Reason.BelongsTo,
        entry.Recorded,
        entry.Expires,
        entry.Postings,
        AmountOf(entry.Postings),
        entry.Target,
        entry.Previous,
        entry.Digest);

    /// <summary>What meets a call for deposit money on the way is the same money seen from the other side: it counts where nothing else moves.</summary>
    private static Money AmountOf(ImmutableArray<Posting> postings)
    {
        Posting[] moved = [.. postings.Where(posting => posting.From != Account.HouseCalls && posting.To != Account.HouseCalls)];
        return (moved.Length > 0 ? moved : [.. postings]).Aggregate(Money.Zero, (sum, posting) => sum + posting.Amount);
    }
}

/// <param name="Cursor">Given back to read on; absent on the last page.</param>
public sealed record EntriesPage(IReadOnlyList<EntryView> Items, string? Cursor);
