using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using NodaTime;

namespace AfterSales.Functions.Outbound;

/// <summary>A deadline as messages carry it: instants with the offset of the case's zone, and what silence leads to.</summary>
public sealed record DeadlineData(string Id, string Clause, string Owner, OffsetDateTime Due, Wording OnMiss)
{
    /// <summary>Those of one owner, the nearest first.</summary>
    public static IReadOnlyList<DeadlineData> Of(IEnumerable<Deadline> deadlines, Party owner, Case @case) =>
        [.. deadlines.Where(deadline => deadline.Owner == owner).OrderBy(deadline => deadline.Due).Select(deadline => Of(deadline, @case))];

    public static DeadlineData Of(Deadline deadline, Case @case) => Of(deadline, @case.TimeZone);

    public static DeadlineData Of(Deadline deadline, DateTimeZone zone) =>
        new(deadline.Id, deadline.Clause, WireName.Of(deadline.Owner), deadline.Due.InZone(zone).ToOffsetDateTime(), deadline.OnMiss);

    public static OffsetDateTime Local(Instant at, Case @case) => at.InZone(@case.TimeZone).ToOffsetDateTime();
}

/// <summary>Where a case or a penalty is read by those who have a token.</summary>
public sealed class CaseAddress(LinkOptions options)
{
    public Uri Of(CaseId id) => new(options.PublicUrl, $"api/v1/cases/{id}");

    public Uri Of(SupplierId supplier, PenaltyId id) => new(options.PublicUrl, $"api/v1/suppliers/{supplier}/penalties/{id}");
}
