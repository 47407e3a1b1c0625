using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Evidence;
using AfterSales.Functions.Http;
using AfterSales.Functions.Rulebooks;
using AfterSales.Functions.Storage;
using NodaTime;
using NodaTime.Extensions;

namespace AfterSales.Functions.Cases;

/// <summary>A case as the API shows it. Instants carry the offset of the marketplace's zone; amounts are strings.</summary>
public sealed record CaseView(
    string Id,
    string Marketplace,
    string ExternalId,
    string Supplier,
    RulebookName Rulebook,
    string Status,
    string? Outcome,
    string Level,
    string? Owner,
    OffsetDateTime OpenedAt,
    OffsetDateTime? ClosedAt,
    ClaimView Claim,
    CustomerContact? Customer,
    OrderView Order,
    DecisionDocument Decision,
    RulingView? Ruling,
    ProposalView? Proposal,
    OfferView? Offer,
    RefundView Refund,
    RemedyView? Remedy,
    IReadOnlyList<DeadlineView> Deadlines,
    PauseView? Paused,
    IReadOnlyList<AllowedActionView> AllowedActions,
    IReadOnlyList<EvidenceView> Evidence,
    IReadOnlyList<EvidenceRoundView> EvidenceRounds,
    IReadOnlyList<MissingEvidenceView> MissingEvidence,
    IReadOnlyList<string> AwaitedEvidence,
    IReadOnlyList<RejectedFile> RejectedEvidence,
    IReadOnlyList<MissingFact> Missing,
    IReadOnlyList<ChecklistLine> Checklist,
    IReadOnlyList<Contradiction> Contradictions,
    IReadOnlyList<LinkView> Links,
    IReadOnlyList<TimelineView> Timeline,
    long Version);

/// <summary>What a clause of the case's rulebook wants recorded, and whether the case's facts say that it was.</summary>
public sealed record ChecklistLine(string Clause, string Zh, string En, bool Done);

public sealed record RulebookName(string Id, string Version);

/// <param name="Description">In the customer's words, for those who may read it.</param>
public sealed record ClaimView(string Kind, string Reason, string? Description);

public sealed record OrderView(string Id, string? Line, Money Paid, Money Freight, string Currency, OffsetDateTime? SoldAt);

/// <summary>The decision in force: whose, when, what.</summary>
public sealed record RulingView(
    OffsetDateTime At, string Level, string Outcome, bool BySilence, string? Remedy, Money Amount, IReadOnlyList<string> Clauses,
    string? Reason);

/// <param name="State"><c>none</c>, or the state of the last payout.</param>
/// <param name="Amount">What was granted in all.</param>
/// <param name="Components">How that is made up; absent where all of it is for the goods.</param>
/// <param name="DifferenceDue">What the customer still has to pay for goods that cost more, or for a repair.</param>
/// <param name="DifferencePaid">What he paid of that.</param>
public sealed record RefundView(
    string State, Money Amount, Money Paid, string Currency, IReadOnlyList<MoneyComponent>? Components, Money? DifferenceDue, Money? DifferencePaid, Money? Coupon,
    IReadOnlyList<PayoutView> Payouts, IReadOnlyList<OverpaymentView>? Overpayments);

/// <summary>More went back for the item than was paid for it, over all cases and marketplaces: for staff.</summary>
/// <param name="End">Absent while finance has to get it back.</param>
public sealed record OverpaymentView(Money Amount, OffsetDateTime FoundAt, string? End);

/// <summary>A decision that waits for a second person.</summary>
public sealed record ProposalView(OffsetDateTime At, string Level, string Remedy, Money Amount, string? Clause, string? Reason);

/// <summary>What one side has offered the other; <paramref name="To"/> may take or decline it until then.</summary>
/// <param name="BelowRulebook">The rulebook gives the customer more.</param>
public sealed record OfferView(
    int Number, OffsetDateTime At, string By, string To, OffsetDateTime Until, string Remedy, Money Amount, bool BelowRulebook,
    Money? ReplacementPrice, Money? OutboundFreight, Money? ReturnFreight, string? Note);

/// <summary>The granted remedy, step by step.</summary>
/// <param name="Lapsed">Nobody did in time what was to be done, and it is no longer owed.</param>
public sealed record RemedyView(string Kind, bool Lapsed, IReadOnlyList<RemedyStepView> Steps);

public sealed record RemedyStepView(
    string Step, string Owner, string State, OffsetDateTime? At, string? Carrier, string? Tracking, int? Quantity, string? Condition, Money? Amount,
    string? Text);

/// <summary>The clocks that may stand still do so.</summary>
public sealed record PauseView(OffsetDateTime At, string By, string Reason);

public sealed record LinkView(string Case, string Kind, string Href);

/// <param name="Held">Why it was held back for finance; absent when it was not.</param>
/// <param name="Tenders">What was confirmed tender by tender.</param>
/// <param name="PaidOn">The day on which finance says it was paid, with the payment's reference.</param>
public sealed record PayoutView(
    string Id, string State, Money Amount, int Attempt, OffsetDateTime InstructedAt, string? Held,
    IReadOnlyList<TenderShare>? Tenders, LocalDate? PaidOn, string? Reference, IReadOnlyList<MoneyComponent>? Components);

/// <param name="Paused">It stands still; <paramref name="Due"/> is when it would have been due.</param>
public sealed record DeadlineView(
    string Id, string Name, string Clause, string Owner, OffsetDateTime Due, Wording OnMiss, ArithmeticView Arithmetic, bool Proposed, bool Paused)
{
    /// <param name="zone">In which its instants are shown.</param>
    public static DeadlineView Of(Deadline deadline, DateTimeZone zone)
    {
        var sum = deadline.Arithmetic;
        return new DeadlineView(
            deadline.Id, deadline.Name, deadline.Clause, WireName.Of(deadline.Owner), Local(deadline.Due), deadline.OnMiss,
            new ArithmeticView(
                Local(sum.Anchor), sum.Length, sum.Rule, sum.English, sum.Chinese, sum.Calendar, sum.DaysOff ?? [],
                [.. (sum.Pauses ?? []).Select(pause => new PauseSpanView(Local(pause.From), Local(pause.To), pause.Reason))]),
            deadline.Proposed, !deadline.Runs);

        OffsetDateTime Local(Instant at) => at.InZone(zone).ToOffsetDateTime();
    }
}

/// <param name="Calendar">The calendar with its version, where working days were counted.</param>
/// <param name="DaysOff">The weekends and holidays crossed.</param>
public sealed record ArithmeticView(
    OffsetDateTime Anchor, string Length, string Rule, string En, string Zh, string? Calendar, IReadOnlyList<LocalDate> DaysOff,
    IReadOnlyList<PauseSpanView> Pauses);

public sealed record PauseSpanView(OffsetDateTime From, OffsetDateTime To, string Reason);

/// <param name="Effect">What the action would come to, found by trying it; null where that depends on what is said.</param>
public sealed record AllowedActionView(string Action, string Actor, OffsetDateTime? Until, Money? Money, EffectView? Effect);

public sealed record EffectView(
    string Status, string Level, Money Granted, Money Pays, string? HeldIf, IReadOnlyList<StartedView> Starts, IReadOnlyList<string> Stops);

public sealed record StartedView(string Name, string Owner, OffsetDateTime Due, Wording OnMiss);

/// <param name="By">The party's role, with its id where it is a business.</param>
/// <param name="Text">What the person wrote, for those who may read it.</param>
public sealed record TimelineView(OffsetDateTime At, string By, string Event, string What, string WhatZh, string? Clause, string? Text);

/// <summary>Shows cases, each to whom it is shown: what people wrote is opened for those who may read it.</summary>
public sealed class CaseViews(PersonVault vault, CustomerCards cards, RulebookRegistry rulebooks, EvidenceIndex evidence, TimeProvider clock)
{
    public async Task<CaseView> ShowAsync(StoredCase stored, Caller caller, CancellationToken cancellationToken)
    {
        var @case = stored.State;
        var card = await cards.OpenAsync(stored, caller, cancellationToken);
        return new CaseView(
            @case.Id.ToString(),
            @case.Marketplace,
            @case.ExternalId,
            @case.SupplierId,
            new RulebookName(@case.Decision.Rulebook.Id, @case.Decision.Rulebook.Version),
            WireName.Of(@case.Status),
            Named(@case.Outcome),
            @case.Level.Value,
            Named(@case.Owner),
            Local(@case, @case.OpenedAt),
            Local(@case, @case.ClosedAt),
            new ClaimView(WireName.Of(@case.Claim.Kind), @case.Claim.Reason, card?.Description),
            card?.Customer,
            Order(@case),
            @case.Decision,
            @case.Ruling is { } ruling ? await RulingAsync(@case, ruling, caller, cancellationToken) : null,
            @case.Proposal is { } proposal ? await ProposalAsync(@case, proposal, caller, cancellationToken) : null,
            @case.Offer is { } offer ? await OfferAsync(@case, offer, caller, cancellationToken) : null,
            Refund(@case, caller),
            @case.Fulfilment is { } fulfilment ? await RemedyAsync(@case, fulfilment, caller, cancellationToken) : null,
            [.. @case.Deadlines.OrderBy(deadline => deadline.Due).Select(deadline => DeadlineView.Of(deadline, @case.TimeZone))],
            @case.Pause is { } pause ? new PauseView(Local(@case, pause.At), By(pause.By), WireName.Of(pause.Reason)) : null,
            [.. AllowedActions.Of(@case, clock.GetUtcNow().ToInstant(), ActorOf(caller)).Select(allowed => Shown(@case, allowed))],
            EvidenceViews.Files(@case, caller, await AdviceAsync(@case, caller, cancellationToken)),
            EvidenceViews.Rounds(@case),
            MissingEvidenceView.Of(@case, await rulebooks.OfAsync(@case.Decision.Rulebook, cancellationToken)),
            [.. @case.AwaitedEvidence.Select(file => file.Name)],
            @case.RejectedEvidence,
            @case.Decision.Missing,
            await ChecklistAsync(@case, cancellationToken),
            @case.Contradictions,
            [.. @case.Links.Select(link => new LinkView(link.Case.ToString(), WireName.Of(link.Kind), $"/api/v1/cases/{link.Case}")), .. FileToHandOver(@case)],
            await TimelineAsync(@case, caller, cancellationToken),
            @case.Sequence);
    }

    /// <summary>Whoever sits on a step outside the house needs the whole case in one file.</summary>
    private static IEnumerable<LinkView> FileToHandOver(Case @case) => @case is { IsClosed: false, Rung.IsExternal: true }
        ? [new LinkView(@case.Id.ToString(), "case-file", $"/api/v1/cases/{@case.Id}/file")]
        : [];

    private async Task<IReadOnlyList<ChecklistLine>> ChecklistAsync(Case @case, CancellationToken cancellationToken)
    {
        var rulebook = await rulebooks.OfAsync(@case.Decision.Rulebook, cancellationToken);
        return [.. rulebook.Checklist(@case.Decision.Facts).Select(item => new ChecklistLine(item.Clause, item.Chinese, item.English, item.Done))];
    }

    /// <summary>Null for whom it is not meant for.</summary>
    private async Task<ILookup<string, EvidenceAdvice>?> AdviceAsync(Case @case, Caller caller, CancellationToken cancellationToken) =>
        EvidenceSight.MaySeeReuse(caller) && !@case.Evidence.IsEmpty ? await evidence.AdviceAsync(@case.Id, cancellationToken) : null;

    private static OrderView Order(Case @case) => new(
        @case.Order.OrderId, @case.Order.Line, @case.Order.Paid, @case.Order.Freight, @case.Order.Paid.Currency.Code,
        Local(@case, @case.Order.SoldAt));

    private static RefundView Refund(Case @case, Caller caller) => new(
        @case.Payouts.IsEmpty ? "none" : WireName.Of(@case.Payouts[^1].State),
        @case.Granted,
        @case.Paid,
        @case.Granted.Currency.Code,
        @case.Components.IsEmpty ? null : @case.Components,
        @case.DifferenceDue,
        @case.DifferencePaid is { IsPositive: true } paid ? paid : null,
        @case.Coupon,
        [.. @case.Payouts.Select(payout => new PayoutView(
            payout.Id.ToString(), WireName.Of(payout.State), payout.Amount, payout.Attempt, Local(@case, payout.InstructedAt),
            payout.Held is { } held ? WireName.Of(held) : null, payout.Parts, payout.PaidOn, payout.Reference, payout.Components))],
        @case.Overpayments.IsEmpty || caller.Role is Role.Customer or Role.Supplier or Role.Marketplace
            ? null
            : [.. @case.Overpayments.Select(one => new OverpaymentView(one.Amount, Local(@case, one.FoundAt), Named(one.End)))]);

    private static AllowedActionView Shown(Case @case, AllowedAction allowed) =>
        new(
            WireName.Of(allowed.Action), WireName.Of(allowed.Actor), Local(@case, allowed.Until), allowed.Money,
            allowed.Effect is { } effect ? Shown(@case, effect) : null);

    private static EffectView Shown(Case @case, ActionEffect effect) => new(
        WireName.Of(effect.Status), effect.Level.Value, effect.Granted, effect.Pays, Named(effect.HeldIf),
        [.. effect.Starts.Select(deadline =>
            new StartedView(deadline.Name, WireName.Of(deadline.Owner), Local(@case, deadline.Due), deadline.OnMiss))],
        effect.Stops);

    /// <summary>For whom what may be done is told; who only reads has no part in the case.</summary>
    private static Actor? ActorOf(Caller caller) => caller.Role is Role.PolicyOwner or Role.Auditor ? null : caller.ToActor();

    private async Task<RulingView> RulingAsync(Case @case, Ruling ruling, Caller caller, CancellationToken cancellationToken) => new(
        Local(@case, ruling.At), ruling.Rung.Value, WireName.Of(ruling.Outcome), ruling.BySilence, Named(ruling.Remedy),
        ruling.Amount, ruling.Clauses, await OpenAsync(@case, ruling.SealedReason, @case.Process[ruling.Rung].Owner, caller, cancellationToken));

    private async Task<ProposalView> ProposalAsync(Case @case, Proposal proposal, Caller caller, CancellationToken cancellationToken) => new(
        Local(@case, proposal.At), proposal.Rung.Value, WireName.Of(proposal.Remedy), proposal.Amount, proposal.Clause,
        await OpenAsync(@case, proposal.SealedReason, proposal.By.Party, caller, cancellationToken));

    private async Task<OfferView> OfferAsync(Case @case, Offer offer, Caller caller, CancellationToken cancellationToken) => new(
        offer.Number, Local(@case, offer.At), By(offer.By), WireName.Of(offer.To), Local(@case, offer.Due), WireName.Of(offer.Remedy), offer.Amount,
        offer.BelowRulebook, offer.Terms?.ReplacementPrice, offer.Terms?.OutboundFreight, offer.Terms?.ReturnFreight,
        await OpenAsync(@case, offer.SealedNote, offer.By.Party, caller, cancellationToken));

    private async Task<RemedyView> RemedyAsync(Case @case, Fulfilment fulfilment, Caller caller, CancellationToken cancellationToken)
    {
        var steps = new List<RemedyStepView>();
        foreach (var step in fulfilment.Steps)
        {
            var note = step.Note ?? StepNote.None;
            steps.Add(new RemedyStepView(
                WireName.Of(step.Step), WireName.Of(step.Owner), WireName.Of(step.State), Local(@case, step.At), note.Carrier, note.Tracking,
                note.Quantity, Named(note.Condition), note.Amount, await OpenAsync(@case, note.SealedText, step.Owner, caller, cancellationToken)));
        }
        return new RemedyView(WireName.Of(fulfilment.Remedy), fulfilment.Lapsed, steps);
    }

    private async Task<List<TimelineView>> TimelineAsync(Case @case, Caller caller, CancellationToken cancellationToken)
    {
        var lines = new List<TimelineView>();
        foreach (var entry in @case.Timeline.Where(entry => EvidenceSight.MaySee(caller, entry) && MaySee(caller, entry)))
        {
            var text = await OpenAsync(@case, entry.Sealed, entry.By.Party, caller, cancellationToken);
            lines.Add(new TimelineView(
                Local(@case, entry.At), By(entry.By), entry.Event, entry.What.En, entry.What.Zh, entry.Clause, text));
        }
        return lines;
    }

    /// <summary>What went wrong between houses is no business of those who are no part of them.</summary>
    private static bool MaySee(Caller caller, TimelineEntry entry) =>
        entry.Event is not ("overpayment-found" or "overpayment-resolved" or "payout-release-proposed" or "payout-release-sent-back" or "payout-released")
        || caller.Role is not (Role.Customer or Role.Supplier or Role.Marketplace);

    internal static string By(Actor actor) => actor is { Party: Party.Supplier or Party.Marketplace, Id: { } id }
        ? $"{WireName.Of(actor.Party)} {id}"
        : WireName.Of(actor.Party);

    /// <summary>Null for who may not read it, and when the customer's data has been erased.</summary>
    private async Task<string?> OpenAsync(
        Case @case, string? sealedText, Party writer, Caller reader, CancellationToken cancellationToken) =>
        sealedText is not null && MayRead(writer, reader)
            ? await vault.OpenTextAsync(new PersonId(@case.CustomerId), sealedText, cancellationToken)
            : null;

    /// <summary>The mall's people and the customer read everything; others what the customer did not write, or nothing.</summary>
    private static bool MayRead(Party writer, Caller reader) => reader.Role switch
    {
        Role.Agent or Role.FloorManager or Role.Inspection or Role.Manager or Role.Customer => true,
        Role.Finance or Role.Supplier or Role.Marketplace => writer != Party.Customer,
        Role.PolicyOwner or Role.Auditor => false,
        _ => throw new InvalidOperationException($"No such role: {reader.Role}"),
    };

    internal static OffsetDateTime Local(Case @case, Instant at) => at.InZone(@case.TimeZone).ToOffsetDateTime();

    private static OffsetDateTime? Local(Case @case, Instant? at) => at is { } instant ? Local(@case, instant) : null;

    private static string? Named<T>(T? value) where T : struct, Enum => value is { } given ? WireName.Of(given) : null;
}
