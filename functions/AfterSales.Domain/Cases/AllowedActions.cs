using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using AfterSales.Domain.Refunds;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>What a party can do to a case by <c>POST …/actions</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaseAction>))]
public enum CaseAction
{
    [JsonStringEnumMemberName("accept")] Accept,
    [JsonStringEnumMemberName("refuse")] Refuse,
    [JsonStringEnumMemberName("decide")] Decide,
    [JsonStringEnumMemberName("offer")] Offer,
    [JsonStringEnumMemberName("accept-offer")] AcceptOffer,
    [JsonStringEnumMemberName("decline-offer")] DeclineOffer,
    [JsonStringEnumMemberName("pass-on")] PassOn,
    [JsonStringEnumMemberName("approve")] Approve,
    [JsonStringEnumMemberName("send-back")] SendBack,
    [JsonStringEnumMemberName("record-exception")] RecordException,
    [JsonStringEnumMemberName("record-outcome")] RecordOutcome,
    [JsonStringEnumMemberName("pause")] Pause,
    [JsonStringEnumMemberName("resume")] Resume,
    [JsonStringEnumMemberName("ship-back")] ShipBack,
    [JsonStringEnumMemberName("receive")] Receive,
    [JsonStringEnumMemberName("inspect")] Inspect,
    [JsonStringEnumMemberName("pay-difference")] PayDifference,
    [JsonStringEnumMemberName("ship-replacement")] ShipReplacement,
    [JsonStringEnumMemberName("quote")] Quote,
    [JsonStringEnumMemberName("accept-quote")] AcceptQuote,
    [JsonStringEnumMemberName("decline-quote")] DeclineQuote,
    [JsonStringEnumMemberName("repair")] Repair,
    [JsonStringEnumMemberName("hand-back")] HandBack,
    [JsonStringEnumMemberName("issue-coupon")] IssueCoupon,
    [JsonStringEnumMemberName("reply")] Reply,
    [JsonStringEnumMemberName("settle")] Settle,
    [JsonStringEnumMemberName("cancel-payout")] CancelPayout,
    [JsonStringEnumMemberName("retry-payout")] RetryPayout,
    [JsonStringEnumMemberName("resolve-overpayment")] ResolveOverpayment,
    [JsonStringEnumMemberName("accept-decision")] AcceptDecision,
    [JsonStringEnumMemberName("contest")] Contest,
    [JsonStringEnumMemberName("withdraw")] Withdraw,
    [JsonStringEnumMemberName("reopen")] Reopen,
    [JsonStringEnumMemberName("link")] Link,
    [JsonStringEnumMemberName("merge")] Merge,
    [JsonStringEnumMemberName("request-evidence")] RequestEvidence,
    [JsonStringEnumMemberName("submit-evidence")] SubmitEvidence,
    [JsonStringEnumMemberName("close-evidence")] CloseEvidenceRound,
}

/// <summary>Something a party may do now, and what it would come to: found by trying it on the case, so it is what would happen.</summary>
/// <param name="Until">The last instant at which it is on time; null when no clock takes it away.</param>
/// <param name="Money">What it would move to the customer, where that is known beforehand.</param>
/// <param name="Effect">Of an action that needs nothing said; null where what follows depends on what is said.</param>
public sealed record AllowedAction(CaseAction Action, Party Actor, Instant? Until, Money? Money, ActionEffect? Effect);

/// <summary>What an action would do.</summary>
/// <param name="Granted">What would be granted in all.</param>
/// <param name="Pays">What the marketplace would be told to pay at once, after all that the case knows of.</param>
/// <param name="Starts">The clocks that would start.</param>
/// <param name="Stops">Ids of the deadlines that would be over.</param>
/// <param name="HeldIf">Why nothing is paid after all where other cases have paid for the item; null: nothing is paid, or nothing holds it.</param>
public sealed record ActionEffect(
    CaseStatus Status, StepCode Level, Money Granted, Money Pays, ImmutableArray<Deadline> Starts, ImmutableArray<string> Stops,
    PayoutHold? HeldIf);

/// <summary>
/// What each party may do to a case at an instant: exactly what <see cref="CaseDecider.Decide(Case?, CaseCommand)"/> would accept,
/// because it is asked.
/// </summary>
public static class AllowedActions
{
    private static readonly ImmutableArray<CaseAction> Actions = [.. Enum.GetValues<CaseAction>()];

    /// <summary>Marketplaces act by their webhooks, the clock by itself.</summary>
    private static readonly ImmutableArray<Party> Parties =
        [.. Enum.GetValues<Party>().Where(party => party is not (Party.Clock or Party.Marketplace))];

    private static readonly CaseId SomeCase = CaseId.For("", "1");
    private static readonly CaseId AnotherCase = CaseId.For("", "2");

    // What no clock takes away within this many is not called timed.
    private const int ClocksLookedAhead = 12;

    /// <param name="caller">Who asks: for his own party the answer is for him, who may have decided before.</param>
    public static ImmutableArray<AllowedAction> Of(Case stored, Instant at, Actor? caller = null)
    {
        var now = CaseDecider.CaughtUp(stored, at);
        var ahead = LookAhead(now);
        var allowed = ImmutableArray.CreateBuilder<AllowedAction>();
        foreach (var party in Parties)
        {
            var by = caller?.Party == party ? caller : new Actor(party, party == Party.Supplier ? now.SupplierId : null);
            foreach (var action in Actions)
            {
                var wish = Wish(action, now, at, by);
                if (Try(now, wish) is not { Events.Count: > 0 } accepted) continue;
                allowed.Add(new AllowedAction(action, party, Until(now, at, action, by, ahead), MoneyOf(now, action), EffectOf(now, action, accepted)));
            }
        }
        return allowed.ToImmutable();
    }

    private static Decision.Accepted? Try(Case now, CaseCommand command) => CaseDecider.Decide(now, command) as Decision.Accepted;

    /// <summary>What the case becomes as its clocks run out one after the other, if nobody does anything.</summary>
    private static ImmutableArray<Ahead> LookAhead(Case now)
    {
        var ahead = ImmutableArray.CreateBuilder<Ahead>();
        var later = now;
        while (ahead.Count < ClocksLookedAhead && later.Earliest is { } next)
        {
            var after = next.Due + Duration.FromTicks(1);
            var elapsed = CaseDecider.CaughtUp(later, after);
            // A clock that only comes again, as a payout's, takes nothing away.
            bool comesAgain = elapsed.Deadlines.Length >= later.Deadlines.Length && elapsed.Earliest?.Name == next.Name;
            ahead.Add(new Ahead(next.Due, after, elapsed, comesAgain));
            later = elapsed;
        }
        return ahead.ToImmutable();
    }

    /// <summary>The due instant of the first clock after whose end the action is refused, or does something else to another step.</summary>
    private static Instant? Until(Case now, Instant at, CaseAction action, Actor by, ImmutableArray<Ahead> ahead)
    {
        // What comes after its time is taken too, and marked late.
        if (action == CaseAction.SubmitEvidence) return now.OpenRound?.RequestTo(by.Party) is { } asked && asked.Due >= at ? asked.Due : null;
        foreach (var (due, after, elapsed, comesAgain) in ahead)
        {
            bool another = elapsed.Level != now.Level || elapsed.Decided != now.Decided || elapsed.IsClosed != now.IsClosed;
            if ((another && IsOfTheStep(action)) || Try(elapsed, Wish(action, elapsed, after, by)) is not { Events.Count: > 0 }) return due;
            if (elapsed.IsClosed && action is not (CaseAction.Reopen or CaseAction.Link or CaseAction.ResolveOverpayment)) return null;
            if (comesAgain) return null;
        }
        return null;
    }

    /// <summary>What a decision for the customer gives may have to be said with it.</summary>
    private static bool IsGrant(CaseAction action) => action is CaseAction.Accept or CaseAction.Decide or CaseAction.RecordOutcome;

    private static bool IsOfTheStep(CaseAction action) => action is CaseAction.RecordOutcome;

    private static Money? MoneyOf(Case now, CaseAction action) => action switch
    {
        _ when IsGrant(action) => Grant.ByRulebook(now)?.Amount,
        CaseAction.Settle or CaseAction.RetryPayout => now.OpenPayout?.Amount,
        CaseAction.Approve => now.Proposal?.Amount ?? now.OpenPayout?.Amount,
        CaseAction.AcceptOffer => now.Offer?.Amount,
        CaseAction.ResolveOverpayment => now.Overpaid,
        _ => null,
    };

    private static ActionEffect? EffectOf(Case now, CaseAction action, Decision.Accepted accepted)
    {
        if (action == CaseAction.Offer || (IsGrant(action) && Grant.ByRulebook(now) is null)) return null;
        var then = accepted.State;
        var told = accepted.Events.OfType<RefundInstructed>().LastOrDefault(one => then.OpenPayout?.Id == one.PayoutId);
        var request = told is null ? null : ItemRefund.Told(then, told);
        if (request is not null && ItemRefund.KnownTo(now).Decide(request) is RefundAnswer.Refused)
        {
            then = Try(then, new HoldPayout(told!.At, Actor.Clock, told.PayoutId, told.Attempt, PayoutHold.ItemRefundedAlready))!.State;
            told = null;
        }
        return new ActionEffect(
            then.Status, then.Level, then.Granted, told?.Amount ?? now.Nothing,
            [.. then.Deadlines.Where(deadline => now.Deadlines.All(known => known.Id != deadline.Id))],
            [.. now.Deadlines.Where(deadline => then.Deadlines.All(kept => kept.Id != deadline.Id)).Select(deadline => deadline.Id)],
            told is null || request is RefundRequest.Fact or RefundRequest.Compensation ? null : PayoutHold.ItemRefundedAlready);
    }

    /// <summary>The action with contents that are right wherever the step is right.</summary>
    private static CaseCommand Wish(CaseAction action, Case now, Instant at, Actor by)
    {
        var (remedy, amount) = IsGrant(action) && Grant.ByRulebook(now) is null ? (Remedy.Refund, now.Order.Paid) : ((Remedy?)null, (Money?)null);
        return action switch
        {
            CaseAction.Accept => new SupplierAccepts(at, by, remedy, amount),
            CaseAction.Refuse => new SupplierRefuses(at, by, ""),
            CaseAction.Decide => new DecideClaim(at, by, Outcome.Uphold, "", remedy, amount),
            CaseAction.Offer => new MakeOffer(at, by, Remedy.Coupon, new Money(1, now.Order.Paid.Currency)),
            CaseAction.AcceptOffer => new AcceptOffer(at, by),
            CaseAction.DeclineOffer => new DeclineOffer(at, by),
            CaseAction.PassOn => new PassOn(at, by),
            CaseAction.Approve => new ApproveDecision(at, by),
            CaseAction.SendBack => new SendBackDecision(at, by, ""),
            CaseAction.RecordException => new ExcuseClock(at, by, OpenException(now, by.Party), ""),
            CaseAction.RecordOutcome => new RecordOutcome(at, by, ExternalOutcome.ForCustomer, "", remedy, amount),
            CaseAction.Pause => new PauseClocks(at, by, PauseReason.ForceMajeure, ""),
            CaseAction.Resume => new ResumeClocks(at, by),
            CaseAction.DeclineQuote => new DeclineQuote(at, by),
            CaseAction.Settle => new SettlePayout(at, by, LastPayout(now)),
            CaseAction.CancelPayout => new CancelPayout(at, by, LastPayout(now)),
            CaseAction.RetryPayout => new RetryPayout(at, by, LastPayout(now), ""),
            CaseAction.ResolveOverpayment => new ResolveOverpayment(at, by, OverpaymentEnd.Recovered),
            CaseAction.AcceptDecision => new AcceptDecision(at, by),
            CaseAction.Contest => new ContestDecision(at, by, ""),
            CaseAction.Withdraw => new WithdrawCase(at, by),
            CaseAction.Reopen => new ReopenCase(at, by, ""),
            CaseAction.Link => new LinkCase(at, by, OtherThan(now), LinkKind.Related, now),
            CaseAction.Merge => new MergeCase(at, by, OtherThan(now), now),
            CaseAction.RequestEvidence => new AskForEvidence(at, by, [new EvidenceAsk(Party.Customer, at + Duration.FromDays(1))]),
            CaseAction.SubmitEvidence => new SubmitEvidence(at, by),
            CaseAction.CloseEvidenceRound => new CloseEvidenceRound(at, by),
            _ when StepOf(action) is { } step => new DoRemedyStep(at, by, step, NoteFor(step, now)),
            _ => throw new UnreachableException($"Unknown action {action}."),
        };
    }

    /// <summary>The step of a remedy that an action does; null for other actions.</summary>
    public static RemedyStep? StepOf(CaseAction action) => WireName.TryParse<RemedyStep>(WireName.Of(action), out var step) ? step : null;

    private static PayoutId LastPayout(Case now) => now.Payouts.IsEmpty ? PayoutId.For(now.Id, 1) : now.Payouts[^1].Id;

    private static StepNote NoteFor(RemedyStep step, Case now) =>
        step == RemedyStep.Quote ? new StepNote(Amount: new Money(1, now.Order.Paid.Currency)) : StepNote.None;

    /// <summary>One that the party may record; where there is none, any of the rulebook.</summary>
    private static string OpenException(Case now, Party party) =>
        now.Process.Clocks.Where(clock => CaseDecider.MayExcuse(now.Process, clock, party)).Concat(now.Process.Clocks)
            .Select(clock => clock.Exception?.Name).FirstOrDefault(name => name is not null && !now.Exceptions.Contains(name)) ?? "";

    private static CaseId OtherThan(Case now) => now.Id == SomeCase ? AnotherCase : SomeCase;

    /// <summary>The case right after a clock ran out.</summary>
    private readonly record struct Ahead(Instant Due, Instant After, Case Elapsed, bool ComesAgain);
}
