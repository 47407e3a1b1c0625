using System.Collections.Immutable;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Suppliers;
using NodaTime;

namespace AfterSales.Domain.Ledger;

/// <summary>
/// One supplier's book as far as writing the next entry needs it: where the chain stands and what the accounts hold. Pure;
/// the entries themselves stay in storage.
/// </summary>
/// <param name="Count">How many entries there are; the sequence of the last one.</param>
/// <param name="Head">Digest of the last entry.</param>
public sealed record LedgerBook(SupplierId Supplier, long Count, string Head, Balances Balances)
{
    private const int LongestKey = 200;
    private const int MostPostings = 50;

    /// <summary>The last day that is closed; nothing can be recorded on it or before it.</summary>
    public LocalDate? ClosedThrough { get; init; }

    public static LedgerBook Empty(SupplierId supplier) => new(supplier, 0, LedgerEntry.Origin, Balances.None);

    /// <summary>Decides a command. Never throws for a command of well-formed accounts.</summary>
    public LedgerOutcome Decide(LedgerCommand command, LedgerEvidence evidence, ChartOfAccounts chart)
    {
        if (command.Key.Length is 0 or > LongestKey) return new LedgerOutcome.Refused(LedgerRefusals.KeyInvalid, $"A key has 1 to {LongestKey} characters.");
        Draft draft = DraftOf(command, evidence);
        EntryReason asked = command.DayByDefault && evidence.SameKey is { } earlier
            ? command.Reason with { EffectiveOn = earlier.Reason.BelongsTo ?? earlier.Reason.EffectiveOn }
            : command.Reason;
        string input = Canonical.HashOfInput(draft.Phase, asked, draft.Postings, command.Aim, draft.Expires);
        if (evidence.SameKey is { } before)
        {
            return before.InputHash == input
                ? new LedgerOutcome.Repeated(before)
                : new LedgerOutcome.Refused(LedgerRefusals.KeyReused, $"The key was used for entry {before.Id} with another input.");
        }
        EntryReason reason = command.LandsLater ? Landed(command.Reason) : command.Reason;
        if ((draft.Fault ?? WhyNotByHand(command, evidence) ?? WhyNotBalanced(draft) ?? WhyNotInChart(draft.Postings, chart)
            ?? WhyNotThen(command, reason) ?? WhyNotOnThis(command)) is { } refusal) return refusal;
        ImmutableArray<Posting> postings = command is Post { MeetsCalls: true } ? [.. draft.Postings, .. CallsMet(draft.Postings)] : draft.Postings;
        LedgerEntry entry = (new LedgerEntry(
            LedgerEntry.IdOf(Supplier, command.Key), Supplier, checked(Count + 1), draft.Phase, reason, postings, command.Aim,
            command.Recorded, command.Key, input, Head, "")
        { Expires = draft.Expires, Seal = (command as Close)?.Seal }).Sealed();
        try
        {
            return new LedgerOutcome.Written(entry, After(entry));
        }
        catch (OverflowException)
        {
            return new LedgerOutcome.Refused(LedgerRefusals.AmountOverflow, "A balance would leave the range of the ledger.");
        }
    }

    /// <summary>The book with one more entry.</summary>
    public LedgerBook After(LedgerEntry entry) => this with
    {
        Count = entry.Sequence,
        Head = entry.Digest,
        Balances = Balances.After(entry),
        ClosedThrough = entry.Seal?.LastDay ?? ClosedThrough,
    };

    private static Draft DraftOf(LedgerCommand command, LedgerEvidence evidence) => command switch
    {
        Post post => new(EntryPhase.Posted, post.Postings),
        Reserve reserve => new(EntryPhase.Pending, reserve.Postings) { Expires = reserve.Expires },
        Settle settle => new(EntryPhase.Settled, Held(evidence)) { Fault = WhyNotOpen(settle.Target, evidence) ?? WhyTooLate(settle, evidence) },
        Release release => new(EntryPhase.Voided, Held(evidence)) { Fault = WhyNotOpen(release.Target, evidence) },
        Expire expire => new(EntryPhase.Expired, Held(evidence)) { Fault = WhyNotOpen(expire.Target, evidence) ?? WhyTooSoon(expire, evidence) },
        Reverse reverse => new(EntryPhase.Reversal, TurnedRound(evidence.Target)) { Fault = WhyNotReversible(reverse.Target, evidence) },
        Close => new(EntryPhase.Closed, []),
        _ => throw new ArgumentOutOfRangeException(nameof(command)),
    };

    private EntryReason Landed(EntryReason reason) => ClosedThrough is { } closed && reason.EffectiveOn <= closed
        ? reason with { EffectiveOn = closed.PlusDays(1), BelongsTo = reason.EffectiveOn }
        : reason;

    private LedgerOutcome.Refused? WhyNotThen(LedgerCommand command, EntryReason reason)
    {
        if (ClosedThrough is { } closed && reason.EffectiveOn <= closed)
            return new(LedgerRefusals.PeriodClosed, $"Everything up to {closed:uuuu-MM-dd} is closed; date the entry later.");
        if (command is not Close { Seal: var seal } close) return null;
        if (close.Of != Count) return new(LedgerRefusals.BookMoved, $"The book has {Count} entries; the seal was made of {close.Of}.");
        if (command.Recorded.InZone(Zones.Shanghai).Date <= seal.LastDay)
            return new(LedgerRefusals.PeriodNotOver, $"{seal.Name} is not over.");
        return ClosedThrough is { } before && before.PlusDays(1).ToYearMonth() != seal.Month
            ? new(LedgerRefusals.PeriodSkipped, $"The month after {before:uuuu-MM-dd} is to be closed first.")
            : null;
    }

    private LedgerOutcome.Refused? WhyNotOnThis(LedgerCommand command)
    {
        if (command is not Post post) return null;
        if (post.Of is { } of && of != Count) return new(LedgerRefusals.BookMoved, $"The book has {Count} entries; the amounts were reckoned on {of}.");
        if (!post.WithinPayables) return null;
        Account payables = Account.Payables(Supplier);
        Money there = Balances.FreeOf(payables);
        Money taken = post.Postings.Where(posting => posting.From == payables).Aggregate(Money.Zero, (sum, posting) => sum + posting.Amount);
        return taken > there
            ? new(LedgerRefusals.PayablesShort, $"{taken} were to be taken from payables; {there} are there.")
            : null;
    }

    /// <summary>What of the money that comes to the deposit was called in before.</summary>
    private IEnumerable<Posting> CallsMet(ImmutableArray<Posting> postings)
    {
        Account deposit = Account.Deposit(Supplier);
        Money come = postings.Where(posting => posting.To == deposit).Aggregate(Money.Zero, (sum, posting) => sum + posting.Amount);
        Money met = Money.Min(come, Balances.PostedOf(Account.HouseCalls));
        return met.IsPositive ? [new Posting(Account.HouseCalls, Account.CashClaims(Supplier), met)] : [];
    }

    private LedgerOutcome.Refused? WhyNotInChart(ImmutableArray<Posting> postings, ChartOfAccounts chart)
    {
        foreach (Posting posting in postings)
        {
            foreach (Account account in (ReadOnlySpan<Account>)[posting.From, posting.To])
            {
                if (chart.LineOf(account, Supplier) is null)
                    return new(LedgerRefusals.AccountUnknown, $"The chart of accounts has no '{account}' in the book of {Supplier}.");
            }
        }
        return null;
    }

    private static LedgerOutcome.Refused? WhyNotByHand(LedgerCommand command, LedgerEvidence evidence)
    {
        if (!command.ByHand || evidence.Target is not { Reason: { Kind: var kind } reason } target) return null;
        bool may = command is Reverse ? !EntryKinds.OfPenalties.Contains(kind) : kind == EntryKinds.Reservation;
        return may ? null : new(
            LedgerRefusals.EntryHeldElsewhere,
            $"Entry {target.Id} is the {kind} of {reason.CaseId ?? reason.Reference}; what becomes of it is decided there.");
    }

    private static LedgerOutcome.Refused? WhyNotOpen(string target, LedgerEvidence evidence) => (evidence.Target, evidence.TargetOutcome) switch
    {
        (null, _) => Unknown(target),
        ({ Phase: not EntryPhase.Pending }, _) => new(LedgerRefusals.NotPending, $"Entry {target} is not pending."),
        (_, { Phase: EntryPhase.Settled }) => new(LedgerRefusals.AlreadySettled, $"Entry {target} was settled before."),
        (_, { Phase: EntryPhase.Voided }) => new(LedgerRefusals.AlreadyVoided, $"Entry {target} was voided before."),
        (_, { Phase: EntryPhase.Expired }) => new(LedgerRefusals.EntryExpired, $"Entry {target} expired before."),
        _ => null,
    };

    // What happens in the same instant as its deadline is on time.
    private static LedgerOutcome.Refused? WhyTooLate(Settle settle, LedgerEvidence evidence) =>
        evidence.Target?.Expires is { } expires && settle.Recorded > expires
            ? new(LedgerRefusals.EntryExpired, $"Entry {settle.Target} could be settled until {expires}.")
            : null;

    private static LedgerOutcome.Refused? WhyTooSoon(Expire expire, LedgerEvidence evidence) =>
        evidence.Target?.Expires is { } expires && expire.Recorded > expires
            ? null
            : new(LedgerRefusals.NotExpired, $"The time of entry {expire.Target} is not over.");

    private static LedgerOutcome.Refused? WhyNotReversible(string target, LedgerEvidence evidence) => (evidence.Target, evidence.TargetOutcome) switch
    {
        (null, _) => Unknown(target),
        ({ Phase: EntryPhase.Reversal }, _) => new(LedgerRefusals.ReversalOfReversal, $"Entry {target} is itself a reversal; book the thing anew."),
        ({ Phase: not (EntryPhase.Posted or EntryPhase.Settled) }, _) =>
            new(LedgerRefusals.NotReversible, $"Entry {target} has booked nothing; void what is pending."),
        (_, { Phase: EntryPhase.Reversal }) => new(LedgerRefusals.AlreadyReversed, $"Entry {target} was reversed before."),
        _ => null,
    };

    private static LedgerOutcome.Refused Unknown(string target) => new(LedgerRefusals.EntryUnknown, $"The book has no entry {target}.");

    private static LedgerOutcome.Refused? WhyNotBalanced(Draft draft)
    {
        if (draft.Phase == EntryPhase.Closed) return null;
        ImmutableArray<Posting> postings = draft.Postings;
        if (postings.Length is 0 or > MostPostings) return new(LedgerRefusals.NoPostings, $"An entry has 1 to {MostPostings} postings.");
        if (postings.Any(posting => !posting.Amount.IsPositive)) return new(LedgerRefusals.AmountNotPositive, "Every amount must be above zero.");
        if (postings.Any(posting => posting.From == posting.To)) return new(LedgerRefusals.SameAccount, "A posting moves from one account to another.");
        if (postings.Any(posting => posting.Amount.Currency != Currency.Cny)) return new(LedgerRefusals.CurrencyMismatch, "Suppliers' books are kept in CNY.");
        return postings.Any(posting => posting.Amount.Fen > Money.MaxFen)
            ? new(LedgerRefusals.AmountOverflow, "An amount is larger than the ledger takes.")
            : null;
    }

    private static ImmutableArray<Posting> Held(LedgerEvidence evidence) => evidence.Target?.Postings ?? [];

    private static ImmutableArray<Posting> TurnedRound(LedgerEntry? entry) =>
        entry is null ? [] : [.. entry.Postings.Select(posting => new Posting(posting.To, posting.From, posting.Amount))];

    /// <summary>What an entry would be, and why it may not be.</summary>
    private sealed record Draft(EntryPhase Phase, ImmutableArray<Posting> Postings)
    {
        public Instant? Expires { get; init; }

        public LedgerOutcome.Refused? Fault { get; init; }
    }
}
