using System.Text.Json.Serialization;
using AfterSales.Domain.Cases;
using NodaTime;

namespace AfterSales.Domain.Suppliers;

/// <summary>Why a case does not count as a complaint against its supplier .</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Exclusion>))]
public enum Exclusion
{
    /// <summary>Closed against the customer.</summary>
    [JsonStringEnumMemberName("unfounded")] Unfounded,

    [JsonStringEnumMemberName("withdrawn")] Withdrawn,

    /// <summary>Another case goes on in its place and counts.</summary>
    [JsonStringEnumMemberName("duplicate")] Duplicate,

    /// <summary>Others bear all of the fault: as against this supplier it is unfounded.</summary>
    [JsonStringEnumMemberName("not-at-fault")] NotAtFault,
}

/// <summary>A case as it counts against its supplier.</summary>
/// <param name="Issue">What is complained about: the fact <c>issue</c> where it was given, else the claim's reason.</param>
/// <param name="RegisteredOn">The day of registration in the rulebook's zone: its calendar month is the one it counts in.</param>
/// <param name="Outcome">Null while the case is open.</param>
/// <param name="Exposure">What the case may still cost the supplier: what the rulebook grants, while nobody has decided.</param>
/// <param name="Sequence">The number of the case's event up to which this is known.</param>
public sealed record Complaint(
    CaseId Case, string Issue, LocalDate RegisteredOn, CaseOutcome? Outcome, Money Exposure, FaultShares Shares, long Sequence)
{
    private const string IssueFact = "issue";

    /// <summary>When the goods were sold, in the rulebook's zone; null where nobody said.</summary>
    public LocalDate? SoldOn { get; init; }

    [JsonIgnore]
    public YearMonth Month => RegisteredOn.ToYearMonth();

    [JsonIgnore]
    public bool IsOpen => Outcome is null;

    /// <summary>Null when the case counts. An open case counts until it is closed as unfounded.</summary>
    [JsonIgnore]
    public Exclusion? Excluded => Outcome switch
    {
        CaseOutcome.Refused => Exclusion.Unfounded,
        CaseOutcome.Withdrawn => Exclusion.Withdrawn,
        CaseOutcome.Merged => Exclusion.Duplicate,
        null or CaseOutcome.Upheld or CaseOutcome.Lapsed => Shares.OfSupplier == 0 ? Exclusion.NotAtFault : null,
        _ => throw new InvalidOperationException($"Unknown outcome {Outcome}."),
    };

    [JsonIgnore]
    public bool Counts => Excluded is null;

    /// <summary>What a case says about its supplier now.</summary>
    public static Complaint Of(Case @case, FaultShares shares) => new(
        @case.Id,
        @case.Decision.Facts.Text(IssueFact) ?? @case.Claim.Reason,
        @case.OpenedAt.InZone(@case.TimeZone).Date,
        @case.Outcome,
        ExposureOf(@case),
        shares,
        @case.Sequence)
    {
        SoldOn = @case.Order.SoldAt?.InZone(@case.TimeZone).Date,
    };

    private static Money ExposureOf(Case @case) =>
        @case is { IsClosed: false, Ruling: null, Decision: { Covered: true, Payable: { IsPositive: true } payable } }
        && payable.Currency == Currency.Cny
            ? payable
            : Money.Zero;
}
