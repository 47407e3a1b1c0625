using System.Text.Json.Serialization;
using AfterSales.Domain.Calendars;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>What a clock belongs to, and so what stops it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ClockScope>))]
public enum ClockScope
{
    /// <summary>Stops when the case leaves the step.</summary>
    [JsonStringEnumMemberName("step")] Step,

    /// <summary>Stops when somebody decides, on whatever step.</summary>
    [JsonStringEnumMemberName("decision")] Decision,

    /// <summary>The customer's time to answer a decision.</summary>
    [JsonStringEnumMemberName("answer")] Answer,

    /// <summary>The marketplace's time to pay.</summary>
    [JsonStringEnumMemberName("payout")] Payout,

    /// <summary>A step of the remedy: goods on their way, a repair.</summary>
    [JsonStringEnumMemberName("remedy")] Remedy,

    /// <summary>A second person's time to approve.</summary>
    [JsonStringEnumMemberName("approval")] Approval,

    /// <summary>A party's time to give the evidence that it was asked for.</summary>
    [JsonStringEnumMemberName("evidence")] Evidence,

    /// <summary>How long the other clocks may stand still.</summary>
    [JsonStringEnumMemberName("pause")] Pause,

    /// <summary>How long an offer stands.</summary>
    [JsonStringEnumMemberName("offer")] Offer,
}

/// <summary>Something said to people, in both languages of the product.</summary>
public sealed record Wording(string En, string Zh);

/// <summary>
/// A step that waits for somebody. <paramref name="Due"/> is the last on-time instant; the deadline elapses at the first
/// instant after it. What happens then is said in <paramref name="OnMiss"/> before it happens.
/// </summary>
/// <param name="Id">Unique within the case: the clock's name and a running number, for example <c>payout-2</c>.</param>
/// <param name="Name">What the rulebook calls the clock, such as <c>counter</c>.</param>
/// <param name="Clause">The clause that sets the limit, or the clock's name where the limit is a proposed reading.</param>
/// <param name="Proposed">True where the source documents state no such limit and the rulebook proposes one.</param>
/// <param name="PausedAt">Since when it stands still; null while it runs. Then <paramref name="Due"/> is what it was.</param>
public sealed record Deadline(
    string Id, string Name, string Clause, Party Owner, Instant Due, Wording OnMiss, DeadlineArithmetic Arithmetic, bool Proposed,
    Instant? PausedAt = null)
{
    [JsonIgnore]
    public bool Runs => PausedAt is null;
}
