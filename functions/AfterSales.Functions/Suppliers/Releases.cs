using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using AfterSales.Functions.Ledger.Books;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Suppliers;

/// <summary>Gives the deposit back to who leaves (MALL-LAD-6, X-37).</summary>
public sealed class Releases(ConductStore conduct, PenaltyStore penalties, LedgerStore ledger, RulesInForce rules)
{
    /// <summary>What of a request cannot be: a day to come, a day before a sale that a case tells of, classes that the rulebook does not
    /// know.</summary>
    public async Task<IReadOnlyList<Fault>> FaultsAsync(SupplierId supplier, ReleaseRequest asked, CancellationToken cancellationToken)
    {
        var mall = await rules.MallAsync(cancellationToken);
        var today = rules.Today(mall);
        var faults = new List<Fault>();
        if (asked.LastSaleDate > today) faults.Add(new Fault("/lastSaleDate", "invalid-date", "The last sale was today or before."));
        else if (ReleaseReckoning.TellsOfLaterSale(await ComplaintsSinceAsync(supplier, asked.LastSaleDate, cancellationToken), asked.LastSaleDate))
            faults.Add(new Fault("/lastSaleDate", "later-sale", "A case tells of goods that were sold later."));
        faults.AddRange(asked.ClassesSold.Index().Where(one => !mall.KnowsClass(one.Item, today)).Select(one => new Fault(
            $"/classesSold/{one.Index}", "unknown-class", $"The rulebook gives no guarantee period to '{one.Item}'.")));
        return faults;
    }

    /// <summary>Begins a release, one at a time; asked again for the same, it is the one there is.</summary>
    public async Task<(DepositRelease? Release, Refusal? Refusal)> AskAsync(
        SupplierId supplier, ReleaseRequest asked, CancellationToken cancellationToken)
    {
        string[] classes = [.. asked.ClassesSold.Distinct(StringComparer.Ordinal)];
        var release = new DepositRelease(
            DerivedId.From([supplier.ToString(), LocalDatePattern.Iso.Format(asked.LastSaleDate), .. classes]),
            asked.LastSaleDate, [.. classes], rules.Now);
        foreach (var other in await conduct.ReleasesAsync(supplier, cancellationToken))
        {
            if (other.IsPaid || other.Id == release.Id) continue;
            if (!await conduct.RemoveReleaseAsync(supplier, other.Id, now => now.GivesWayTo(asked.LastSaleDate), cancellationToken))
                return (null, DepositRefusals.ReleaseOpen);
        }

        return (await conduct.ChangeReleaseAsync(supplier, release.Id, now => now ?? release, cancellationToken), null);
    }

    /// <summary>Puts a signature to a release, and pays it when nothing else is wanting.</summary>
    public async Task<(DepositRelease? Release, Refusal? Refusal)> SignAsync(
        SupplierId supplier, string id, Actor by, CancellationToken cancellationToken)
    {
        var signed = await conduct.ChangeReleaseAsync(
            supplier, id, now => now is null || now.HasOtherSignatureOf(by) ? null : now.SignedBy(by), cancellationToken);
        if (signed is null) return (null, DepositRefusals.NoSuchRelease);
        return signed.HasOtherSignatureOf(by)
            ? (null, DepositRefusals.SamePerson)
            : (await TryPayAsync(supplier, signed, cancellationToken), null);
    }

    /// <summary>What stands between the supplier and its deposit today; of what was paid, what the rulebook said then.</summary>
    public async Task<ReleaseReckoning> ReckonAsync(SupplierId supplier, DepositRelease release, CancellationToken cancellationToken) =>
        release is { IsPaid: true, Reckoned: { } then }
            ? new ReleaseReckoning(then, null)
            : await ReckonAsync(supplier, release, (await ledger.LoadAsync(supplier, cancellationToken)).Balances, cancellationToken);

    /// <summary>The complaints that can tell of sales after a day.</summary>
    private async Task<IReadOnlyList<Complaint>> ComplaintsSinceAsync(SupplierId supplier, LocalDate day, CancellationToken cancellationToken) =>
        await conduct.ComplaintsAsync(
            supplier, day.ToYearMonth(), rules.Today(await rules.MallAsync(cancellationToken)).ToYearMonth(), cancellationToken);

    /// <summary>Gives the deposit back if everything is as it must be today; else leaves the release as it is.</summary>
    public async Task<DepositRelease> TryPayAsync(SupplierId supplier, DepositRelease release, CancellationToken cancellationToken)
    {
        if (release.IsPaid) return release;
        var key = $"release:{release.Id}";
        var blocked = false;
        // A run before this one may have ended before it wrote down what it paid.
        var entry = await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, key), cancellationToken)
            ?? await ledger.PostReckonedAsync(supplier, PostAsync, cancellationToken);
        return blocked
            ? release
            : (await conduct.ChangeReleaseAsync(supplier, release.Id, now => now is { IsPaid: true } ? now : PaidBy(now ?? release, supplier, entry), cancellationToken))!;

        async Task<Post?> PostAsync(LedgerBook book)
        {
            var reckoned = await ReckonAsync(supplier, release, book.Balances, cancellationToken);
            blocked = reckoned.BlockedBy is not null;
            if (blocked) return null;
            // Written down before it is paid: afterwards the facts are others. One that another took the place of is not paid any more.
            blocked = await conduct.ChangeReleaseAsync(
                supplier, release.Id, now => now is null ? null : now with { Reckoned = reckoned.Rulebook }, cancellationToken) is null;
            if (blocked) return null;
            Posting[] moved = [.. Postings(supplier, book.Balances, reckoned.Rulebook.Conclusions.Amount("amount")!.Value)];
            var today = rules.Today(await rules.MallAsync(cancellationToken));
            return moved.Length == 0
                ? null
                : new Post(key, new EntryReason("release", [MallRules.Release], null, release.Id, null, today), rules.Now, [.. moved]);
        }
    }

    private async Task<ReleaseReckoning> ReckonAsync(
        SupplierId supplier, DepositRelease release, Balances balances, CancellationToken cancellationToken)
    {
        var mall = await rules.MallAsync(cancellationToken);
        var said = mall.ReleaseOf(
            release.LastSale,
            release.ClassesSold,
            rules.Today(mall),
            (await conduct.OpenComplaintsAsync(supplier, cancellationToken)).Count,
            release.FloorHead is not null,
            release.Inspection is not null,
            Owed(supplier, balances),
            Money.Max(balances.PostedOf(Account.Deposit(supplier)), Money.Zero));
        return ReleaseReckoning.Of(
            said, supplier, release.LastSale, balances,
            await ComplaintsSinceAsync(supplier, release.LastSale, cancellationToken),
            await penalties.ListAsync(supplier, cancellationToken));
    }

    private static IEnumerable<Posting> Postings(SupplierId supplier, Balances balances, Money amount)
    {
        var deposit = Account.Deposit(supplier);
        var kept = Money.Max(Money.Min(Owed(supplier, balances), balances.PostedOf(deposit) - amount), Money.Zero);
        Posting[] all =
        [
            new(deposit, Account.HouseCash, amount),
            new(deposit, Account.CashClaims(supplier), kept),
            // What was called in to fill the deposit is not wanted any more.
            new(Account.HouseCalls, Account.CashClaims(supplier), Money.Max(balances.PostedOf(Account.HouseCalls), Money.Zero)),
        ];
        return all.Where(posting => posting.Amount.IsPositive);
    }

    /// <param name="entry">Null where there was nothing to give back.</param>
    private DepositRelease PaidBy(DepositRelease release, SupplierId supplier, LedgerEntry? entry)
    {
        return release with
        {
            ReleasedAt = entry?.Recorded ?? rules.Now,
            Amount = Moved(Account.HouseCash),
            Kept = Moved(Account.CashClaims(supplier)),
        };

        Money Moved(Account to) => (entry?.Postings ?? []).Where(posting => posting.To == to && posting.From == Account.Deposit(supplier))
            .Aggregate(Money.Zero, (sum, posting) => sum + posting.Amount);
    }

    /// <summary>What the supplier owes in cash, apart from what was called in to fill the deposit.</summary>
    private static Money Owed(SupplierId supplier, Balances balances) => Money.Max(
        -balances.PostedOf(Account.CashClaims(supplier)) - balances.PostedOf(Account.HouseCalls), Money.Zero);
}
