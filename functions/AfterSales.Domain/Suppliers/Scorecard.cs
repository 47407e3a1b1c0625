using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks;
using NodaTime;

namespace AfterSales.Domain.Suppliers;

/// <summary>A supplier's score and what went into it; reckoned anew whenever it is asked for, so that what was overturned or reversed is out.</summary>
/// <param name="From">The first day that counts.</param>
/// <param name="Complaints">The cases that count, each with the supplier's share of the fault in percent.</param>
/// <param name="Excluded">The cases of the same days that do not count, and why.</param>
/// <param name="Penalties">Those whose strike stands.</param>
/// <param name="Reckoning">Score, band and consequence with their clauses.</param>
public sealed record Scorecard(
    LocalDate From,
    LocalDate To,
    ImmutableArray<CountedCase> Complaints,
    ImmutableArray<ExcludedCase> Excluded,
    ImmutableArray<PenaltyId> Penalties,
    int LateResponses,
    DecisionDocument Reckoning)
{
    /// <param name="lateResponses">When answers came too late.</param>
    public static Scorecard Of(
        HouseRules house, LocalDate today, DateTimeZone zone, IReadOnlyList<Complaint> complaints, IReadOnlyList<Penalty> penalties,
        IReadOnlyList<Instant> lateResponses)
    {
        LocalDate from = today.PlusDays(1 - house.ScoreDays);
        Complaint[] within = [.. complaints.Where(complaint => complaint.RegisteredOn >= from && complaint.RegisteredOn <= today)];
        Penalty[] standing = [.. penalties.Where(penalty => penalty.StrikeCounts && IsWithin(penalty.Strike.GivenAt!.Value))];
        ImmutableArray<CountedCase> counted = CountedOf(within);
        int late = lateResponses.Count(IsWithin);
        return new Scorecard(
            from,
            today,
            counted,
            ExcludedOf(within),
            [.. standing.Select(penalty => penalty.Id)],
            late,
            house.Score(
                counted.Sum(complaint => complaint.Percent),
                late,
                standing.Count(penalty => penalty.Kind == PenaltyKind.Warning),
                standing.Count(penalty => penalty.Kind == PenaltyKind.Ultimatum),
                standing.Count(penalty => penalty.Kind is not (PenaltyKind.Warning or PenaltyKind.Ultimatum))));

        bool IsWithin(Instant at) => at.InZone(zone).Date is var day && day >= from && day <= today;
    }

    public static ImmutableArray<CountedCase> CountedOf(IEnumerable<Complaint> complaints) =>
    [
        .. complaints.Where(complaint => complaint.Counts)
            .Select(complaint => new CountedCase(complaint.Case, complaint.Issue, complaint.Shares.OfSupplier)),
    ];

    public static ImmutableArray<ExcludedCase> ExcludedOf(IEnumerable<Complaint> complaints) =>
    [
        .. complaints.Where(complaint => !complaint.Counts)
            .Select(complaint => new ExcludedCase(complaint.Case, complaint.Issue, complaint.Excluded!.Value)),
    ];
}
