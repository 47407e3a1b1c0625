using System.Text.Json.Serialization;
using AfterSales.Domain.Calendars;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>The clocks of a case. Those of rungs carry the rung's code.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Clock>))]
public enum Clock
{
    [JsonStringEnumMemberName("counter")] Counter,
    [JsonStringEnumMemberName("floor_head")] FloorHead,
    [JsonStringEnumMemberName("inspection_department")] InspectionDepartment,
    [JsonStringEnumMemberName("gm_in_charge")] GmInCharge,
    [JsonStringEnumMemberName("shift_end")] ShiftEnd,
    [JsonStringEnumMemberName("payout")] Payout,
    [JsonStringEnumMemberName("customer")] Customer,
    [JsonStringEnumMemberName("consumer_association")] ConsumerAssociation,
    [JsonStringEnumMemberName("legal_counsel")] LegalCounsel,
    [JsonStringEnumMemberName("evidence")] Evidence,
}

/// <summary>Something said to people, in both languages of the product.</summary>
public sealed record Wording(string En, string Zh);

/// <summary>
/// A step that waits for somebody. <paramref name="Due"/> is the last on-time instant; the deadline elapses at the first
/// instant after it. What happens then is said in <paramref name="OnMiss"/> before it happens.
/// </summary>
/// <param name="Id">Unique within the case: the clock's name and a running number, for example <c>payout-2</c>.</param>
/// <param name="Clause">The clause that sets the limit, or the step's code where the limit is a proposed reading.</param>
/// <param name="Proposed">True where the source documents state no such limit and the rulebook proposes one.</param>
public sealed record Deadline(
    string Id, Clock Name, string Clause, Party Owner, Instant Due, Wording OnMiss, DeadlineArithmetic Arithmetic, bool Proposed);
