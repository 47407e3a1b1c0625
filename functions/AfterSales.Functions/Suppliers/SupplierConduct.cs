using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Penalties;
using AfterSales.Functions.Storage;
using NodaTime;

namespace AfterSales.Functions.Suppliers;

/// <summary>
/// Counts complaints against their suppliers and has the rules take effect. A complaint is read off its case as it is now, so that events may
/// come in any order and more than once.
/// </summary>
public sealed class SupplierConduct(
    ConductStore conduct, PenaltyStore penalties, CaseStore cases, LedgerStore ledger, SupplierRegister suppliers, FaultFunds funds,
    DepositWarnings warnings, RulesInForce rules)
{
    // A round ends when it changes nothing; others may change things meanwhile.
    private const int MostRounds = 5;

    /// <summary>Takes down what a case says about its supplier now, and reviews the supplier. Cases of other rulebooks do not count.</summary>
    public async Task NoteAsync(CaseId id, CancellationToken cancellationToken)
    {
        var @case = await cases.LoadAsync(id, cancellationToken) ?? throw new InvalidOperationException($"There is no case {id}.");
        if (@case.Decision.Rulebook.Id != MallRules.RulebookId) return;
        var supplier = SupplierId.Parse(@case.SupplierId);
        await suppliers.MeetAsync(supplier, cancellationToken);
        var seen = Complaint.Of(@case, FaultShares.SupplierAlone);
        var noted = await conduct.ChangeAsync(
            supplier, seen.Month, id,
            before => before?.Complaint.Sequence >= seen.Sequence
                ? null
                : new ComplaintRecord(seen with { Shares = before?.Complaint.Shares ?? seen.Shares }, before?.Funding),
            cancellationToken);
        await funds.BookAsync(supplier, @case, noted!, cancellationToken);
        await ReviewAsync(supplier, noted!.Complaint, cancellationToken);
        await warnings.WarnAsync(supplier, @case, noted.Complaint, cancellationToken);
    }

    /// <summary>Says who bears how much of a case's fault. False when the supplier has no such complaint.</summary>
    public async Task<bool> ShareFaultAsync(SupplierId supplier, Case @case, FaultShares shares, CancellationToken cancellationToken)
    {
        var month = Complaint.Of(@case, shares).Month;
        if (await conduct.FindAsync(supplier, month, @case.Id, cancellationToken) is null) return false;
        var changed = await conduct.ChangeAsync(
            supplier, month, @case.Id,
            before => before! with { Complaint = before.Complaint with { Shares = shares } },
            cancellationToken);
        await funds.BookAsync(supplier, @case, changed!, cancellationToken);
        await ReviewAsync(supplier, changed!.Complaint, cancellationToken);
        return true;
    }

    /// <summary>What a person proposes: expulsion, after an earlier proposal was declined.</summary>
    public async Task<Measure?> ProposalAsync(SupplierId supplier, string issue, YearMonth month, Actor by, CancellationToken cancellationToken)
    {
        var review = await ReviewOfAsync(supplier, cancellationToken);
        return review.Proposed(
            issue, month, await conduct.ComplaintsAsync(supplier, month, month, cancellationToken), await DepositAsync(supplier, cancellationToken), by);
    }

    /// <summary>What would be forfeited: the deposit less what is held against it.</summary>
    public async Task<Money> DepositAsync(SupplierId supplier, CancellationToken cancellationToken)
    {
        var balances = (await ledger.LoadAsync(supplier, cancellationToken)).Balances;
        return Money.Max(balances.PostedOf(Account.Deposit(supplier)) + balances.PendingOf(Account.Deposit(supplier)), Money.Zero);
    }

    /// <summary>What one complaint bears on: its issue in its month and, through the ultimatum, in the month after; and the levy.</summary>
    private async Task ReviewAsync(SupplierId supplier, Complaint complaint, CancellationToken cancellationToken)
    {
        var next = complaint.Month.PlusMonths(1);
        for (var round = 0; round < MostRounds; round++)
        {
            var review = await ReviewOfAsync(supplier, cancellationToken);
            var deposit = await DepositAsync(supplier, cancellationToken);
            var near = await conduct.ComplaintsAsync(supplier, complaint.Month, next, cancellationToken);
            Measure[] measures =
            [
                .. review.OfMonth(complaint.Issue, complaint.Month, [.. near.Where(one => one.Month == complaint.Month)], deposit),
                .. review.OfMonth(complaint.Issue, next, [.. near.Where(one => one.Month == next)], deposit),
                .. await LevyAsync(supplier, review, cancellationToken),
            ];
            foreach (var measure in measures) await penalties.ExecuteAsync(supplier, measure.Penalty, measure.Command, cancellationToken);
            if (measures.Length == 0) return;
        }
    }

    private async Task<IEnumerable<Measure>> LevyAsync(SupplierId supplier, ConductReview review, CancellationToken cancellationToken)
    {
        var terms = await suppliers.FindAsync(supplier, cancellationToken);
        if (review.LevyIsOver(terms?.ContractFrom)) return [];
        var mall = await rules.MallAsync(cancellationToken);
        var from = terms?.ContractFrom ?? LocalDate.MinIsoValue;
        var all = await conduct.ComplaintsAsync(supplier, from.ToYearMonth(), rules.Today(mall).ToYearMonth(), cancellationToken);
        return review.OfContract([.. all.Where(complaint => complaint.RegisteredOn >= from)], terms?.ContractFrom);
    }

    private async Task<ConductReview> ReviewOfAsync(SupplierId supplier, CancellationToken cancellationToken) => new(
        supplier, await rules.MallAsync(cancellationToken), await penalties.ListAsync(supplier, cancellationToken), rules.Now);
}
