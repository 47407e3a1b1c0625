using System.Collections.Immutable;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Rulebooks;
using NodaTime;

namespace AfterSales.Domain.Suppliers;

/// <summary>
/// A leaving supplier's request to have its deposit back (MALL-LAD-6, X-37): signed by the sales-floor head and by the Inspection Department,
/// paid from the day after the last guarantee day when no case is open, less what the supplier still owes.
/// </summary>
/// <param name="Id">Follows from the supplier, the last sale and the classes.</param>
/// <param name="Amount">What was given back; null until it was.</param>
/// <param name="Kept">What was kept of the deposit for what the supplier owed.</param>
/// <param name="Reckoned">What the rulebook said when it was paid, or was about to be; null before, and where that was not kept.</param>
public sealed record DepositRelease(
    string Id,
    LocalDate LastSale,
    ImmutableArray<string> ClassesSold,
    Instant AskedAt,
    Actor? FloorHead = null,
    Actor? Inspection = null,
    Instant? ReleasedAt = null,
    Money? Amount = null,
    Money? Kept = null,
    DecisionDocument? Reckoned = null)
{
    public bool IsPaid => ReleasedAt is not null;

    /// <summary>Whether the other signature is this person's: one person does not sign for both.</summary>
    public bool HasOtherSignatureOf(Actor actor) =>
        actor.Id is not null && (actor.Party == Party.Inspection ? FloorHead : Inspection)?.Id == actor.Id;

    /// <summary>The same with one signature more; the first of each role counts.</summary>
    public DepositRelease SignedBy(Actor actor) => actor.Party == Party.Inspection
        ? this with { Inspection = Inspection ?? actor }
        : this with { FloorHead = FloorHead ?? actor };

    /// <summary>Whether a new request takes the place of this one: nobody has signed it, or it tells of a later sale.</summary>
    public bool GivesWayTo(LocalDate lastSale) => !IsPaid && ((FloorHead is null && Inspection is null) || lastSale > LastSale);
}

/// <summary>What stands between a supplier and its deposit today.</summary>
/// <param name="Rulebook">What MALL-LAD-6 says of the facts.</param>
/// <param name="BlockedBy">Why it is not paid today, the rulebook's own reasons first; null when it can be.</param>
public sealed record ReleaseReckoning(DecisionDocument Rulebook, string? BlockedBy)
{
    /// <summary>A case tells of goods sold after the day that was named as the last.</summary>
    public const string LaterSale = "later_sale";

    /// <summary>A penalty is proposed, announced or under appeal.</summary>
    public const string OpenPenalty = "open_penalty";

    /// <summary>Something is held against the deposit or of what is claimed in cash.</summary>
    public const string HeldMoney = "held_money";

    public static ReleaseReckoning Of(
        DecisionDocument said, SupplierId supplier, LocalDate lastSale, Balances balances, IEnumerable<Complaint> complaints,
        IEnumerable<Penalty> penalties) => new(said, said.Conclusions switch
        {
            var rulebook when rulebook.Truth("release") != true => rulebook.Text("blocked_by"),
            _ when TellsOfLaterSale(complaints, lastSale) => LaterSale,
            _ when penalties.Any(penalty => penalty.IsOpen) => OpenPenalty,
            _ when !balances.PendingOf(Account.Deposit(supplier)).IsZero || !balances.PendingOf(Account.CashClaims(supplier)).IsZero => HeldMoney,
            _ => null,
        });

    /// <summary>Whether a case tells of goods that were sold after a day.</summary>
    public static bool TellsOfLaterSale(IEnumerable<Complaint> complaints, LocalDate lastSale) =>
        complaints.Any(complaint => complaint.SoldOn > lastSale);
}
