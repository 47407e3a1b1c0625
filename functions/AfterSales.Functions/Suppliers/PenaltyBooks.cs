using AfterSales.Domain.Calendars;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Penalties;
using NodaTime;

namespace AfterSales.Functions.Suppliers;

/// <summary>
/// Keeps the ledger in line with penalties: money is held with the announcement, settled when the penalty is final, let go when it is
/// overturned or lifted, reversed when a person takes it back, each once: the keys follow from the penalty.
/// </summary>
public sealed class PenaltyBooks(LedgerStore ledger, Deposits deposits, RulesInForce rules)
{
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

    /// <summary>The ids of the entries that the fine has come to so far: what held it, settled it, let it go or reversed it.</summary>
    public static FineEntries EntriesOf(Penalty penalty)
    {
        var keys = Commands(penalty, default).ToDictionary(command => command.GetType(), command => LedgerEntry.IdOf(penalty.Supplier, command.Key));
        return new FineEntries(
            keys.GetValueOrDefault(typeof(Reserve)),
            keys.GetValueOrDefault(typeof(Settle)),
            keys.GetValueOrDefault(typeof(Release)) ?? keys.GetValueOrDefault(typeof(Reverse)),
            keys.GetValueOrDefault(typeof(Post)));
    }

    private static IEnumerable<LedgerCommand> Commands(Penalty penalty, Instant now)
    {
        var (fine, supplier) = (penalty.Fine, penalty.Supplier);
        if (fine.HeldOn is not { } heldOn) yield break;
        var (from, to) = AccountsOf(penalty);
        yield return new Reserve(Key("held"), Reason(penalty, heldOn), now, [new Posting(from, to, fine.Amount)]);
        if (fine.SettledOn is { } settledOn) yield return new Settle(Key("settled"), Reason(penalty, settledOn), now, Entry("held"));
        if (fine.State == FineState.Released) yield return new Release(Key("released"), Reason(penalty, fine.EndedAt!.Value), now, Entry("held"));
        if (fine.State == FineState.Reversed) yield return new Reverse(Key("reversed"), Reason(penalty, fine.EndedAt!.Value), now, Entry("settled"));
        if (penalty.Payment is { } paid)
        {
            yield return new Post(
                Key("paid"), Reason(penalty, paid.PaidAt), now, [new Posting(Account.HouseCash, Account.CashClaims(supplier), paid.Amount)]);
        }

        string Key(string step) => $"{penalty.Id}:{step}";

        string Entry(string step) => LedgerEntry.IdOf(supplier, Key(step));
    }

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
        penalty.Kind switch { PenaltyKind.Levy => "levy", PenaltyKind.Expulsion => "forfeit", _ => "penalty" },
        [penalty.Grounds.Clause], null, penalty.Id.ToString(), null, at.InZone(Zones.Shanghai).Date);
}

/// <summary>Ids of ledger entries of a fine; each null while there is none.</summary>
/// <param name="Ended">The entry that let it go, or reversed it when it was settled.</param>
/// <param name="Paid">The cash payment of a levy.</param>
public sealed record FineEntries(string? Held, string? Settled, string? Ended, string? Paid);
