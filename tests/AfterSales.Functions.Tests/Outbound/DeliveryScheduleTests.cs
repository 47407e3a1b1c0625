using AfterSales.Domain.Cases;
using AfterSales.Functions.Outbound;

namespace AfterSales.Functions.Tests.Outbound;

public sealed class DeliveryScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 0, 0, TimeSpan.FromHours(8));
    private static readonly AttemptResult Unreachable = new(AttemptVerdict.TryAgain, null, "unreachable");

    [Fact]
    public void Ten_attempts_are_made_the_last_between_64_and_72_hours_after_the_first()
    {
        foreach (var number in Enumerable.Range(1, 500))
        {
            var delivery = New(number);
            var at = Start;
            var attempts = 0;
            while (delivery.NextAt is { } due)
            {
                attempts++;
                delivery = delivery.After(Unreachable, at = due);
            }

            Assert.Equal((10, DeliveryState.Failed), (attempts, delivery.State));
            Assert.InRange(at - Start, TimeSpan.FromHours(64), TimeSpan.FromHours(72));
        }
    }

    [Fact]
    public void A_wait_is_as_published_and_up_to_a_tenth_longer_the_same_each_time_it_is_asked_and_another_for_another_delivery()
    {
        for (var attempt = 1; attempt <= DeliverySchedule.Waits.Count; attempt++)
        {
            var wait = DeliverySchedule.Waits[attempt - 1];
            var asked = Enumerable.Range(1, 200).Select(n => DeliverySchedule.WaitAfter($"d{n}", attempt)).ToList();

            Assert.All(asked, w => Assert.InRange(w, wait, wait * 1.1));
            Assert.Equal(asked, Enumerable.Range(1, 200).Select(n => DeliverySchedule.WaitAfter($"d{n}", attempt)));
            Assert.True(asked.Distinct().Count() > 100);
        }
    }

    [Fact]
    public void An_answer_of_410_ends_it_at_the_first_attempt()
    {
        var gone = New(1).After(new AttemptResult(AttemptVerdict.Gone, 410, "gone"), Start);

        Assert.Equal((DeliveryState.Failed, (DateTimeOffset?)null), (gone.State, gone.NextAt));
    }

    [Fact]
    public void An_attempt_that_was_made_is_not_waited_for_again_nor_is_one_of_a_round_before()
    {
        var once = New(1).After(Unreachable, Start);
        var again = New(1).After(new AttemptResult(AttemptVerdict.Delivered, 200, null), Start).Again(Start);

        Assert.False(once.Awaits(new DueAttempt(once.Id, 1, 1)));
        Assert.True(once.Awaits(new DueAttempt(once.Id, 1, 2)));
        Assert.False(again.Awaits(new DueAttempt(again.Id, 1, 1)));
        Assert.True(again.Awaits(new DueAttempt(again.Id, 2, 1)));
    }

    private static Delivery New(int number)
    {
        var caseId = CaseId.For("demo-mall", $"R-{number}");
        return Delivery.Of($"{caseId}-1", new EndpointKey(Party.Supplier, "S-1"), DeliveryChannel.Webhook, "case.opened", Start, Start);
    }
}
