using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Suppliers;
using NodaTime;

namespace AfterSales.Functions.Suppliers;

/// <summary>
/// What is due for a supplier on a day, reckoned from calendars and terms and not from when the timer last ran: the review of the month
/// before, the clean year, a top-up whose term is over, a release that may be paid. Each is done once, however often it is asked for.
/// </summary>
public sealed class SupplierDays(
    ConductStore conduct, PenaltyStore penalties, SupplierRegister suppliers, Deposits deposits, Releases releases,
    RulesInForce rules)
{
    private const int LastMonth = 12;

    public async Task RunAsync(SupplierTerms terms, CancellationToken cancellationToken)
    {
        var mall = await rules.MallAsync(cancellationToken);
        var today = rules.Today(mall);
        var month = today.ToYearMonth().PlusMonths(-1);
        if (today >= mall.ReviewDue(month)) await ReviewAsync(terms, mall, month, cancellationToken);
        var december = new YearMonth(today.Year - 1, LastMonth);
        if (today >= mall.ReviewDue(december)) await JudgeYearAsync(terms, mall, december.Year, cancellationToken);
        await deposits.TopUpDueAsync(terms, today, cancellationToken);
        foreach (var release in await conduct.ReleasesAsync(terms.Id, cancellationToken))
        {
            await releases.TryPayAsync(terms.Id, release, cancellationToken);
        }
    }

    /// <summary>The score of a day, from what is known now.</summary>
    public async Task<Scorecard> ScoreAsync(SupplierId supplier, LocalDate day, CancellationToken cancellationToken)
    {
        var mall = await rules.MallAsync(cancellationToken);
        var from = day.PlusDays(1 - RulesInForce.House.ScoreDays);
        return Scorecard.Of(
            RulesInForce.House, day, mall.Zone,
            await conduct.ComplaintsAsync(supplier, from.ToYearMonth(), day.ToYearMonth(), cancellationToken),
            await penalties.ListAsync(supplier, cancellationToken),
            [.. (await suppliers.StrikesAsync(supplier, cancellationToken)).Select(strike => strike.At)]);
    }

    private async Task ReviewAsync(SupplierTerms terms, MallRules mall, YearMonth month, CancellationToken cancellationToken)
    {
        if (await conduct.HasReviewAsync(terms.Id, month, cancellationToken)) return;
        var complaints = await conduct.ComplaintsAsync(terms.Id, month, month, cancellationToken);
        var counted = Scorecard.CountedOf(complaints);
        var review = new MonthlyReview(
            month,
            mall.ReviewDue(month),
            rules.Now,
            counted,
            Scorecard.ExcludedOf(complaints),
            counted.GroupBy(one => one.Issue, StringComparer.Ordinal)
                .ToImmutableSortedDictionary(issue => issue.Key, issue => issue.Count(), StringComparer.Ordinal),
            [.. (await penalties.ListAsync(terms.Id, cancellationToken))
                .Where(penalty => penalty.OpenedAt.InZone(mall.Zone).Date.ToYearMonth() == month)
                .Select(penalty => new PenaltyLine(penalty.Id, penalty.Kind, penalty.Status))],
            await ScoreAsync(terms.Id, month.OnDayOfMonth(month.Calendar.GetDaysInMonth(month.Year, month.Month)), cancellationToken),
            await deposits.ForecastAsync(terms.Id, cancellationToken));
        await conduct.AddAsync(terms.Id, review, cancellationToken);
    }

    /// <summary>In January, or later when an open case decides it. A supplier without a registered contract has no year to judge.</summary>
    private async Task JudgeYearAsync(SupplierTerms terms, MallRules mall, int year, CancellationToken cancellationToken)
    {
        if (terms is not { ContractFrom: { } from, ContractTo: { } to } || from.Year > year) return;
        if (await conduct.HasCleanYearAsync(terms.Id, year, cancellationToken)) return;
        var complaints = await conduct.ComplaintsAsync(
            terms.Id, new YearMonth(year, 1), new YearMonth(year, LastMonth), cancellationToken);
        // After January only what was waited for.
        if (complaints.Count == 0 && rules.Today(mall).Month > 1) return;
        if (complaints.Any(complaint => complaint.IsOpen) && !complaints.Any(complaint => complaint is { IsOpen: false, Counts: true })) return;
        var contract = ContractView.Of(
            terms, await penalties.ListAsync(terms.Id, cancellationToken), await conduct.ReleasesAsync(terms.Id, cancellationToken));
        LocalDate until = contract.EndedAt is { } at && at.InZone(mall.Zone).Date is var day && day < to ? day : to;
        DecisionDocument said = mall.PlaqueOf(year, complaints.Count, complaints.Count(complaint => !complaint.Counts), from, until);
        await conduct.AddAsync(
            terms.Id,
            new CleanYear(year, said.Conclusions.Truth("plaque") == true, said.Conclusions.Text("plaque_text"), rules.Now, said),
            cancellationToken);
    }
}
