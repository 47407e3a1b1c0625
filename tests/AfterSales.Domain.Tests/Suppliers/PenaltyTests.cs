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
        Assert.Equal(PenaltyRefusals.SamePerson, Refused(proposed, new ConfirmPenalty(Start, Imposer, Money.Yuan("9.00"), proposed.Grounds, null)));

        var lapsed = After(proposed, new PenaltyElapsed(proposed.Deadline!.Due.PlusNanoseconds(1), proposed.Deadline.Id));

        Assert.Equal((PenaltyStatus.Declined, FineState.None, false), (lapsed.Status, lapsed.Fine.State, lapsed.Strike.Stands));
    }

    [Fact]
    public void A_confirmation_without_grounds_is_refused_and_with_them_its_reasons_are_those_of_the_confirmation()
    {
        var proposed = After(null, Impose(PenaltyKind.Expulsion) with { Fine = Money.Zero });
        var grounds = proposed.Grounds with { Clause = MallRules.Expulsion };

        Assert.Equal(PenaltyRefusals.NoGrounds, Refused(proposed, new ConfirmPenalty(Start, Manager, Money.Yuan("9.00"), null, null)));
        Assert.Equal(grounds, After(proposed, new ConfirmPenalty(Start, Manager, Money.Yuan("9.00"), grounds, null)).Grounds);
    }

    [Fact]
    public void A_levy_taken_back_is_neither_paid_nor_ends_the_contract_and_the_rest_of_its_notice_is_for_appeals()
    {
        var levy = After(null, Impose(PenaltyKind.Levy));
        var reversed = After(levy, new ReversePenalty(Start, Manager, PenaltyPart.Fine, "sealed"));

        Assert.Equal((HouseRules.Notice, levy.Deadline!.Due), (reversed.Deadline!.Clause, reversed.Deadline.Due));
        Assert.Equal(PenaltyRefusals.NotPayable, Refused(reversed, Pay(Start)));
        Assert.Equal(PenaltyStatus.UnderAppeal, After(reversed, new AppealPenalty(Start, OfSupplier, "sealed")).Status);
        Assert.Null(Elapsed(reversed).ContractEndedAt);
        Assert.Equal((PenaltyStatus.Final, FineState.Released), (Elapsed(reversed).Status, Elapsed(reversed).Fine.State));
    }

    [Fact]
    public void A_contract_does_not_stay_ended_by_a_levy_that_was_taken_back_altogether()
    {
        var unpaid = Elapsed(After(null, Impose(PenaltyKind.Levy)));
        Assert.NotNull(unpaid.ContractEndedAt);

        var fine = After(unpaid, new ReversePenalty(Start, Manager, PenaltyPart.Fine, "sealed"));

        Assert.NotNull(fine.ContractEndedAt);
        Assert.Null(After(fine, new ReversePenalty(Start, Manager, PenaltyPart.Strike, "sealed")).ContractEndedAt);
    }

    [Fact]
    public void A_levy_is_paid_from_the_day_of_its_notice_on_and_not_in_the_future()
    {
        var levy = After(null, Impose(PenaltyKind.Levy));

        Assert.Equal(PenaltyRefusals.PaidOutOfTime, Refused(levy, Pay(Start - Duration.FromDays(1))));
        Assert.Equal(PenaltyRefusals.PaidOutOfTime, Refused(levy, Pay(Start + Duration.FromDays(1))));
        Assert.Equal(PenaltyStatus.Final, After(levy, Pay(Start)).Status);
    }

    [Fact]
    public void A_fine_larger_than_an_amount_may_be_is_refused()
    {
        var largest = Impose(PenaltyKind.BannedGoods) with { Fine = Money.OfFen(Money.MaxFen) };

        Assert.Equal(largest.Fine, After(null, largest).Fine.Amount);
        Assert.Equal(PenaltyRefusals.AmountOverflow, Refused(null, largest with { Fine = Money.OfFen(Money.MaxFen + 1) }));
    }

    [Fact]
    public void The_first_round_is_inspections_the_second_the_managers_and_a_manager_decides_either()
    {
        var first = After(Announced(), new AppealPenalty(Start, OfSupplier, "sealed"));
        Assert.Equal(PenaltyStatus.Announced, After(first, Decide(Manager, 1)).Status);
        var second = After(After(first, Decide(Second, 1)), new AppealPenalty(Start, OfSupplier, "sealed"));

        Assert.Equal(PenaltyRefusals.NotYourRound, Refused(second, Decide(new Actor(Party.Inspection, "third"), 2)));
        Assert.Equal(PenaltyRefusals.NoSuchAppeal, Refused(second, Decide(Manager, 3)));
        Assert.Equal(PenaltyRefusals.NoOpenAppeal, Refused(second, Decide(Manager, 1)));
        Assert.Equal(PenaltyStatus.Final, After(second, Decide(Manager, 2)).Status);

        static DecidePenaltyAppeal Decide(Actor by, int round) => new(Start, by, round, Upheld: true, "sealed");
    }

    [Theory]
    [InlineData("100.00", "100.00", FineState.Settled, "100.00")]
    [InlineData("100.00", "130.00", FineState.Settled, "130.00")]
    [InlineData("100.00", "60.00", FineState.Settled, "60.00")]
    [InlineData("100.00", "0.00", FineState.Released, "100.00")]
    [InlineData("0.00", "30.00", FineState.Settled, "30.00")]
    [InlineData("0.00", "0.00", FineState.None, "0.00")]
    public void An_expulsion_takes_what_there_is_when_it_becomes_final(string held, string there, FineState state, string taken)
    {
        var confirmed = Expelled(Money.Yuan(held));

        var final = After(confirmed, new PenaltyElapsed(confirmed.Deadline!.Due.PlusNanoseconds(1), confirmed.Deadline.Id, Money.Yuan(there)));

        Assert.Equal((state, Money.Yuan(taken)), (final.Fine.State, final.Fine.Amount));
        Assert.NotNull(final.ContractEndedAt);
    }

    [Fact]
    public void An_expulsion_without_money_that_is_lifted_leaves_the_contract_as_it_was()
    {
        var final = Elapsed(Expelled(Money.Zero));
        Assert.NotNull(final.ContractEndedAt);

        var lifted = After(final, new LiftPenalty(Start));

        Assert.Equal((PenaltyStatus.Lifted, null), (lifted.Status, lifted.ContractEndedAt));
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

    private static Penalty Expelled(Money held)
    {
        var proposed = After(null, Impose(PenaltyKind.Expulsion) with { Fine = Money.Zero });
        return After(proposed, new ConfirmPenalty(Start, Manager, held, proposed.Grounds, null));
    }

    private static PayLevy Pay(Instant paidAt) => new(Start, new Actor(Party.Finance, "finance"), Money.Yuan("1000.00"), paidAt, Accepted: true);

    private static Penalty Elapsed(Penalty penalty) => After(penalty, new PenaltyElapsed(penalty.Deadline!.Due.PlusNanoseconds(1), penalty.Deadline.Id));

    private static Penalty Announced() => After(null, Impose(PenaltyKind.BannedGoods));

    private static Penalty After(Penalty? penalty, PenaltyCommand command) =>
        Assert.IsType<PenaltyDecision.Accepted>(PenaltyDecider.Decide(penalty, command, Clocks)).Events.Aggregate(penalty, PenaltyDecider.Evolve)!;

    private static Refusal Refused(Penalty? penalty, PenaltyCommand command) =>
        Assert.IsType<PenaltyDecision.Refused>(PenaltyDecider.Decide(penalty, command, Clocks)).Refusal;
}
