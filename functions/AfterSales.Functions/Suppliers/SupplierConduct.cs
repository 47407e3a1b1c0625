using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;
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
        await ReviewAsync(supplier, noted!.Complaint.Issue, seen.Month, cancellationToken);
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
        await ReviewAsync(supplier, changed!.Complaint.Issue, month, cancellationToken);
        return true;
    }

    /// <summary>What a person proposes: expulsion, after an earlier proposal was declined. Null without grounds; see the finding.</summary>
    public async Task<(Measure? Proposal, ExpulsionFinding Finding)> ProposalAsync(
        SupplierId supplier, string issue, YearMonth month, Actor by, CancellationToken cancellationToken)
    {
        var review = await ReviewOfAsync(supplier, cancellationToken);
        var finding = await FindAsync(review, supplier, issue, month, confirmed: false, cancellationToken);
        return (finding.Grounds is { } grounds ? review.Proposed(issue, month, grounds, by) : null, finding);
    }

    /// <summary>What there is for an expulsion now that a second person is to confirm it.</summary>
    public async Task<ExpulsionFinding> ConfirmedAsync(SupplierId supplier, string issue, YearMonth month, CancellationToken cancellationToken) =>
        await FindAsync(await ReviewOfAsync(supplier, cancellationToken), supplier, issue, month, confirmed: true, cancellationToken);

    /// <summary>What would be forfeited: the deposit less what is held against it.</summary>
    public async Task<Money> DepositAsync(SupplierId supplier, CancellationToken cancellationToken)
    {
        var balances = (await ledger.LoadAsync(supplier, cancellationToken)).Balances;
        return Money.Max(balances.PostedOf(Account.Deposit(supplier)) + balances.PendingOf(Account.Deposit(supplier)), Money.Zero);
    }

    /// <summary>
    /// What an issue of a month bears on: that month and, through the ultimatum, the month after; and the levy. With it whatever else stands
    /// because of complaints of that month: one of them may have changed its issue.
    /// </summary>
    public async Task ReviewAsync(SupplierId supplier, string issue, YearMonth month, CancellationToken cancellationToken)
    {
        var next = month.PlusMonths(1);
        for (var round = 0; round < MostRounds; round++)
        {
            var review = await ReviewOfAsync(supplier, cancellationToken);
            var deposit = await DepositAsync(supplier, cancellationToken);
            var near = (await conduct.ComplaintsAsync(supplier, month, next, cancellationToken)).ToLookup(complaint => complaint.Month);
            Measure[] measures =
            [
                .. review.IssuesAround(month).Append(issue).Distinct(StringComparer.Ordinal)
                    .SelectMany(one => review.OfMonth(one, month, [.. near[month]], deposit).Concat(review.OfMonth(one, next, [.. near[next]], deposit))),
                .. await LevyAsync(supplier, review, cancellationToken),
            ];
            foreach (var measure in measures) await penalties.ExecuteAsync(supplier, measure.Penalty, measure.Command, cancellationToken);
            if (measures.Length == 0) return;
        }
    }

    private async Task<ExpulsionFinding> FindAsync(
        ConductReview review, SupplierId supplier, string issue, YearMonth month, bool confirmed, CancellationToken cancellationToken) =>
        review.Expulsion(
            issue, month, await conduct.ComplaintsAsync(supplier, month, month, cancellationToken), await DepositAsync(supplier, cancellationToken),
            confirmed);

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
