using System.Collections.Immutable;
using NodaTime;

namespace AfterSales.Domain.Ledger;

/// <summary>What somebody wants the ledger to do.</summary>
/// <param name="Key">Idempotency key, 1 to 200 characters.</param>
public abstract record LedgerCommand(string Key, EntryReason Reason, Instant Recorded)
{
    /// <summary>
    /// What belongs to a closed month is recorded on the first day after it, with <see cref="EntryReason.BelongsTo"/>, and not refused:
    /// for what follows from events, which nobody can date anew.
    /// </summary>
    public bool LandsLater { get; init; }

    /// <summary>
    /// Finance wants it, not something that happened: it may end only what finance held, and leaves what a penalty booked to the penalty.
    /// </summary>
    public bool ByHand { get; init; }

    /// <summary>Nobody named the day of <see cref="Reason"/>: asked for again on a later one, it is the same command.</summary>
    public bool DayByDefault { get; init; }

    /// <summary>The entry that the command is about, for those that are about one.</summary>
    public virtual string? Aim => null;
}

/// <summary>Book at once.</summary>
public sealed record Post(string Key, EntryReason Reason, Instant Recorded, ImmutableArray<Posting> Postings) : LedgerCommand(Key, Reason, Recorded)
{
    /// <summary>How many entries the book had when the amounts were reckoned; a book that went on since is refused. Null where the amounts do
    /// not rest on the book.</summary>
    public long? Of { get; init; }

    /// <summary>Takes no more from the supplier's payables than they hold and nothing else has reserved (MALL-LAD-4).</summary>
    public bool WithinPayables { get; init; }

    /// <summary>What comes to the deposit meets first what was called in for it in cash (MALL-LAD-4), in the same entry: a reversal calls it
    /// in again.</summary>
    public bool MeetsCalls { get; init; }
}

/// <summary>Hold, to be settled or voided later.</summary>
public sealed record Reserve(string Key, EntryReason Reason, Instant Recorded, ImmutableArray<Posting> Postings) : LedgerCommand(Key, Reason, Recorded)
{
    /// <summary>The last instant at which it can be settled; null holds it until somebody decides.</summary>
    public Instant? Expires { get; init; }
}

/// <summary>Book what was held.</summary>
public sealed record Settle(string Key, EntryReason Reason, Instant Recorded, string Target) : LedgerCommand(Key, Reason, Recorded)
{
    public override string? Aim => Target;
}

/// <summary>Let go what was held.</summary>
public sealed record Release(string Key, EntryReason Reason, Instant Recorded, string Target) : LedgerCommand(Key, Reason, Recorded)
{
    public override string? Aim => Target;
}

/// <summary>Undo what was booked, by an entry linked to it.</summary>
public sealed record Reverse(string Key, EntryReason Reason, Instant Recorded, string Target) : LedgerCommand(Key, Reason, Recorded)
{
    public override string? Aim => Target;
}

/// <summary>Let go what was held and whose time is over.</summary>
public sealed record Expire(string Key, EntryReason Reason, Instant Recorded, string Target) : LedgerCommand(Key, Reason, Recorded)
{
    public override string? Aim => Target;
}

/// <summary>Close a month: nothing can be recorded in it any more.</summary>
/// <param name="Reason">Effective on the last day of the month.</param>
/// <param name="Of">How many entries the book had when the seal was made; a book that went on since is refused.</param>
public sealed record Close(string Key, EntryReason Reason, Instant Recorded, PeriodSeal Seal, long Of) : LedgerCommand(Key, Reason, Recorded)
{
    /// <param name="name">What the supplier is called then, so that the month's statement is headed the same ever after.</param>
    public static Close Month(PeriodSeal seal, long of, Instant recorded, string? name = null) =>
        new($"close:{seal.Name}", new EntryReason("close", [], null, seal.Name, name, seal.LastDay), recorded, seal, of);
}
