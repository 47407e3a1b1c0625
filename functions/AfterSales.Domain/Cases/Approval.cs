using System.Text.Json.Serialization;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>A second person approves the decision that is proposed.</summary>
public sealed record ApproveDecision(Instant At, Actor By) : CaseCommand(At, By);

/// <summary>A second person does not approve it; its step decides again.</summary>
public sealed record SendBackDecision(Instant At, Actor By, string SealedReason) : CaseCommand(At, By);

/// <summary>A decision above the limit: it takes effect when a second person approves it.</summary>
/// <param name="Amount">In all.</param>
/// <param name="Goods">What of it is for the goods; left out: all.</param>
/// <param name="Terms">What else was said; left out: nothing.</param>
public sealed record DecisionProposed(
    Instant At, Actor By, StepCode Rung, Remedy Remedy, Money Amount, string? Clause, string SealedReason, IReadOnlyList<Deadline> Deadlines,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? Goods = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GrantTerms? Terms = null)
    : ClockStart(At, By, Deadlines);

/// <param name="BySilence">Nobody approved it in time.</param>
public sealed record ProposalSentBack(Instant At, Actor By, bool BySilence, string? SealedReason) : CaseEvent(At, By);
