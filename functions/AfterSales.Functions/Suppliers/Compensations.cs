using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Penalties;

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
    /// <summary>Once a case and kind.</summary>
    public async Task<Compensated> ShortMeasureAsync(
        Case @case, string complaint, bool confirmed, string? remedy, CancellationToken cancellationToken)
    {
        var mall = await rules.MallAsync(cancellationToken);
        var said = mall.ShortMeasureFound(complaint, confirmed, @case.Order.Paid, remedy);
        return await ChargeAsync(@case, "compensation", MallRules.ShortMeasure, said, "compensation", null, mall, cancellationToken);
    }

    /// <inheritdoc cref="ShortMeasureAsync"/>
    public async Task<Compensated> InjuryAsync(
        Case @case, Money cost, bool causedByQuality, string responsible, CancellationToken cancellationToken)
    {
        var mall = await rules.MallAsync(cancellationToken);
        var said = mall.InjuryFound(cost, causedByQuality, responsible);
        return await ChargeAsync(@case, "injury", MallRules.Injury, said, "paid_to_customer", "recovery_claim", mall, cancellationToken);
    }

    private async Task<Compensated> ChargeAsync(
        Case @case, string kind, string clause, DecisionDocument said, string amount, string? recovery, MallRules mall,
        CancellationToken cancellationToken)
    {
        var supplier = SupplierId.Parse(@case.SupplierId);
        var due = said.Conclusions.Amount(amount) ?? Money.Zero;
        if (!due.IsPositive) return new Compensated(due, said, []);
        var today = rules.Today(mall);
        List<LedgerEntry> entries =
        [
            await BookAsync(kind, clause, new Posting(Account.Deposit(supplier), Account.CustomerCompensation, due)),
        ];
        await deposits.DeductedAsync(supplier, $"{kind}:{@case.Id}", due, today, cancellationToken);
        if (recovery is not null && said.Conclusions.Amount(recovery) is { IsPositive: true } claim)
            entries.Add(await BookAsync("recovery", MallRules.Recovery, new Posting(Account.Makers(supplier), Account.Recoverable(supplier), claim)));
        return new Compensated(due, said, entries);

        async Task<LedgerEntry> BookAsync(string entryKind, string why, Posting posting)
        {
            var key = $"{kind}:{entryKind}:{@case.Id}";
            if (await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, key), cancellationToken) is { } before) return before;
            var reason = new EntryReason(entryKind, [why], @case.Id.ToString(), null, null, today);
            return await ledger.ExecuteAsync(supplier, new Post(key, reason, rules.Now, [posting]) { LandsLater = true }, cancellationToken) switch
            {
                LedgerOutcome.Written written => written.Entry,
                LedgerOutcome.Repeated repeated => repeated.Entry,
                var other => throw new InvalidOperationException($"The ledger refused {key}: {other}."),
            };
        }
    }
}
