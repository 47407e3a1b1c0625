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
    [JsonStringEnumMemberName("pass-on")] PassOn,
    [JsonStringEnumMemberName("record-exception")] RecordException,
    [JsonStringEnumMemberName("record-outcome")] RecordOutcome,
    [JsonStringEnumMemberName("settle")] Settle,
    [JsonStringEnumMemberName("cancel-payout")] CancelPayout,
    [JsonStringEnumMemberName("retry-payout")] RetryPayout,
    [JsonStringEnumMemberName("accept-decision")] AcceptDecision,
    [JsonStringEnumMemberName("contest")] Contest,
    [JsonStringEnumMemberName("withdraw")] Withdraw,
    [JsonStringEnumMemberName("request-evidence")] RequestEvidence,
    [JsonStringEnumMemberName("submit-evidence")] SubmitEvidence,
    [JsonStringEnumMemberName("close-evidence")] CloseEvidenceRound,
}

/// <summary>Something a party may do now.</summary>
/// <param name="Until">The last instant at which it is on time; null when no clock runs.</param>
/// <param name="Money">What it would move to the customer, where that is known beforehand.</param>
public sealed record AllowedAction(CaseAction Action, Party Actor, Instant? Until, Money? Money);

/// <summary>
/// What each party may do to a case at an instant: exactly what <see cref="CaseDecider.Decide(Case?, CaseCommand)"/> would accept.
/// </summary>
public static partial class AllowedActions
{
    public static ImmutableArray<AllowedAction> Of(Case stored, Instant at)
    {
        var now = CaseDecider.CaughtUp(stored, at);
        return now.IsClosed ? [] : [.. OnTheRung(now), .. ToTheCustomer(now), .. ToFinance(now), .. Exceptions(now), .. AboutEvidence(now, at)];
    }

    private static IEnumerable<AllowedAction> OnTheRung(Case now)
    {
        if (now.Decided) yield break;
        var owner = Ladder.Owner(now.Level);
        var until = now.Deadlines.Select(deadline => TakenAwayAt(now, deadline)).Min();
        var money = Grant.ByRulebook(now)?.Amount;
        switch (now.Level)
        {
            case Rung.Counter:
                yield return new(CaseAction.Accept, owner, until, money);
                yield return new(CaseAction.Refuse, owner, until, null);
                break;
            case Rung.FloorHead:
                yield return new(CaseAction.Decide, owner, until, money);
                yield return new(CaseAction.PassOn, owner, until, null);
                break;
            case Rung.InspectionDepartment or Rung.GmInCharge:
                yield return new(CaseAction.Decide, owner, until, money);
                break;
            case Rung.ConsumerAssociation or Rung.LegalCounsel or Rung.LegalArbitration:
                yield return new(CaseAction.RecordOutcome, owner, until, money);
                break;
        }
    }

    /// <summary>The last instant before a clock takes the case away from its rung; null when it does not.</summary>
    private static Instant? TakenAwayAt(Case now, Deadline deadline) => deadline.Name switch
    {
        Clock.Payout or Clock.ShiftEnd or Clock.Customer or Clock.Evidence => null,
        Clock.FloorHead when now.Level > Rung.FloorHead || now.Exceptions.Contains(ExceptionClock.FourHours) => null,
        Clock.GmInCharge when now.Exceptions.Contains(ExceptionClock.FortyEightHours) && !deadline.Proposed =>
            DeadlineTable.ResolutionAfterException(deadline.Due, now.TimeZone, now.DeadlinesStarted + 1).Due,
        Clock.Counter or Clock.FloorHead or Clock.InspectionDepartment or Clock.GmInCharge or Clock.ConsumerAssociation
            or Clock.LegalCounsel => deadline.Due,
        _ => throw new UnreachableException($"Unknown clock {deadline.Name}."),
    };

    private static IEnumerable<AllowedAction> ToTheCustomer(Case now)
    {
        if (now.Answer == CustomerAnswer.Awaited)
        {
            var until = now.Open(Clock.Customer)?.Due;
            yield return new(CaseAction.AcceptDecision, Party.Customer, until, null);
            yield return new(CaseAction.Contest, Party.Customer, until, null);
        }
        if (!now.IsAnswered) yield return new(CaseAction.Withdraw, Party.Customer, null, null);
    }

    private static IEnumerable<AllowedAction> ToFinance(Case now)
    {
        if (now.OpenPayout is not { State: not PayoutState.Instructed } payout) yield break;
        yield return new(CaseAction.Settle, Party.Finance, null, payout.Amount);
        yield return new(CaseAction.CancelPayout, Party.Finance, null, null);
        yield return new(CaseAction.RetryPayout, Party.Finance, null, payout.Amount);
    }

    private static IEnumerable<AllowedAction> Exceptions(Case now) =>
        now.Exceptions.Distinct().Count() == Enum.GetValues<ExceptionClock>().Length
            ? []
            : new[] { Party.FloorManager, Party.Inspection, Party.Manager }
                .Select(party => new AllowedAction(CaseAction.RecordException, party, null, null));
}
