using System.Collections.Immutable;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Suppliers;
using CsCheck;
using NodaTime;

namespace AfterSales.Domain.Tests.Suppliers;

public class PenaltyTests
{
    private static readonly SupplierId Supplier = SupplierId.Parse("S-1");
    private static readonly MallRules Mall = new(ShippedRulebooks.Find(MallRules.RulebookId)!);
    private static readonly PenaltyClocks Clocks = new(HouseRules.Shipped, Mall);
    private static readonly Instant Start = Instant.FromUtc(2026, 11, 2, 1, 0);
    private static readonly Actor Imposer = new(Party.Inspection, "imposer");
    private static readonly Actor Second = new(Party.Inspection, "second");
    private static readonly Actor Manager = new(Party.Manager, "manager");
    private static readonly Actor OfSupplier = new(Party.Supplier, "S-1");

    [Fact]
    public void A_clocks_due_instant_itself_is_on_time_and_what_silence_does_is_dated_at_it()
    {
        var penalty = Announced();
        var deadline = penalty.Deadline!;

        Assert.Equal(PenaltyRefusals.NotDue, Refused(penalty, new PenaltyElapsed(deadline.Due, deadline.Id)));
        Assert.Equal(PenaltyStatus.UnderAppeal, After(penalty, new AppealPenalty(deadline.Due, OfSupplier, "sealed")).Status);
        Assert.Equal(PenaltyRefusals.DeadlinePassed, Refused(penalty, new AppealPenalty(deadline.Due.PlusNanoseconds(1), OfSupplier, "sealed")));
        var final = After(penalty, new PenaltyElapsed(deadline.Due + Duration.FromHours(5), deadline.Id));
        Assert.Equal((PenaltyStatus.Final, FineState.Settled, deadline.Due), (final.Status, final.Fine.State, final.Fine.SettledOn));
        Assert.Equal(PenaltyRefusals.NotRunning, Refused(final, new PenaltyElapsed(deadline.Due + Duration.FromHours(6), deadline.Id)));
    }

    [Fact]
    public void The_same_grounds_impose_one_penalty()
    {
        var impose = Impose(PenaltyKind.BannedGoods);
        var penalty = Announced();

        Assert.Equal(impose.Id, penalty.Id);
        Assert.Empty(Assert.IsType<PenaltyDecision.Accepted>(PenaltyDecider.Decide(penalty, impose, Clocks)).Events);
        Assert.NotEqual(impose.Id, (impose with { Generation = 2 }).Id);
    }

    [Fact]
    public void A_proposal_that_nobody_confirms_in_time_lapses_and_holds_nothing()
    {
        var proposed = After(null, Impose(PenaltyKind.Expulsion) with { Fine = Money.Zero });
        Assert.Equal(PenaltyStatus.Proposed, proposed.Status);
        Assert.Equal(PenaltyRefusals.SamePerson, Refused(proposed, new ConfirmPenalty(Start, Imposer, Money.Yuan("9.00"), null)));

        var lapsed = After(proposed, new PenaltyElapsed(proposed.Deadline!.Due.PlusNanoseconds(1), proposed.Deadline.Id));

        Assert.Equal((PenaltyStatus.Declined, FineState.None, false), (lapsed.Status, lapsed.Fine.State, lapsed.Strike.Stands));
    }

    [Fact]
    public void Whatever_is_done_in_whatever_order_a_fine_is_held_once_and_ends_once_and_nobody_judges_himself()
    {
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 3], Gen.Int[0, 14 * 24]).Array[1, 25].Sample(acts =>
        {
            var now = Start;
            Penalty penalty = Announced();
            var history = new List<FineState> { penalty.Fine.State };
            foreach (var (what, who, hours) in acts)
            {
                now += Duration.FromHours(hours);
                if (PenaltyDecider.Decide(penalty, Command(penalty, what, who, now), Clocks) is PenaltyDecision.Accepted accepted)
                    penalty = accepted.Events.Aggregate((Penalty?)penalty, PenaltyDecider.Evolve)!;
                if (history[^1] != penalty.Fine.State) history.Add(penalty.Fine.State);
            }

            Assert.Contains(string.Join(' ', history), new[] { "Held", "Held Settled", "Held Released", "Held Settled Reversed" });
            Assert.Equal(penalty.Fine.State is FineState.Released or FineState.Reversed, penalty.Fine.EndedAt is not null);
            Assert.Equal(penalty.IsOpen, penalty.Deadline is not null);
            Assert.True(penalty.Appeals.Length <= Clocks.Rounds);
            string[] judges = [.. penalty.Appeals.Select(appeal => appeal.DecidedBy?.Id).OfType<string>()];
            Assert.DoesNotContain(Imposer.Id, judges);
            Assert.Equal(judges.Distinct(), judges);
            Assert.Equal(penalty.Timeline.Length, penalty.Sequence);
        });
    }

    private static PenaltyCommand Command(Penalty penalty, int what, int who, Instant now)
    {
        var by = new[] { Imposer, Second, Manager, new Actor(Party.Manager, "fourth") }[who];
        return what switch
        {
            0 or 1 => new AppealPenalty(now, OfSupplier, "sealed"),
            2 => new DecidePenaltyAppeal(now, by, penalty.Appeals.Length, Upheld: true, "sealed"),
            3 => new DecidePenaltyAppeal(now, by, penalty.Appeals.Length, Upheld: false, "sealed"),
            4 or 5 => new PenaltyElapsed(now, penalty.Deadline?.Id ?? "none"),
            6 => new ReversePenalty(now, by, PenaltyPart.Fine, "sealed"),
            7 => new ReversePenalty(now, by, PenaltyPart.Strike, "sealed"),
            _ => new LiftPenalty(now),
        };
    }

    private static ImposePenalty Impose(PenaltyKind kind) => new(
        Start, Imposer, Supplier, kind, "about", 1,
        new Grounds(Mall.BannedGoodsFound("counterfeit_on_counter", true, 40, Money.Yuan("500.00")), MallRules.BannedGoods, ImmutableArray<CaseId>.Empty),
        Money.Yuan("1000.00"));

    private static Penalty Announced() => After(null, Impose(PenaltyKind.BannedGoods));

    private static Penalty After(Penalty? penalty, PenaltyCommand command) =>
        Assert.IsType<PenaltyDecision.Accepted>(PenaltyDecider.Decide(penalty, command, Clocks)).Events.Aggregate(penalty, PenaltyDecider.Evolve)!;

    private static Refusal Refused(Penalty penalty, PenaltyCommand command) =>
        Assert.IsType<PenaltyDecision.Refused>(PenaltyDecider.Decide(penalty, command, Clocks)).Refusal;
}
