using AfterSales.Domain;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;
using NodaTime;

namespace AfterSales.Functions.Suppliers;

/// <summary>Keeps deposits full: topped up from payables within the term of a deduction, the rest claimed in cash (MALL-LAD-4).</summary>
public sealed class Deposits(
    ConductStore conduct, LedgerStore ledger, SupplierRegister suppliers, PenaltyStore penalties, RulesInForce rules)
{
    /// <summary>What is left after what is held and what open cases may cost.</summary>
    public async Task<DepositForecast> ForecastAsync(SupplierId supplier, CancellationToken cancellationToken) => DepositForecast.Of(
        RulesInForce.House,
        await TermsAsync(supplier, cancellationToken),
        (await ledger.LoadAsync(supplier, cancellationToken)).Balances,
        await conduct.OpenComplaintsAsync(supplier, cancellationToken));

    /// <summary>Begins the term of a top-up when a deduction leaves a deposit short; one that runs goes on. Who has left fills none.</summary>
    /// <param name="key">Of the deduction's entry.</param>
    public async Task DeductedAsync(SupplierId supplier, string key, LocalDate day, CancellationToken cancellationToken)
    {
        var terms = await TermsAsync(supplier, cancellationToken);
        var balance = CalledIn(supplier, (await ledger.LoadAsync(supplier, cancellationToken)).Balances);
        if (balance >= terms.DepositRequired || await HasLeftAsync(terms, cancellationToken)) return;
        var due = MallRules.DueOf((await rules.MallAsync(cancellationToken)).TopUpOf(terms.DepositRequired, balance, Money.Zero, day), "top_up_due");
        await conduct.BeginTopUpAsync(supplier, new TopUpTerm($"top-up:{key}", day, due), cancellationToken);
    }

    /// <summary>Tops the deposit up now, at a payment run or because its term is over, and ends the term that ran.</summary>
    /// <param name="key">The ledger's key: under it, each step is made once.</param>
    /// <returns>What was taken from payables and what is claimed in cash; empty when nothing is lacking.</returns>
    public async Task<IReadOnlyList<LedgerEntry>> TopUpAsync(SupplierId supplier, string key, CancellationToken cancellationToken)
    {
        // Before the book: a deduction that comes in between renews the term, so that it is not ended here.
        var running = await conduct.RunningTopUpAsync(supplier, cancellationToken);
        var mall = await rules.MallAsync(cancellationToken);
        var terms = await TermsAsync(supplier, cancellationToken);
        var entries = new List<LedgerEntry>();
        while (await StepAsync($"{key}:{entries.Count + 1}") is { } entry) entries.Add(entry);
        if (running is { ETag: var read }) await conduct.EndTopUpAsync(supplier, read, cancellationToken);
        return entries;

        async Task<LedgerEntry?> StepAsync(string step) =>
            await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, step), cancellationToken)
            ?? await ledger.PostReckonedAsync(supplier, book => Task.FromResult(Next(book, step)), cancellationToken);

        Post? Next(LedgerBook book, string step) =>
            NextOf(terms, book.Balances, mall, running?.Term.DeductedOn ?? rules.Today(mall)) is var (kind, posting)
                ? new Post(step, new EntryReason(kind, [MallRules.TopUp], null, null, null, rules.Today(mall)), rules.Now, [posting])
                : null;
    }

    /// <summary>What is due for the supplier's top-up today: it is made once its term is over; who has left has none.</summary>
    public async Task TopUpDueAsync(SupplierTerms terms, LocalDate today, CancellationToken cancellationToken)
    {
        if (await conduct.RunningTopUpAsync(terms.Id, cancellationToken) is not var (term, read)) return;
        if (await HasLeftAsync(terms, cancellationToken)) await conduct.EndTopUpAsync(terms.Id, read, cancellationToken);
        else if (today > term.Due) await TopUpAsync(terms.Id, term.Key, cancellationToken);
    }

    /// <summary>Whether the supplier's contract has ended otherwise than by its time.</summary>
    public async Task<bool> HasLeftAsync(SupplierTerms terms, CancellationToken cancellationToken) => terms.HasLeft(
        await penalties.ListAsync(terms.Id, cancellationToken),
        await conduct.ReleasesAsync(terms.Id, cancellationToken),
        (await rules.MallAsync(cancellationToken)).Zone);

    /// <summary>From payables first, then what is left in cash; null when nothing is lacking.</summary>
    private static (string Kind, Posting Posting)? NextOf(SupplierTerms terms, Balances balances, MallRules mall, LocalDate deductedOn)
    {
        var supplier = terms.Id;
        var payables = balances.FreeOf(Account.Payables(supplier));
        var said = mall.TopUpOf(terms.DepositRequired, CalledIn(supplier, balances), payables, deductedOn).Conclusions;
        if (said.Amount("top_up") is { IsPositive: true } topUp)
            return ("top-up", new Posting(Account.Payables(supplier), Account.Deposit(supplier), topUp));
        return said.Amount("cash_claim") is { IsPositive: true } claim
            ? ("cash-claim", new Posting(Account.CashClaims(supplier), Account.HouseCalls, claim))
            : null;
    }

    private async Task<SupplierTerms> TermsAsync(SupplierId supplier, CancellationToken cancellationToken) =>
        await suppliers.FindAsync(supplier, cancellationToken) ?? SupplierTerms.Usual(supplier);

    /// <summary>The deposit with what is claimed for it already, so that nothing is claimed twice.</summary>
    private static Money CalledIn(SupplierId supplier, Balances balances) =>
        balances.PostedOf(Account.Deposit(supplier)) + balances.PostedOf(Account.HouseCalls);
}
