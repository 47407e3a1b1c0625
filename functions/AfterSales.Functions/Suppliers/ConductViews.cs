using System.Collections.Immutable;
using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Suppliers;
using NodaTime;

namespace AfterSales.Functions.Suppliers;

/// <param name="Counted">How many complaints of the month count, by issue.</param>
public sealed record IssueView(string Issue, int Counted, int Excluded);

/// <param name="Why">Score, band and consequence with the clauses and what they looked at.</param>
public sealed record ScoreView(
    LocalDate From, LocalDate To, long Score, string Band, string Consequence, ImmutableArray<CountedCase> Complaints,
    ImmutableArray<ExcludedCase> Excluded, ImmutableArray<PenaltyId> Penalties, int LateResponses, ReasonsView Why)
{
    public static ScoreView Of(Scorecard card) => new(
        card.From, card.To, ((RuleValue.Whole)card.Reckoning.Conclusions.Find("score")!).Value, card.Reckoning.Conclusions.Text("band")!,
        card.Reckoning.Conclusions.Text("consequence")!, card.Complaints, card.Excluded, card.Penalties, card.LateResponses,
        ReasonsView.Of(card.Reckoning));
}

/// <param name="EndedAt">When it ended otherwise than by its time: expelled, the levy not paid, or left.</param>
public sealed record ContractView(LocalDate? From, LocalDate? To, Instant? EndedAt, string? EndedBy)
{
    /// <param name="penalties">All of the supplier.</param>
    /// <param name="releases">All of the supplier's deposit: who has it back has left.</param>
    public static ContractView Of(SupplierTerms terms, IReadOnlyList<Penalty> penalties, IReadOnlyList<DepositRelease> releases)
    {
        var (at, by) = penalties.Select(penalty => (At: penalty.ContractEndedAt, By: WireName.Of(penalty.Kind)))
            .Concat(releases.Where(release => release.IsPaid).Select(release => (At: release.ReleasedAt, By: "release")))
            .Where(end => end.At is not null)
            .OrderBy(end => end.At)
            .FirstOrDefault();
        return new ContractView(terms.ContractFrom, terms.ContractTo, at, by);
    }
}

public sealed record CleanYearView(int Year, bool Plaque, string? Text, Instant DecidedAt, ReasonsView Why);

/// <summary>A supplier's conduct in a month, and how it stands.</summary>
/// <param name="Cumulative">Complaints that count over the contract.</param>
public sealed record ConductView(
    YearMonth Month, ImmutableArray<CountedCase> Counted, ImmutableArray<ExcludedCase> Excluded, IReadOnlyList<IssueView> Issues, int Cumulative,
    IReadOnlyList<PenaltyLine> Penalties, ScoreView Scorecard, IReadOnlyList<CleanYearView> Years, ContractView Contract)
{
    public static ConductView Of(
        SupplierTerms terms, YearMonth month, IReadOnlyList<Complaint> complaints, int cumulative, IReadOnlyList<Penalty> penalties, Scorecard card,
        IReadOnlyList<CleanYear> years, IReadOnlyList<DepositRelease> releases)
    {
        return new ConductView(
            month,
            Domain.Suppliers.Scorecard.CountedOf(complaints),
            Domain.Suppliers.Scorecard.ExcludedOf(complaints),
            [.. complaints.GroupBy(complaint => complaint.Issue, StringComparer.Ordinal).OrderBy(issue => issue.Key, StringComparer.Ordinal)
                .Select(issue => new IssueView(issue.Key, issue.Count(one => one.Counts), issue.Count(one => !one.Counts)))],
            cumulative,
            [.. penalties.Select(penalty => new PenaltyLine(penalty.Id, penalty.Kind, penalty.Status))],
            ScoreView.Of(card),
            [.. years.Select(year => new CleanYearView(year.Year, year.Plaque, year.Text, year.DecidedAt, ReasonsView.Of(year.Reckoning)))],
            ContractView.Of(terms, penalties, releases));
    }
}

/// <summary>A deposit with what is left of it.</summary>
/// <param name="Held">Pending charges and penalties.</param>
/// <param name="Exposure">What open cases may still cost and nothing is held for yet.</param>
/// <param name="TopUpDue">The last day of a top-up's term that runs.</param>
public sealed record DepositView(
    Money Required, Money Balance, Money Held, Money Available, Money Exposure, Money AfterOpenCases, bool Low, LocalDate? TopUpDue, ReasonsView Why)
{
    public static DepositView Of(DepositForecast forecast, TopUpTerm? term) => new(
        forecast.Required, forecast.Balance, forecast.Held, forecast.Available, forecast.Exposure, forecast.AfterOpenCases, forecast.IsLow, term?.Due,
        ReasonsView.Of(forecast.Reckoning));
}

public sealed record MonthlyReviewView(
    YearMonth Month, LocalDate Due, Instant WrittenAt, ImmutableArray<CountedCase> Counted, ImmutableArray<ExcludedCase> Excluded,
    IReadOnlyDictionary<string, int> ByIssue, ImmutableArray<PenaltyLine> Penalties, ScoreView Scorecard, DepositView Deposit)
{
    public static MonthlyReviewView Of(MonthlyReview review) => new(
        review.Month, review.Due, review.WrittenAt, review.Counted, review.Excluded, review.ByIssue, review.Penalties, ScoreView.Of(review.Scorecard),
        DepositView.Of(review.Deposit, null));
}

/// <param name="LastGuaranteeDay">Of the goods sold.</param>
/// <param name="EarliestRelease">The day after.</param>
/// <param name="BlockedBy">Why it is not paid today: <c>open_case</c>, <c>guarantee_period</c>, <c>missing_signature</c>, <c>later_sale</c>,
/// <c>open_penalty</c>, <c>held_money</c>.</param>
/// <param name="Why">What the rulebook says today; of what was paid, what it said then.</param>
public sealed record ReleaseView(
    string Id, LocalDate LastSaleDate, ImmutableArray<string> ClassesSold, Instant AskedAt, bool SalesFloorHeadSigned, bool InspectionSigned,
    LocalDate LastGuaranteeDay, LocalDate EarliestRelease, bool Released, Instant? ReleasedAt, Money Amount, Money Kept, string? BlockedBy, ReasonsView Why)
{
    public static ReleaseView Of(DepositRelease release, ReleaseReckoning reckoned) => new(
        release.Id, release.LastSale, release.ClassesSold, release.AskedAt, release.FloorHead is not null, release.Inspection is not null,
        MallRules.DueOf(reckoned.Rulebook, "last_guarantee_day"), MallRules.DueOf(reckoned.Rulebook, "earliest_release"), release.IsPaid,
        release.ReleasedAt, release.Amount ?? Money.Zero, release.Kept ?? Money.Zero, release.IsPaid ? null : reckoned.BlockedBy,
        ReasonsView.Of(reckoned.Rulebook));
}
