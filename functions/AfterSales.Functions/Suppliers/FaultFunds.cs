using AfterSales.Domain.Calendars;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Penalties;
using Currency = AfterSales.Domain.Currency;

namespace AfterSales.Functions.Suppliers;

/// <summary>
/// Has carriers, marketplaces and customers fund their part of what a case cost: the supplier's deposit, which paid all of it first, is
/// credited with what others owe. A change reverses what was booked before and books anew.
/// </summary>
public sealed class FaultFunds(ConductStore conduct, LedgerStore ledger, RulesInForce rules)
{
    private const string Kind = "fault-share";

    /// <summary>Books what follows from the shares as they are. Safe to repeat: the keys follow from the case and the number of the change.
    /// </summary>
    public async Task BookAsync(SupplierId supplier, Case @case, ComplaintRecord noted, CancellationToken cancellationToken)
    {
        var (before, complaint) = (noted.Funding, noted.Complaint);
        if (@case.Order.Paid.Currency != Currency.Cny) return;
        if (before is null ? complaint.Shares.OthersOf(@case.Paid).Count == 0 : before.Shares.Equals(complaint.Shares) && before.Paid == @case.Paid) return;
        var next = new FaultFunding((before?.Number ?? 0) + 1, @case.Paid, complaint.Shares);
        if (before is not null && Postings(supplier, before).Length > 0)
        {
            var booked = LedgerEntry.IdOf(supplier, Key(@case, before));
            await WriteAsync(supplier, new Reverse($"{Key(@case, before)}:reversed", Reason(@case), rules.Now, booked), cancellationToken);
        }

        if (Postings(supplier, next) is { Length: > 0 } postings)
        {
            await WriteAsync(supplier, new Post(Key(@case, next), Reason(@case), rules.Now, [.. postings]), cancellationToken);
        }

        await conduct.ChangeAsync(
            supplier, complaint.Month, @case.Id,
            now => now!.Funding?.Number >= next.Number ? null : now with { Funding = next },
            cancellationToken);
    }

    private static Posting[] Postings(SupplierId supplier, FaultFunding funding) =>
    [
        .. funding.Shares.OthersOf(funding.Paid).Where(share => share.Value.IsPositive)
            .Select(share => new Posting(Account.FaultOf(WireName.Of(share.Key)), Account.Deposit(supplier), share.Value)),
    ];

    private async Task WriteAsync(SupplierId supplier, LedgerCommand command, CancellationToken cancellationToken)
    {
        // The same change may have been booked by a run that ended before it wrote it down, on another day: it is known by its key.
        if (await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, command.Key), cancellationToken) is not null) return;
        if (await ledger.ExecuteAsync(supplier, command with { LandsLater = true }, cancellationToken) is LedgerOutcome.Refused refused)
            throw new InvalidOperationException($"The ledger refused {command.Key}: {refused.Code}. {refused.Detail}");
    }

    private EntryReason Reason(Case @case) => new(
        Kind, [MallRules.Recovery], @case.Id.ToString(), null, null, rules.Now.InZone(Zones.Shanghai).Date);

    private static string Key(Case @case, FaultFunding funding) => $"{Kind}:{@case.Id}:{funding.Number}";
}
