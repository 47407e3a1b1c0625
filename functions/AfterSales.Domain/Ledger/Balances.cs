using System.Collections.Immutable;

namespace AfterSales.Domain.Ledger;

/// <summary>
/// What the accounts of one book hold: posted, and what would be added when everything pending is posted. Only accounts that
/// are not zero are kept. A balance is the fold of the entries and nothing else.
/// </summary>
public sealed record Balances(ImmutableSortedDictionary<Account, Money> Posted, ImmutableSortedDictionary<Account, Money> Pending)
{
    public static Balances None { get; } = new(ImmutableSortedDictionary<Account, Money>.Empty, ImmutableSortedDictionary<Account, Money>.Empty);

    public Money PostedOf(Account account) => Posted.GetValueOrDefault(account);

    public Money PendingOf(Account account) => Pending.GetValueOrDefault(account);

    /// <summary>What an account holds and nothing has reserved; zero where that is below zero.</summary>
    public Money FreeOf(Account account) => Money.Max(PostedOf(account) + Money.Min(PendingOf(account), Money.Zero), Money.Zero);

    /// <summary>The balances after an entry.</summary>
    /// <exception cref="OverflowException">A balance leaves the range of a <see cref="long"/>.</exception>
    public Balances After(LedgerEntry entry) => entry.Phase switch
    {
        EntryPhase.Posted => this with { Posted = Move(Posted, entry, forward: true) },
        EntryPhase.Pending => this with { Pending = Move(Pending, entry, forward: true) },
        EntryPhase.Settled => new Balances(Move(Posted, entry, forward: true), Move(Pending, entry, forward: false)),
        EntryPhase.Voided or EntryPhase.Expired => this with { Pending = Move(Pending, entry, forward: false) },
        // A reversal carries its target's postings turned round.
        EntryPhase.Reversal => this with { Posted = Move(Posted, entry, forward: true) },
        EntryPhase.Closed => this,
        _ => throw new ArgumentOutOfRangeException(nameof(entry)),
    };

    /// <summary>Both together, account by account.</summary>
    /// <exception cref="OverflowException">A balance leaves the range of a <see cref="long"/>.</exception>
    public Balances Plus(Balances other) => new(
        other.Posted.Aggregate(Posted, (sum, account) => Add(sum, account.Key, account.Value)),
        other.Pending.Aggregate(Pending, (sum, account) => Add(sum, account.Key, account.Value)));

    public static Balances Of(IEnumerable<LedgerEntry> entries) => entries.Aggregate(None, (balances, entry) => balances.After(entry));

    public bool Equals(Balances? other) => other is not null && Posted.SequenceEqual(other.Posted) && Pending.SequenceEqual(other.Pending);

    public override int GetHashCode() => HashCode.Combine(Posted.Count, Pending.Count);

    private static ImmutableSortedDictionary<Account, Money> Move(
        ImmutableSortedDictionary<Account, Money> accounts, LedgerEntry entry, bool forward) =>
        entry.Postings.Aggregate(accounts, (now, posting) => forward
            ? Add(Add(now, posting.To, posting.Amount), posting.From, -posting.Amount)
            : Add(Add(now, posting.To, -posting.Amount), posting.From, posting.Amount));

    private static ImmutableSortedDictionary<Account, Money> Add(ImmutableSortedDictionary<Account, Money> accounts, Account account, Money amount)
    {
        Money sum = accounts.TryGetValue(account, out Money before) ? before + amount : amount;
        return sum.IsZero ? accounts.Remove(account) : accounts.SetItem(account, sum);
    }
}
