using AfterSales.Domain;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Penalties;
using NodaTime;

namespace AfterSales.Functions.Suppliers;

/// <summary>
/// Keeps deposits full and gives them back: topped up from payables within the term of a deduction, the rest claimed in cash (MALL-LAD-4);
/// given back to who leaves (MALL-LAD-6).
/// </summary>
public sealed class Deposits(ConductStore conduct, LedgerStore ledger, SupplierRegister suppliers, RulesInForce rules)
{
    /// <summary>What is left after what is held and what open cases may cost.</summary>
    public async Task<DepositForecast> ForecastAsync(SupplierId supplier, CancellationToken cancellationToken) => DepositForecast.Of(
        RulesInForce.House,
        await TermsAsync(supplier, cancellationToken),
        (await ledger.LoadAsync(supplier, cancellationToken)).Balances,
        await conduct.OpenComplaintsAsync(supplier, cancellationToken));

    /// <summary>Begins the term of a top-up when a deduction leaves a deposit short that was full before it.</summary>
    /// <param name="key">Of the deduction's entry.</param>
    public async Task DeductedAsync(SupplierId supplier, string key, Money amount, LocalDate day, CancellationToken cancellationToken)
    {
        var terms = await TermsAsync(supplier, cancellationToken);
        var balance = CalledIn(supplier, (await ledger.LoadAsync(supplier, cancellationToken)).Balances);
        if (balance >= terms.DepositRequired || balance + amount < terms.DepositRequired) return;
        var due = MallRules.DueOf((await rules.MallAsync(cancellationToken)).TopUpOf(terms.DepositRequired, balance, Money.Zero, day), "top_up_due");
        await conduct.AddAsync(supplier, new TopUpTerm($"top-up:{key}", day, due), cancellationToken);
    }

    /// <summary>Tops the deposit up now, at a payment run or because its term is over.</summary>
    /// <param name="key">The ledger's key where no term runs.</param>
    /// <returns>What was taken from payables and what is claimed in cash; empty when nothing is lacking.</returns>
    public async Task<IReadOnlyList<LedgerEntry>> TopUpAsync(SupplierId supplier, string key, CancellationToken cancellationToken)
    {
        var term = await conduct.TopUpAsync(supplier, cancellationToken);
        var mall = await rules.MallAsync(cancellationToken);
        var entries = new List<LedgerEntry>();
        foreach (var command in await TopUpOfAsync(supplier, term?.Key ?? key, mall, term?.DeductedOn ?? rules.Today(mall), cancellationToken))
            entries.Add(await BookAsync(supplier, command, cancellationToken));
        if (term is not null) await conduct.EndTopUpAsync(supplier, cancellationToken);
        return entries;
    }

    /// <summary>A top-up in cash pays what was claimed of it.</summary>
    public async Task CashPaidAsync(LedgerEntry paid, CancellationToken cancellationToken)
    {
        var supplier = paid.Supplier;
        var key = $"{paid.Id}:claim";
        if (await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, key), cancellationToken) is not null) return;
        var claimed = (await ledger.LoadAsync(supplier, cancellationToken)).Balances.PostedOf(Account.HouseCalls);
        var met = Money.Min(claimed, paid.Postings[0].Amount);
        if (!met.IsPositive) return;
        await BookAsync(
            supplier,
            new Post(key, paid.Reason, rules.Now, [new Posting(Account.HouseCalls, Account.CashClaims(supplier), met)]),
            cancellationToken);
    }

    /// <summary>What the rulebook says of a release today.</summary>
    public async Task<DecisionDocument> ReckonAsync(SupplierId supplier, DepositRelease release, CancellationToken cancellationToken)
    {
        var mall = await rules.MallAsync(cancellationToken);
        var balances = (await ledger.LoadAsync(supplier, cancellationToken)).Balances;
        return mall.ReleaseOf(
            release.LastSale,
            release.ClassesSold,
            rules.Today(mall),
            (await conduct.OpenComplaintsAsync(supplier, cancellationToken)).Count,
            release.FloorHead is not null,
            release.Inspection is not null,
            Owed(supplier, balances) - balances.PendingOf(Account.Deposit(supplier)),
            Money.Max(balances.PostedOf(Account.Deposit(supplier)), Money.Zero));
    }

    /// <summary>Gives the deposit back if everything is as it must be today; else leaves the release as it is.</summary>
    public async Task<DepositRelease> TryReleaseAsync(SupplierId supplier, DepositRelease release, CancellationToken cancellationToken)
    {
        if (release.IsPaid) return release;
        var said = (await ReckonAsync(supplier, release, cancellationToken)).Conclusions;
        if (said.Truth("release") != true) return release;
        var entry = await ReleasedAsync(supplier, release, said.Amount("amount")!.Value, cancellationToken);
        return (await conduct.ChangeReleaseAsync(
            supplier,
            release.Id,
            now => now!.IsPaid ? now : now with
            {
                ReleasedAt = entry?.Recorded ?? rules.Now,
                Amount = Moved(Account.HouseCash),
                Kept = Moved(Account.CashClaims(supplier)),
            },
            cancellationToken))!;

        Money Moved(Account to) => (entry?.Postings ?? []).Where(posting => posting.To == to && posting.From == Account.Deposit(supplier))
            .Aggregate(Money.Zero, (sum, posting) => sum + posting.Amount);
    }

    private async Task<LedgerEntry?> ReleasedAsync(SupplierId supplier, DepositRelease release, Money amount, CancellationToken cancellationToken)
    {
        var key = $"release:{release.Id}";
        if (await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, key), cancellationToken) is { } before) return before;
        var balances = (await ledger.LoadAsync(supplier, cancellationToken)).Balances;
        var deposit = Account.Deposit(supplier);
        var kept = Money.Max(Money.Min(Owed(supplier, balances), balances.PostedOf(deposit) - amount), Money.Zero);
        Posting[] postings =
        [
            new(deposit, Account.HouseCash, amount),
            new(deposit, Account.CashClaims(supplier), kept),
            // What was called in to fill the deposit is not wanted any more.
            new(Account.HouseCalls, Account.CashClaims(supplier), Money.Max(balances.PostedOf(Account.HouseCalls), Money.Zero)),
        ];
        Posting[] moved = [.. postings.Where(posting => posting.Amount.IsPositive)];
        if (moved.Length == 0) return null;
        var reason = await ReasonAsync("release", MallRules.Release, release.Id, cancellationToken);
        return await BookAsync(supplier, new Post(key, reason, rules.Now, [.. moved]), cancellationToken);
    }

    private async Task<IReadOnlyList<LedgerCommand>> TopUpOfAsync(
        SupplierId supplier, string key, MallRules mall, LocalDate deductedOn, CancellationToken cancellationToken)
    {
        var terms = await TermsAsync(supplier, cancellationToken);
        var balances = (await ledger.LoadAsync(supplier, cancellationToken)).Balances;
        var payables = Money.Max(balances.PostedOf(Account.Payables(supplier)), Money.Zero);
        var said = mall.TopUpOf(terms.DepositRequired, CalledIn(supplier, balances), payables, deductedOn).Conclusions;
        var (topUp, claim) = (said.Amount("top_up") ?? Money.Zero, said.Amount("cash_claim") ?? Money.Zero);
        var taken = await ReasonAsync("top-up", MallRules.TopUp, null, cancellationToken);
        var commands = new List<LedgerCommand>();
        if (topUp.IsPositive)
            commands.Add(new Post(key, taken, rules.Now, [new Posting(Account.Payables(supplier), Account.Deposit(supplier), topUp)]));
        if (claim.IsPositive)
        {
            commands.Add(new Post(
                $"{key}:claim", taken with { Kind = "cash-claim" }, rules.Now, [new Posting(Account.CashClaims(supplier), Account.HouseCalls, claim)]));
        }

        return commands;
    }

    private async Task<LedgerEntry> BookAsync(SupplierId supplier, LedgerCommand command, CancellationToken cancellationToken) =>
        await ledger.ExecuteAsync(supplier, command with { LandsLater = true }, cancellationToken) switch
        {
            LedgerOutcome.Written written => written.Entry,
            LedgerOutcome.Repeated repeated => repeated.Entry,
            // Somebody else did it at the same moment, on other balances: once is enough.
            LedgerOutcome.Refused { Code: LedgerRefusals.KeyReused } =>
                (await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, command.Key), cancellationToken))!,
            LedgerOutcome.Refused refused => throw new InvalidOperationException($"The ledger refused {command.Key}: {refused.Code}. {refused.Detail}"),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };

    private async Task<EntryReason> ReasonAsync(string kind, string clause, string? reference, CancellationToken cancellationToken) =>
        new(kind, [clause], null, reference, null, rules.Today(await rules.MallAsync(cancellationToken)));

    private async Task<SupplierTerms> TermsAsync(SupplierId supplier, CancellationToken cancellationToken) =>
        await suppliers.FindAsync(supplier, cancellationToken) ?? SupplierTerms.Usual(supplier);

    /// <summary>The deposit with what is claimed for it already, so that nothing is claimed twice.</summary>
    private static Money CalledIn(SupplierId supplier, Balances balances) =>
        balances.PostedOf(Account.Deposit(supplier)) + balances.PostedOf(Account.HouseCalls);

    /// <summary>What the supplier owes in cash, apart from what was called in to fill the deposit.</summary>
    private static Money Owed(SupplierId supplier, Balances balances) => Money.Max(
        -balances.PostedOf(Account.CashClaims(supplier)) - balances.PendingOf(Account.CashClaims(supplier)) - balances.PostedOf(Account.HouseCalls),
        Money.Zero);
}
