using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Tests.Cases.Shops;
using CsCheck;
using NodaTime;

namespace AfterSales.Domain.Tests.Cases;

/// <summary>What holds after any sequence of wishes, at any instants, by anybody.</summary>
public sealed class CasePropertyTests
{
    private static readonly CaseAction[] Actions = Enum.GetValues<CaseAction>();

    /// <summary>A wish: how long after the one before, who, what. Beyond the actions: the marketplace's answers about the payout.</summary>
    private static readonly Gen<(long Seconds, int Party, int What)> Wish = Gen.Select(
        Gen.OneOf(Gen.Long[0, 400], Gen.Long[0, 20_000], Gen.Long[0, 800_000], Gen.Long[0, 8_000_000]),
        Gen.Int[0, CaseStates.People.Count - 1],
        Gen.Int[0, Actions.Length + 1]);

    private static readonly Gen<((long Seconds, int Party, int What)[] Wishes, int Start)> Lives =
        Gen.Select(Wish.Array[0, 25], Gen.Int[0, 8]);

    [Fact]
    public void After_any_sequence_of_wishes_the_case_is_sound() => Lives.Sample(life =>
    {
        var mall = Opened(life.Start);
        Live(mall.Now, life.Wishes, (now, _) => Sound(now));
    }, iter: 2_000);

    /// <summary>Wishes at random are mostly refused: here everybody wishes only for what he may do, so that cases go far.</summary>
    [Fact]
    public void After_anything_that_people_may_do_the_case_is_sound() => Lives.Sample(life =>
    {
        var now = Opened(life.Start).Now;
        var at = now.OpenedAt;
        foreach (var wish in life.Wishes)
        {
            at += Duration.FromSeconds(wish.Seconds + 1); // by another person each time: nobody decides an appeal against himself
            now = CaseDecider.CaughtUp(now, at);
            var allowed = AllowedActions.Of(now, at);
            if (allowed.IsEmpty) continue;
            var one = allowed[(wish.What * CaseStates.People.Count + wish.Party) % allowed.Length];
            var done = CaseDecider.Decide(now, CaseStates.Command(one.Action, now, at, one.Actor));
            Assert.True(done is Decision.Accepted, $"{one.Actor} may {one.Action} at {now.Level}/{now.Status}, and is told {(done as Decision.Refused)?.Refusal.Code}");
            now = ((Decision.Accepted)done).State;
            Sound(now);
        }
    }, iter: 400);

    [Fact]
    public void The_fold_of_the_events_is_the_state() => Lives.Sample(life =>
    {
        var mall = Opened(life.Start);
        var (last, events) = Live(mall.Now, life.Wishes, (_, _) => { });
        Assert.Equal(Shown(last), Shown(CaseDecider.Fold(mall.Now.Process, [.. mall.Events, .. events])));
    }, iter: 500);

    [Fact]
    public void It_does_not_matter_how_soon_timers_are_served() => Lives.Sample(life =>
    {
        var lazy = Live(Opened(life.Start).Now, life.Wishes, (_, _) => { });
        var eager = Live(Opened(life.Start).Now, life.Wishes, (_, _) => { }, serveTimers: true);
        Assert.Equal(Shown(lazy.Last), Shown(eager.Last));
    }, iter: 500);

    [Fact]
    public void What_is_allowed_is_accepted_and_nothing_else() => Lives.Sample(life =>
    {
        Live(Opened(life.Start).Now, life.Wishes, (stored, at) =>
        {
            var now = CaseDecider.CaughtUp(stored, at);
            var allowed = AllowedActions.Of(now, at);
            foreach (var action in Actions)
            {
                foreach (var party in CaseStates.People.Where(party => party != Party.Marketplace))
                {
                    var accepted = CaseDecider.Decide(now, CaseStates.Command(action, now, at, party))
                        is Decision.Accepted { Events.Count: > 0 };
                    var said = allowed.Any(one => one.Action == action && one.Actor == party);
                    Assert.True(accepted == said, $"{party} {action} at {now.Level}/{now.Status}");
                }
            }
        });
    }, iter: 60);

    private static Mall Opened(int start) => start switch
    {
        0 => Mall.CoveredShoes(),
        1 => Mall.ShoesForExchange(),
        2 => Mall.ClearanceShoes(),
        3 => Mall.ShoesWithoutDefect(),
        4 => Mall.CoveredShoes("2026-11-02 20:40:00", Mall.At("2026-11-02 21:00:00")),
        5 => Shop.Request(ClaimKind.Return),
        6 => Shop.Request(ClaimKind.Exchange),
        7 => Shop.Request(ClaimKind.Repair, "{}"),
        _ => Shop.Request(ClaimKind.Refund, "{}"),
    };

    private static void Sound(Case now)
    {
        Assert.True(now.Payouts.Count(payout => payout.IsOpen) <= 1, "two open payouts");
        Assert.True(now.Payouts.Select(payout => payout.Id).Distinct().Count() == now.Payouts.Length, "a payout twice");
        var open = now.OpenPayout?.Amount ?? Money.Zero;
        Assert.True(now.Paid + open <= now.Granted, $"paid {now.Paid} and on its way {open} of {now.Granted} granted");
        Assert.True(now.Granted <= Money.Yuan("300.00"), "more than was paid");
        Assert.True(now.Deadlines.Select(deadline => deadline.Id).Distinct().Count() == now.Deadlines.Length, "a deadline twice");
        Assert.True(now.Deadlines.Select(deadline => deadline.Name).Distinct().Count() == now.Deadlines.Length, "a clock twice");
        Assert.True(now.Proposal is null || (!now.Decided && !now.IsClosed), "a decision is proposed where there is one already");
        Assert.True(now.Pause is null == now.Deadlines.All(deadline => deadline.Runs), "a pause that holds no clock, or a clock held by none");
        Assert.True(now.Pause is null == (now.Open("pause") is null), "a pause without an end");
        if (now.IsClosed)
        {
            Assert.Empty(now.Deadlines);
            Assert.Null(now.OpenPayout);
            Assert.Null(now.Owner);
            return;
        }
        var named = now.Status is CaseStatus.AwaitingFinance or CaseStatus.InArbitration || IsOverdueStep(now);
        Assert.True(named || !now.Deadlines.IsEmpty, $"{now.Status} at {now.Level} waits for nothing:\n{string.Join('\n', now.Timeline.Select(line => $"{Mall.Shown(line.At)} {line.Event} {line.What.En}"))}");
    }

    /// <summary>A step whose miss is only recorded stays in its owner's queue.</summary>
    private static bool IsOverdueStep(Case now) => now.Fulfilment?.Current is { } current
        && now.Process.Of(now.Fulfilment.Remedy).Steps.Any(terms => terms.Step == current.Step && terms.OnMiss == StepMissed.Breach);

    private static (Case Last, IReadOnlyList<CaseEvent> Events) Live(
        Case opened, (long Seconds, int Party, int What)[] wishes, Action<Case, Instant> check, bool serveTimers = false)
    {
        var (now, at, events) = (opened, opened.OpenedAt, new List<CaseEvent>());
        foreach (var wish in wishes)
        {
            at += Duration.FromSeconds(wish.Seconds + 1);
            if (serveTimers) now = CaseDecider.CaughtUp(now, at);
            if (CaseDecider.Decide(now, Command(now, at, wish)) is Decision.Accepted accepted)
            {
                now = accepted.State;
                events.AddRange(accepted.Events);
            }
            check(now, at);
        }
        var end = at + Duration.FromDays(400);
        if (now.Earliest is { } next)
        {
            var elapsed = (Decision.Accepted)CaseDecider.Decide(now, new DeadlineElapsed(end, next.Id));
            now = elapsed.State;
            events.AddRange(elapsed.Events);
        }
        check(now, end);
        return (now, events);
    }

    private static CaseCommand Command(Case now, Instant at, (long Seconds, int Party, int What) wish)
    {
        var payout = now.Payouts.IsEmpty ? PayoutId.For(now.Id, 1) : now.Payouts[^1].Id;
        return wish.What < Actions.Length ? CaseStates.Command(Actions[wish.What], now, at, CaseStates.People[wish.Party])
            : wish.What == Actions.Length ? new ConfirmPayout(at, Mall.Marketplace, payout)
            : new FailPayout(at, Mall.Marketplace, payout);
    }

    private static string Shown(Case now) => string.Join('\n',
        [$"{now.Status} {now.Level} {now.HighestLevel} {now.Answer} {now.Granted} {now.Paid} {now.ClosedAt} {now.Outcome} {now.Sequence}",
         .. now.Deadlines.Select(deadline => deadline.ToString()), .. now.Payouts.Select(payout => payout.ToString()),
         .. now.Timeline.Select(line => line.ToString())]);
}
