using AfterSales.Domain;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;
using NodaTime;

namespace AfterSales.Functions.Suppliers;

/// <summary>
/// Keeps the ledger in line with penalties: money is held with the announcement, settled when the penalty is final, let go when it is
/// overturned or lifted, reversed when a person takes it back, each once: the keys follow from the penalty.
/// </summary>
public sealed class PenaltyBooks(LedgerStore ledger, Deposits deposits, RulesInForce rules)
{
    private const string Held = "held";
    private const string Settled = "settled";
    private const string Freed = "freed";
    private const string Released = "released";
    private const string Reversed = "reversed";
    private const string Paid = "paid";

    /// <summary>Books what is not booked yet of what the penalty has come to.</summary>
    public async Task BringInLineAsync(Penalty penalty, CancellationToken cancellationToken)
    {
        foreach (var command in Commands(penalty, rules.Now))
        {
            if (await ledger.ExecuteAsync(penalty.Supplier, command with { LandsLater = true }, cancellationToken) is LedgerOutcome.Refused refused)
                throw new InvalidOperationException($"The ledger refused {command.Key}: {refused.Code}. {refused.Detail}");
        }

        // Who stays has to fill the deposit again.
        if (penalty is { Kind: PenaltyKind.BannedGoods, Fine: { State: FineState.Settled, SettledOn: { } settled } })
        {
            await deposits.DeductedAsync(
                penalty.Supplier, penalty.Id.ToString(), settled.InZone(Zones.Shanghai).Date, cancellationToken);
        }
    }

    /// <summary>
    /// What an expulsion takes that becomes final now, the whole deposit (MALL-C8.5-OUT): what is free of it, with what is held for the
    /// expulsion itself. What is held for others stays theirs. Null for the other penalties.
    /// </summary>
    public async Task<Money?> ForfeitAsync(Penalty penalty, CancellationToken cancellationToken)
    {
        if (penalty.Kind != PenaltyKind.Expulsion) return null;
        var (deposit, balances) = (Account.Deposit(penalty.Supplier), (await ledger.LoadAsync(penalty.Supplier, cancellationToken)).Balances);
        var held = await ledger.FindAsync(penalty.Supplier, LedgerEntry.IdOf(penalty.Supplier, Key(penalty, Held)), cancellationToken);
        var own = penalty.Fine.State == FineState.Held && held is not null ? penalty.Fine.Amount : Money.Zero;
        return Money.Max(balances.PostedOf(deposit) + balances.PendingOf(deposit) + own, Money.Zero);
    }

    /// <summary>The ids of the entries that the fine has come to so far: what held it, settled it, let it go or reversed it.</summary>
    public static FineEntries EntriesOf(Penalty penalty)
    {
        var booked = Commands(penalty, default).Select(command => command.Key).ToHashSet(StringComparer.Ordinal);
        return new FineEntries(Entry(Held), Entry(Settled), Entry(Released) ?? Entry(Reversed), Entry(Paid));

        string? Entry(string step) => booked.Contains(Key(penalty, step)) ? LedgerEntry.IdOf(penalty.Supplier, Key(penalty, step)) : null;
    }

    private static IEnumerable<LedgerCommand> Commands(Penalty penalty, Instant now)
    {
        var (fine, supplier) = (penalty.Fine, penalty.Supplier);
        if (fine.State == FineState.None) yield break;
        var (from, to) = AccountsOf(penalty);
        if (fine.HeldOn is { } heldOn)
            yield return new Reserve(Key(penalty, Held), Reason(penalty, heldOn), now, [new Posting(from, to, fine.Held ?? fine.Amount)]);
        if (fine.SettledOn is { } settledOn)
        {
            var asHeld = fine is { HeldOn: not null, Held: null };
            if (fine.Held is not null) yield return new Release(Key(penalty, Freed), Reason(penalty, settledOn), now, Entry(Held));
            yield return asHeld
                ? new Settle(Key(penalty, Settled), Reason(penalty, settledOn), now, Entry(Held))
                : new Post(Key(penalty, Settled), Reason(penalty, settledOn), now, [new Posting(from, to, fine.Amount)]);
        }

        if (fine.State == FineState.Released) yield return new Release(Key(penalty, Released), Reason(penalty, fine.EndedAt!.Value), now, Entry(Held));
        if (fine.State == FineState.Reversed) yield return new Reverse(Key(penalty, Reversed), Reason(penalty, fine.EndedAt!.Value), now, Entry(Settled));
        if (penalty.Payment is { } paid)
        {
            yield return new Post(
                Key(penalty, Paid), Reason(penalty, paid.PaidAt), now, [new Posting(Account.HouseCash, Account.CashClaims(supplier), paid.Amount)]);
        }

        string Entry(string step) => LedgerEntry.IdOf(supplier, Key(penalty, step));
    }

    private static string Key(Penalty penalty, string step) => $"{penalty.Id}:{step}";

    /// <summary>A levy is claimed in cash; the others are taken from the deposit.</summary>
    private static (Account From, Account To) AccountsOf(Penalty penalty) => penalty.Kind switch
    {
        PenaltyKind.Levy => (Account.CashClaims(penalty.Supplier), Account.HouseLevies),
        PenaltyKind.Expulsion => (Account.Deposit(penalty.Supplier), Account.HouseForfeits),
        PenaltyKind.BannedGoods => (Account.Deposit(penalty.Supplier), Account.HousePenalties),
        _ => throw new InvalidOperationException($"A {penalty.Kind} has no money in it."),
    };

    // Without the cases: what is held for a case is what its payouts may use up. They stand in the penalty's statement.
    private static EntryReason Reason(Penalty penalty, Instant at) => new(
        penalty.Kind switch { PenaltyKind.Levy => EntryKinds.Levy, PenaltyKind.Expulsion => EntryKinds.Forfeit, _ => EntryKinds.Penalty },
        [penalty.Grounds.Clause], null, penalty.Id.ToString(), null, at.InZone(Zones.Shanghai).Date);
}

/// <summary>Ids of ledger entries of a fine; each null while there is none.</summary>
/// <param name="Ended">The entry that let it go, or reversed it when it was settled.</param>
/// <param name="Paid">The cash payment of a levy.</param>
public sealed record FineEntries(string? Held, string? Settled, string? Ended, string? Paid);
