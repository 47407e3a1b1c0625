using AfterSales.Domain;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Penalties;
using AfterSales.Functions.Storage;
using Currency = AfterSales.Domain.Currency;

namespace AfterSales.Functions.Suppliers;

/// <summary>
/// Has carriers, marketplaces and customers fund their part of what a case cost: the supplier's deposit, which paid all of it first, is
/// credited with what others owe, and the makers owe that much less (X-41: the net amount is recovered). A change reverses what was booked
/// before and books anew. What is intended is written down first, under the complaint's ETag; the ledger is brought in line with it.
/// </summary>
public sealed class FaultFunds(ConductStore conduct, CaseStore cases, LedgerStore ledger, Deposits deposits, RulesInForce rules)
{
    private const string Kind = "fault-share";

    /// <summary>Books what follows from the shares as they are. Safe to repeat, also with a case as it was before.</summary>
    public async Task BookAsync(SupplierId supplier, Case @case, ComplaintRecord noted, CancellationToken cancellationToken)
    {
        if (@case.Order.Paid.Currency != Currency.Cny || (noted.Funding is null && IsBorneAlone(noted.Complaint))) return;
        var recovered = await RecoveredAsync(supplier, @case, cancellationToken);
        var intended = await conduct.ChangeAsync(
            supplier, noted.Complaint.Month, @case.Id, now => now!.Intending(@case, recovered), cancellationToken);
        if (intended?.Funding is null) return;
        await BringInLineAsync(supplier, @case, noted.Complaint, cancellationToken);
    }

    /// <summary>Something more was recovered from the makers: what others fund of it is not theirs to pay.</summary>
    public async Task RecoveredAsync(SupplierId supplier, CaseId id, CancellationToken cancellationToken)
    {
        if (await cases.LoadAsync(id, cancellationToken) is not { } @case) return;
        var month = Complaint.Of(@case, FaultShares.SupplierAlone).Month;
        if (await conduct.FindAsync(supplier, month, id, cancellationToken) is { } noted) await BookAsync(supplier, @case, noted, cancellationToken);
    }

    /// <summary>Reverses what was booked for earlier numbers and books the one that is intended. Which one that is is read after the book, so
    /// that nobody books one that another has reversed already, or was about to.</summary>
    private async Task BringInLineAsync(SupplierId supplier, Case @case, Complaint complaint, CancellationToken cancellationToken)
    {
        var reversed = false;
        foreach (var kind in (string[])[Kind, "recovery"])
        {
            await ledger.PostReckonedAsync(
                supplier,
                async _ =>
                {
                    var funding = (await conduct.FindAsync(supplier, complaint.Month, @case.Id, cancellationToken))!.Funding!;
                    for (var number = 1; number < funding.Number; number++)
                        reversed |= await ReverseAsync(supplier, @case, kind, number, cancellationToken);
                    return PostingsOf(supplier, kind, funding) is { Length: > 0 } postings && !await IsBookedAsync(Key(@case, kind, funding.Number))
                        ? new Post(Key(@case, kind, funding.Number), Reason(@case, kind), rules.Now, [.. postings]) { MeetsCalls = true }
                        : null;
                },
                cancellationToken);
        }

        if (reversed) await deposits.DeductedAsync(supplier, $"{Kind}:{@case.Id}:{complaint.Sequence}", Today, cancellationToken);

        async Task<bool> IsBookedAsync(string key) =>
            await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, key), cancellationToken) is not null;
    }

    /// <summary>Takes back what was booked under a number, once; whether there is anything to take back.</summary>
    private async Task<bool> ReverseAsync(SupplierId supplier, Case @case, string kind, int number, CancellationToken cancellationToken)
    {
        var key = Key(@case, kind, number);
        var booked = LedgerEntry.IdOf(supplier, key);
        if (await ledger.FindAsync(supplier, booked, cancellationToken) is null) return false;
        // On another day it would be another command: it is known by its key.
        if (await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, $"{key}:reversed"), cancellationToken) is not null) return true;
        var command = new Reverse($"{key}:reversed", Reason(@case, kind), rules.Now, booked) { LandsLater = true };
        return await ledger.ExecuteAsync(supplier, command, cancellationToken) is not LedgerOutcome.Refused { Code: not LedgerRefusals.KeyReused } refused
            ? true
            : throw new InvalidOperationException($"The ledger refused {command.Key}: {refused.Code}. {refused.Detail}");
    }

    private static Posting[] PostingsOf(SupplierId supplier, string kind, FaultFunding funding)
    {
        IEnumerable<Posting> postings = kind == Kind
            ? funding.Shares.OthersOf(funding.Paid).Select(share => new Posting(Account.FaultOf(WireName.Of(share.Key)), Account.Deposit(supplier), share.Value))
            : [new Posting(
                Account.Recoverable(supplier), Account.Makers(supplier),
                funding.Shares.OthersOf(funding.Recovered).Values.Aggregate(Money.Zero, (sum, share) => sum + share))];
        return [.. postings.Where(posting => posting.Amount.IsPositive)];
    }

    /// <summary>What of the case's payouts is recovered from the makers so far.</summary>
    private async Task<Money> RecoveredAsync(SupplierId supplier, Case @case, CancellationToken cancellationToken)
    {
        var sum = Money.Zero;
        foreach (var payout in @case.Payouts.Where(payout => payout.IsPaid))
        {
            var entry = await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, PenaltyAccounting.RecoveryKey(payout.Id)), cancellationToken);
            if (entry is not null) sum += entry.Postings[0].Amount;
        }

        return sum;
    }

    private static bool IsBorneAlone(Complaint complaint) => complaint.Shares.OfSupplier == FaultShares.Whole;

    private NodaTime.LocalDate Today => rules.Now.InZone(Zones.Shanghai).Date;

    private EntryReason Reason(Case @case, string kind) => new(kind, [MallRules.Recovery], @case.Id.ToString(), null, null, Today);

    private static string Key(Case @case, string kind, int number) =>
        kind == Kind ? $"{Kind}:{@case.Id}:{number}" : $"{Kind}:{@case.Id}:{number}:{kind}";
}
