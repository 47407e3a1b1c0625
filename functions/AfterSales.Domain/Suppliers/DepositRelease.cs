using System.Collections.Immutable;
using AfterSales.Domain.Cases;
using NodaTime;

namespace AfterSales.Domain.Suppliers;

/// <summary>
/// A leaving supplier's request to have its deposit back (MALL-LAD-6, X-37): signed by the sales-floor head and by the Inspection Department,
/// paid from the day after the last guarantee day when no case is open, less what the supplier still owes.
/// </summary>
/// <param name="Id">Follows from the supplier, the last sale and the classes.</param>
/// <param name="Amount">What was given back; null until it was.</param>
/// <param name="Kept">What was kept of the deposit for what the supplier owed.</param>
public sealed record DepositRelease(
    string Id,
    LocalDate LastSale,
    ImmutableArray<string> ClassesSold,
    Instant AskedAt,
    Actor? FloorHead = null,
    Actor? Inspection = null,
    Instant? ReleasedAt = null,
    Money? Amount = null,
    Money? Kept = null)
{
    public bool IsPaid => ReleasedAt is not null;

    /// <summary>The same with one signature more; the first of each role counts.</summary>
    public DepositRelease SignedBy(Actor actor) => actor.Party == Party.Inspection
        ? this with { Inspection = Inspection ?? actor }
        : this with { FloorHead = FloorHead ?? actor };
}
