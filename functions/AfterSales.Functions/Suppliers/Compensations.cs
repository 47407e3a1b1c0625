using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;

namespace AfterSales.Functions.Suppliers;

/// <summary>A compensation that was decided.</summary>
/// <param name="Entries">What was booked for it; none where nothing is due.</param>
public sealed record Compensated(Money Amount, DecisionDocument Decision, IReadOnlyList<LedgerEntry> Entries);

/// <summary>
/// What the Inspection Department finds beside a case's own remedy, charged to the deposit at once: compensation for short weight or measure
/// (MALL-LAD-9), and damage to person or property, which is paid first and recovered from who is responsible (MALL-QFR-2).
/// </summary>
public sealed class Compensations(LedgerStore ledger, Deposits deposits, RulesInForce rules)
{
    /// <summary>Once a case and kind. Null when it was compensated before with another amount.</summary>
    public async Task<Compensated?> ShortMeasureAsync(
        Case @case, string complaint, bool confirmed, string? remedy, CancellationToken cancellationToken)
    {
        var mall = await rules.MallAsync(cancellationToken);
        var said = mall.ShortMeasureFound(complaint, confirmed, @case.Order.Paid, remedy);
        return await ChargeAsync(@case, "compensation", MallRules.ShortMeasure, said, "compensation", null, mall, cancellationToken);
    }

    /// <inheritdoc cref="ShortMeasureAsync"/>
    public async Task<Compensated?> InjuryAsync(
        Case @case, Money cost, bool causedByQuality, string responsible, CancellationToken cancellationToken)
    {
        var mall = await rules.MallAsync(cancellationToken);
        var said = mall.InjuryFound(cost, causedByQuality, responsible);
        return await ChargeAsync(@case, "injury", MallRules.Injury, said, "paid_to_customer", "recovery_claim", mall, cancellationToken);
    }

    private async Task<Compensated?> ChargeAsync(
        Case @case, string kind, string clause, DecisionDocument said, string amount, string? recovery, MallRules mall,
        CancellationToken cancellationToken)
    {
        var supplier = SupplierId.Parse(@case.SupplierId);
        var due = said.Conclusions.Amount(amount) ?? Money.Zero;
        var claim = recovery is null ? Money.Zero : said.Conclusions.Amount(recovery) ?? Money.Zero;
        var today = rules.Today(mall);
        var charged = await BookAsync(kind, clause, new Posting(Account.Deposit(supplier), Account.CustomerCompensation, due));
        if (charged is not null && charged.Postings[0].Amount != due) return null;
        if (charged is null) return new Compensated(due, said, []);
        await deposits.DeductedAsync(supplier, $"{kind}:{@case.Id}", today, cancellationToken);
        var recovered = await BookAsync("recovery", MallRules.Recovery, new Posting(Account.Makers(supplier), Account.Recoverable(supplier), claim));
        if (recovered is not null && recovered.Postings[0].Amount != claim) return null;
        return new Compensated(due, said, recovered is null ? [charged] : [charged, recovered]);

        // The entry that is booked under the key by now; null when there is none and nothing to book.
        async Task<LedgerEntry?> BookAsync(string entryKind, string why, Posting posting)
        {
            var key = $"{kind}:{entryKind}:{@case.Id}";
            var before = await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, key), cancellationToken);
            if (before is not null || !posting.Amount.IsPositive) return before;
            var reason = new EntryReason(entryKind, [why], @case.Id.ToString(), null, null, today);
            return await ledger.ExecuteAsync(supplier, new Post(key, reason, rules.Now, [posting]) { LandsLater = true }, cancellationToken) switch
            {
                LedgerOutcome.Written written => written.Entry,
                LedgerOutcome.Repeated repeated => repeated.Entry,
                // Another was decided at the same moment.
                LedgerOutcome.Refused { Code: LedgerRefusals.KeyReused } =>
                    await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, key), cancellationToken),
                var other => throw new InvalidOperationException($"The ledger refused {key}: {other}."),
            };
        }
    }
}
