using NodaTime;

namespace AfterSales.Domain.Ledger;

/// <summary>
/// The balances at the end of a business day, as they were known at an instant: entries that count on a later day, or that were recorded
/// later, are left out. What was held counts as pending until an entry that is not left out settles, voids or expires it.
/// </summary>
/// <param name="effectiveOn">Null for all days.</param>
/// <param name="knownAt">An entry recorded in this very instant is known; null for all that is known.</param>
public sealed class BalancesAsOf(LocalDate? effectiveOn, Instant? knownAt)
{
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);

    public Balances Balances { get; private set; } = Balances.None;

    /// <summary>How many entries were counted.</summary>
    public long Entries { get; private set; }

    /// <summary>Takes the entries in the order recorded.</summary>
    public void Add(LedgerEntry entry)
    {
        if (entry.Reason.EffectiveOn > effectiveOn || entry.Recorded > knownAt) return;
        Entries++;
        if (entry.Phase == EntryPhase.Pending) _held.Add(entry.Id);
        bool wasHeld = entry.Target is { } target && _held.Remove(target);
        Balances after = Balances.After(entry);
        // A settlement can count on an earlier day than what it settles, which is then nothing to be let go.
        Balances = entry.Phase is EntryPhase.Settled or EntryPhase.Voided or EntryPhase.Expired && !wasHeld
            ? after with { Pending = Balances.Pending }
            : after;
    }
}
