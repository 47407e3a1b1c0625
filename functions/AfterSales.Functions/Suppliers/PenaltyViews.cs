using System.Collections.Immutable;
using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Cases;
using AfterSales.Functions.Http;
using NodaTime;

namespace AfterSales.Functions.Suppliers;

/// <summary>Why something was decided: what the rulebook concluded from which facts, by which clauses.</summary>
public sealed record ReasonsView(Facts Facts, Conclusions Conclusions, ImmutableArray<Citation> Citations, RulebookVersion Rulebook)
{
    public static ReasonsView Of(DecisionDocument decision) => new(decision.Facts, decision.Conclusions, decision.Citations, decision.Rulebook);
}

/// <param name="Entries">Of the ledger: what held the money, settled it, let it go or reversed it, and a levy's payment.</param>
public sealed record FineView(Money Amount, FineState State, Instant? HeldOn, Instant? SettledOn, Instant? EndedAt, FineEntries Entries);

/// <param name="Stands">Counts against the supplier; false while an appeal suspends it.</param>
public sealed record StrikeView(bool Stands, Instant? GivenAt, Instant? ReversedAt);

/// <param name="DecidedByPerson">As <see cref="PenaltyStepView.Person"/>.</param>
public sealed record AppealView(
    int Round, Instant FiledAt, string? Reason, string? Decision, Instant? DecidedAt, string? DecidedBy, string? DecidedByPerson, string? DecisionReason);

/// <param name="By">The role.</param>
/// <param name="Person">Which person of the role, for the mall's people; the supplier is told the role only.</param>
public sealed record PenaltyStepView(Instant At, string By, string? Person, string Event, string? Reason);

/// <summary>A penalty as the supplier and the mall's people see it.</summary>
/// <param name="Reasons">The statement of reasons.</param>
/// <param name="Deadline">The one running clock, with its arithmetic and what happens when nobody acts.</param>
public sealed record PenaltyView(
    PenaltyId Id,
    SupplierId Supplier,
    PenaltyKind Kind,
    PenaltyStatus Status,
    Instant OpenedAt,
    string Clause,
    string? Issue,
    YearMonth? Month,
    ImmutableArray<CaseId> Cases,
    ReasonsView Reasons,
    FineView Fine,
    StrikeView Strike,
    IReadOnlyList<AppealView> Appeals,
    DeadlineView? Deadline,
    LevyPaid? Payment,
    Instant? ContractEndedAt,
    IReadOnlyList<PenaltyStepView> Timeline);

/// <summary>Shows penalties; what people wrote is opened for whoever may read the penalty.</summary>
public sealed class PenaltyViews(SupplierDesk desk, RulesInForce rules)
{
    public async ValueTask<PenaltyView> OfAsync(Penalty penalty, Caller caller, CancellationToken cancellationToken)
    {
        var forStaff = caller.Role != Role.Supplier;
        var zone = (await rules.MallAsync(cancellationToken)).Zone;
        return new PenaltyView(
            penalty.Id, penalty.Supplier, penalty.Kind, penalty.Status, penalty.OpenedAt, penalty.Grounds.Clause, penalty.Grounds.Issue,
            penalty.Grounds.Month, penalty.Grounds.Cases, ReasonsView.Of(penalty.Grounds.Decision),
            new FineView(
                penalty.Fine.Amount, penalty.Fine.State, penalty.Fine.HeldOn, penalty.Fine.SettledOn, penalty.Fine.EndedAt,
                PenaltyBooks.EntriesOf(penalty)),
            new StrikeView(penalty.StrikeCounts, penalty.Strike.GivenAt, penalty.Strike.ReversedAt),
            [.. penalty.Appeals.Select(appeal => Shown(appeal, forStaff))],
            penalty.Deadline is { } deadline ? DeadlineView.Of(deadline, zone) : null,
            penalty.Payment,
            penalty.ContractEndedAt,
            [.. penalty.Timeline.Select(step => new PenaltyStepView(
                step.At, CaseViews.By(step.By), forStaff ? PersonOf(step.By) : null, step.Event, desk.Open(step.SealedReason)))]);
    }

    private AppealView Shown(PenaltyAppeal appeal, bool forStaff) => new(
        appeal.Round, appeal.FiledAt, desk.Open(appeal.SealedReason),
        appeal.Upheld switch { null => null, true => "uphold", false => "overturn" },
        appeal.DecidedAt, appeal.DecidedBy is { } by ? CaseViews.By(by) : null, forStaff ? PersonOf(appeal.DecidedBy) : null,
        desk.Open(appeal.SealedDecision));

    private static string? PersonOf(Actor? actor) => actor is { Party: not (Party.Supplier or Party.Clock) } ? actor.Id : null;
}
