using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Http;
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
    RefundView Refund,
    IReadOnlyList<DeadlineView> Deadlines,
    IReadOnlyList<AllowedActionView> AllowedActions,
    IReadOnlyList<EvidenceView> Evidence,
    IReadOnlyList<string> AwaitedEvidence,
    IReadOnlyList<RejectedFile> RejectedEvidence,
    IReadOnlyList<MissingFact> Missing,
    IReadOnlyList<Contradiction> Contradictions,
    IReadOnlyList<TimelineView> Timeline,
    long Version);

public sealed record RulebookName(string Id, string Version);

/// <param name="Description">In the customer's words, for those who may read it.</param>
public sealed record ClaimView(string Kind, string Reason, string? Description);

public sealed record OrderView(string Id, string? Line, Money Paid, Money Freight, string Currency, OffsetDateTime? SoldAt);

/// <summary>The decision in force: whose, when, what.</summary>
public sealed record RulingView(
    OffsetDateTime At, string Level, string Outcome, bool BySilence, string? Remedy, Money Amount, IReadOnlyList<string> Clauses, string? Reason);

/// <param name="State"><c>none</c>, or the state of the last payout.</param>
/// <param name="Amount">What was granted in all.</param>
public sealed record RefundView(string State, Money Amount, Money Paid, string Currency, IReadOnlyList<PayoutView> Payouts);

public sealed record PayoutView(string Id, string State, Money Amount, int Attempt, OffsetDateTime InstructedAt);

public sealed record DeadlineView(
    string Id, string Name, string Clause, string Owner, OffsetDateTime Due, Wording OnMiss, ArithmeticView Arithmetic, bool Proposed);

public sealed record ArithmeticView(OffsetDateTime Anchor, string Length, string Rule, string En, string Zh);

public sealed record AllowedActionView(string Action, string Actor, OffsetDateTime? Until, Money? Money);

public sealed record EvidenceView(string Name, string Sha256, long Bytes, string ContentType, int? Width, int? Height, string Href);

/// <param name="By">The party's role, with its id where it is a business.</param>
/// <param name="Text">What the person wrote, for those who may read it.</param>
public sealed record TimelineView(OffsetDateTime At, string By, string Event, string What, string WhatZh, string? Clause, string? Text);

/// <summary>Shows cases, each to whom it is shown: what people wrote is opened for those who may read it.</summary>
public sealed class CaseViews(PersonVault vault, CustomerCards cards, TimeProvider clock)
{
    public async Task<CaseView> ShowAsync(Case @case, Caller caller, CancellationToken cancellationToken)
    {
        OffsetDateTime Local(Instant at) => at.InZone(@case.TimeZone).ToOffsetDateTime();
        OffsetDateTime? LocalOrNull(Instant? at) => at is { } instant ? Local(instant) : null;
        var now = clock.GetUtcNow().ToInstant();
        var card = await cards.OpenAsync(@case, caller, cancellationToken);
        return new CaseView(
            @case.Id.ToString(),
            @case.Marketplace,
            @case.ExternalId,
            @case.SupplierId,
            new RulebookName(@case.Decision.Rulebook.Id, @case.Decision.Rulebook.Version),
            WireName.Of(@case.Status),
            @case.Outcome is { } outcome ? WireName.Of(outcome) : null,
            WireName.Of(@case.Level),
            @case.Owner is { } owner ? WireName.Of(owner) : null,
            Local(@case.OpenedAt),
            LocalOrNull(@case.ClosedAt),
            new ClaimView(WireName.Of(@case.Claim.Kind), @case.Claim.Reason, card?.Description),
            card?.Customer,
            new OrderView(@case.Order.OrderId, @case.Order.Line, @case.Order.Paid, @case.Order.Freight, @case.Order.Paid.Currency.Code,
                LocalOrNull(@case.Order.SoldAt)),
            @case.Decision,
            @case.Ruling is { } ruling ? await ShowAsync(@case, ruling, Local(ruling.At), caller, cancellationToken) : null,
            new RefundView(
                @case.Payouts.IsEmpty ? "none" : WireName.Of(@case.Payouts[^1].State), @case.Granted, @case.Paid, @case.Granted.Currency.Code,
                [.. @case.Payouts.Select(p => new PayoutView(p.Id.ToString(), WireName.Of(p.State), p.Amount, p.Attempt, Local(p.InstructedAt)))]),
            [.. @case.Deadlines.OrderBy(d => d.Due).Select(d => new DeadlineView(d.Id, WireName.Of(d.Name), d.Clause, WireName.Of(d.Owner), Local(d.Due),
                d.OnMiss, new ArithmeticView(Local(d.Arithmetic.Anchor), d.Arithmetic.Length, d.Arithmetic.Rule, d.Arithmetic.English, d.Arithmetic.Chinese),
                d.Proposed))],
            [.. AllowedActions.Of(@case, now).Select(a => new AllowedActionView(WireName.Of(a.Action), WireName.Of(a.Actor), LocalOrNull(a.Until), a.Money))],
            [.. @case.Evidence.Select(f => new EvidenceView(f.Name, f.Sha256, f.Bytes, f.ContentType, f.Width, f.Height,
                $"/api/v1/cases/{@case.Id}/evidence/{Uri.EscapeDataString(f.Name)}"))],
            [.. @case.AwaitedEvidence.Select(f => f.Name)],
            @case.RejectedEvidence,
            @case.Decision.Missing,
            @case.Contradictions,
            await TimelineAsync(@case, Local, caller, cancellationToken),
            @case.Sequence);
    }

    private async Task<RulingView> ShowAsync(Case @case, Ruling ruling, OffsetDateTime at, Caller caller, CancellationToken cancellationToken) => new(
        at, WireName.Of(ruling.Rung), WireName.Of(ruling.Outcome), ruling.BySilence, ruling.Remedy is { } remedy ? WireName.Of(remedy) : null,
        ruling.Amount, ruling.Clauses, await OpenAsync(@case, ruling.SealedReason, Ladder.Owner(ruling.Rung), caller, cancellationToken));

    private async Task<List<TimelineView>> TimelineAsync(
        Case @case, Func<Instant, OffsetDateTime> local, Caller caller, CancellationToken cancellationToken)
    {
        var lines = new List<TimelineView>();
        foreach (var entry in @case.Timeline)
        {
            var text = await OpenAsync(@case, entry.Sealed, entry.By.Party, caller, cancellationToken);
            lines.Add(new TimelineView(local(entry.At), By(entry.By), entry.Event, entry.What.En, entry.What.Zh, entry.Clause, text));
        }
        return lines;
    }

    private static string By(Actor actor) => actor is { Party: Party.Supplier or Party.Marketplace, Id: { } id }
        ? $"{WireName.Of(actor.Party)} {id}"
        : WireName.Of(actor.Party);

    /// <summary>Null for who may not read it, and when the customer's data has been erased.</summary>
    private async Task<string?> OpenAsync(Case @case, string? sealedText, Party writer, Caller reader, CancellationToken cancellationToken) =>
        sealedText is not null && MayRead(writer, reader)
            ? await vault.OpenTextAsync(new PersonId(@case.CustomerId), sealedText, cancellationToken)
            : null;

    /// <summary>The mall's people and the customer read everything; supplier and marketplace read what the customer did not write.</summary>
    private static bool MayRead(Party writer, Caller reader) => reader.Role switch
    {
        Role.Agent or Role.FloorManager or Role.Inspection or Role.Manager or Role.Customer => true,
        Role.Finance or Role.Supplier or Role.Marketplace => writer != Party.Customer,
        Role.PolicyOwner or Role.Auditor => false,
        _ => throw new InvalidOperationException($"No such role: {reader.Role}"),
    };
}
