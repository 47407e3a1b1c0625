using System.Collections.Immutable;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using NodaTime;

namespace AfterSales.Domain.Suppliers;

/// <summary>A penalty as a review tells of it.</summary>
public sealed record PenaltyLine(PenaltyId Penalty, PenaltyKind Kind, PenaltyStatus Status);

/// <summary>A case that counted as a complaint, with the supplier's share of the fault in percent.</summary>
public sealed record CountedCase(CaseId Case, string Issue, int Percent);

/// <summary>A case that did not count, and why.</summary>
public sealed record ExcludedCase(CaseId Case, string Issue, Exclusion Why);

/// <summary>A supplier's month, written down on the first working day after it and kept as written (MALL-C8.3).</summary>
/// <param name="Due">The first working day after the month.</param>
/// <param name="ByIssue">How many complaints counted by issue.</param>
public sealed record MonthlyReview(
    YearMonth Month,
    LocalDate Due,
    Instant WrittenAt,
    ImmutableArray<CountedCase> Counted,
    ImmutableArray<ExcludedCase> Excluded,
    ImmutableSortedDictionary<string, int> ByIssue,
    ImmutableArray<PenaltyLine> Penalties,
    Scorecard Scorecard,
    DepositForecast Deposit);

/// <summary>Whether a calendar year passed without a complaint that counts (MALL-C8.7); a plaque, no money.</summary>
/// <param name="Text">What the plaque says; null where there is none.</param>
public sealed record CleanYear(int Year, bool Plaque, string? Text, Instant DecidedAt, DecisionDocument Reckoning);

/// <summary>Until when a deposit is to be full again .</summary>
/// <param name="Key">Unique for each term; the ledger's key for what is booked.</param>
/// <param name="DeductedOn">The day of the deduction that the term runs from.</param>
/// <param name="Due">Its last day.</param>
public sealed record TopUpTerm(string Key, LocalDate DeductedOn, LocalDate Due);

/// <summary>What others fund of a case for their part of the fault: what the ledger is brought in line with.</summary>
/// <param name="Number">From 1, one more with each change: the ledger's keys follow from it.</param>
/// <param name="Paid">What the case had cost then.</param>
/// <param name="Sequence">The number of the case's event up to which that is known.</param>
/// <param name="Recovered">What of it had been recovered from the makers then (MALL-QFR-3).</param>
public sealed record FaultFunding(int Number, Money Paid, FaultShares Shares, long Sequence = 0, Money Recovered = default);
