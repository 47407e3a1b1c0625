using System.Collections.Immutable;
using AfterSales.Domain.Suppliers;
using NodaTime;

namespace AfterSales.Domain.Ledger;

/// <summary>What somebody wants the ledger to do.</summary>
/// <param name="Key">Idempotency key, 1 to 200 characters.</param>
public abstract record LedgerCommand(string Key, EntryReason Reason, Instant Recorded);

/// <summary>Book at once.</summary>
public sealed record Post(string Key, EntryReason Reason, Instant Recorded, ImmutableArray<Posting> Postings) : LedgerCommand(Key, Reason, Recorded);

/// <summary>Hold, to be settled or voided later.</summary>
public sealed record Reserve(string Key, EntryReason Reason, Instant Recorded, ImmutableArray<Posting> Postings) : LedgerCommand(Key, Reason, Recorded);

/// <summary>Book what was held.</summary>
public sealed record Settle(string Key, EntryReason Reason, Instant Recorded, string Target) : LedgerCommand(Key, Reason, Recorded);

/// <summary>Let go what was held.</summary>
public sealed record Release(string Key, EntryReason Reason, Instant Recorded, string Target) : LedgerCommand(Key, Reason, Recorded);

/// <summary>Undo what was booked, by an entry linked to it.</summary>
public sealed record Reverse(string Key, EntryReason Reason, Instant Recorded, string Target) : LedgerCommand(Key, Reason, Recorded);

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
}

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

    public static LedgerBook Empty(SupplierId supplier) => new(supplier, 0, LedgerEntry.Origin, Balances.None);

    /// <summary>Decides a command. Never throws for a command of well-formed accounts.</summary>
    public LedgerOutcome Decide(LedgerCommand command, LedgerEvidence evidence)
    {
        if (command.Key.Length is 0 or > LongestKey) return new LedgerOutcome.Refused(LedgerRefusals.KeyInvalid, $"A key has 1 to {LongestKey} characters.");
        (EntryPhase phase, ImmutableArray<Posting> postings, string? target, LedgerOutcome.Refused? fault) = command switch
        {
            Post post => (EntryPhase.Posted, post.Postings, null, null),
            Reserve reserve => (EntryPhase.Pending, reserve.Postings, null, null),
            Settle settle => (EntryPhase.Settled, evidence.Target?.Postings ?? [], settle.Target, WhyNotOpen(settle.Target, evidence)),
            Release release => (EntryPhase.Voided, evidence.Target?.Postings ?? [], release.Target, WhyNotOpen(release.Target, evidence)),
            Reverse reverse => (EntryPhase.Reversal, TurnedRound(evidence.Target), reverse.Target, WhyNotReversible(reverse.Target, evidence)),
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };
        string input = Canonical.HashOfInput(phase, command.Reason, postings, target);
        if (evidence.SameKey is { } before)
        {
            return before.InputHash == input
                ? new LedgerOutcome.Repeated(before)
                : new LedgerOutcome.Refused(LedgerRefusals.KeyReused, $"The key was used for entry {before.Id} with another input.");
        }
        if ((fault ?? WhyNotBalanced(postings)) is { } refusal) return refusal;
        LedgerEntry entry = new LedgerEntry(
            LedgerEntry.IdOf(Supplier, command.Key), Supplier, checked(Count + 1), phase, command.Reason, postings, target,
            command.Recorded, command.Key, input, Head, "").Sealed();
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
    public LedgerBook After(LedgerEntry entry) => this with { Count = entry.Sequence, Head = entry.Digest, Balances = Balances.After(entry) };

    private static LedgerOutcome.Refused? WhyNotOpen(string target, LedgerEvidence evidence) => (evidence.Target, evidence.TargetOutcome) switch
    {
        (null, _) => Unknown(target),
        ({ Phase: not EntryPhase.Pending }, _) => new(LedgerRefusals.NotPending, $"Entry {target} is not pending."),
        (_, { Phase: EntryPhase.Settled }) => new(LedgerRefusals.AlreadySettled, $"Entry {target} was settled before."),
        (_, { Phase: EntryPhase.Voided }) => new(LedgerRefusals.AlreadyVoided, $"Entry {target} was voided before."),
        _ => null,
    };

    private static LedgerOutcome.Refused? WhyNotReversible(string target, LedgerEvidence evidence) => (evidence.Target, evidence.TargetOutcome) switch
    {
        (null, _) => Unknown(target),
        ({ Phase: EntryPhase.Reversal }, _) => new(LedgerRefusals.ReversalOfReversal, $"Entry {target} is itself a reversal; book the thing anew."),
        ({ Phase: EntryPhase.Pending or EntryPhase.Voided }, _) => new(LedgerRefusals.NotReversible, $"Entry {target} has booked nothing; void what is pending."),
        (_, { Phase: EntryPhase.Reversal }) => new(LedgerRefusals.AlreadyReversed, $"Entry {target} was reversed before."),
        _ => null,
    };

    private static LedgerOutcome.Refused Unknown(string target) => new(LedgerRefusals.EntryUnknown, $"The book has no entry {target}.");

    private static LedgerOutcome.Refused? WhyNotBalanced(ImmutableArray<Posting> postings)
    {
        if (postings.Length is 0 or > MostPostings) return new(LedgerRefusals.NoPostings, $"An entry has 1 to {MostPostings} postings.");
        if (postings.Any(posting => !posting.Amount.IsPositive)) return new(LedgerRefusals.AmountNotPositive, "Every amount must be above zero.");
        if (postings.Any(posting => posting.From == posting.To)) return new(LedgerRefusals.SameAccount, "A posting moves from one account to another.");
        if (postings.Any(posting => posting.Amount.Currency != Currency.Cny)) return new(LedgerRefusals.CurrencyMismatch, "Suppliers' books are kept in CNY.");
        return postings.Any(posting => posting.Amount.Fen > Money.MaxFen)
            ? new(LedgerRefusals.AmountOverflow, "An amount is larger than the ledger takes.")
            : null;
    }

    private static ImmutableArray<Posting> TurnedRound(LedgerEntry? entry) =>
        entry is null ? [] : [.. entry.Postings.Select(posting => new Posting(posting.To, posting.From, posting.Amount))];
}
