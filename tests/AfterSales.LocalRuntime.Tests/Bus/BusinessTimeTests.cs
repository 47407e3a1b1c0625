using Azure.Messaging.ServiceBus;

namespace AfterSales.LocalRuntime.Tests.Bus;

public class BusinessTimeTests
{
    [Fact]
    public async Task A_scheduled_message_is_delivered_at_its_instant_of_business_time()
    {
        await using var bus = await TestBus.OpenAsync();
        var due = TestBus.Start.AddDays(30);
        var handledAt = new List<DateTimeOffset>();
        await bus.HandleAsync("jobs", _ =>
        {
            handledAt.Add(bus.Clock.GetUtcNow());
            return Task.CompletedTask;
        });
        await bus.Jobs.ScheduleMessageAsync(new ServiceBusMessage("later"), due);

        await bus.Clock.AdvanceToAsync(due.AddTicks(-1), default);
        var before = handledAt.Count;
        await bus.Clock.AdvanceToAsync(due.AddDays(1), default);

        Assert.Equal(0, before);
        Assert.Equal([due], handledAt);
    }

    [Fact]
    public async Task Scheduled_messages_fall_due_one_after_the_other_each_with_what_it_causes()
    {
        await using var bus = await TestBus.OpenAsync();
        var seen = new List<(string, DateTimeOffset)>();
        await bus.HandleAsync("jobs", async message =>
        {
            seen.Add((message.Body.ToString(), bus.Clock.GetUtcNow()));
            if (message.Body.ToString() == "first")
            {
                await bus.Jobs.ScheduleMessageAsync(new ServiceBusMessage("caused"), bus.Clock.GetUtcNow().AddHours(1));
            }
        });
        await bus.Jobs.ScheduleMessageAsync(new ServiceBusMessage("second"), TestBus.Start.AddHours(2));
        await bus.Jobs.ScheduleMessageAsync(new ServiceBusMessage("first"), TestBus.Start.AddHours(0.5));

        await bus.Clock.AdvanceUntilIdleAsync(default);

        Assert.Equal(
            [("first", TestBus.Start.AddHours(0.5)), ("caused", TestBus.Start.AddHours(1.5)), ("second", TestBus.Start.AddHours(2))],
            seen);
    }

    [Fact]
    public async Task ScheduledEnqueueTime_schedules_as_well_and_one_in_the_past_delivers_at_once()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("later") { ScheduledEnqueueTime = TestBus.Start.AddMinutes(1) });
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("now") { ScheduledEnqueueTime = TestBus.Start.AddMinutes(-1) });

        var states = (await bus.Client.CreateReceiver("jobs").PeekMessagesAsync(5)).Select(m => (m.Body.ToString(), m.State));

        Assert.Equal([("later", ServiceBusMessageState.Scheduled), ("now", ServiceBusMessageState.Active)], states);
        Assert.Equal("now", (await bus.ReceiveAsync("jobs")).Body.ToString());
    }

    [Fact]
    public async Task A_cancelled_message_never_comes()
    {
        await using var bus = await TestBus.OpenAsync();
        var number = await bus.Jobs.ScheduleMessageAsync(new ServiceBusMessage("never"), TestBus.Start.AddHours(1));

        await bus.Jobs.CancelScheduledMessageAsync(number);
        await bus.Clock.AdvanceToAsync(TestBus.Start.AddHours(2), default);

        Assert.Empty(await bus.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task What_is_not_scheduled_any_more_cannot_be_cancelled()
    {
        await using var bus = await TestBus.OpenAsync();
        var number = await bus.Jobs.ScheduleMessageAsync(new ServiceBusMessage("once"), TestBus.Start.AddHours(1));
        await bus.Clock.AdvanceToAsync(TestBus.Start.AddHours(1), default);

        var refusal = await Assert.ThrowsAsync<ServiceBusException>(() => bus.Jobs.CancelScheduledMessageAsync(number));

        Assert.Equal(ServiceBusFailureReason.MessageNotFound, refusal.Reason);
    }

    [Fact]
    public async Task A_message_scheduled_for_a_topic_is_handed_out_when_it_falls_due()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Client.CreateSender("events").ScheduleMessageAsync(
            new ServiceBusMessage("e") { ApplicationProperties = { ["type"] = "closed" } }, TestBus.Start.AddHours(1));

        var before = await bus.BodiesAsync("events/subscriptions/all");
        await bus.Clock.AdvanceToAsync(TestBus.Start.AddHours(1), default);

        Assert.Empty(before);
        Assert.Equal(["e"], await bus.BodiesAsync("events/subscriptions/all"));
        Assert.Equal(["e"], await bus.BodiesAsync("events/subscriptions/opened-or-closed"));
    }

    [Fact]
    public async Task A_message_expires_in_business_time()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("short") { TimeToLive = TimeSpan.FromHours(1) });
        await bus.Client.CreateSender("brief").SendMessageAsync(new ServiceBusMessage("default") { TimeToLive = TimeSpan.FromDays(1) });

        await bus.Clock.AdvanceToAsync(TestBus.Start.AddHours(1), default);

        Assert.Empty(await bus.BodiesAsync("jobs"));
        Assert.Empty(await bus.BodiesAsync("brief"));
    }

    [Fact]
    public async Task An_expired_message_is_buried_where_the_queue_says_so()
    {
        await using var bus = await TestBus.OpenAsync();
        var message = new ServiceBusMessage("short") { TimeToLive = TimeSpan.FromHours(1) };
        await bus.Client.CreateSender("dead-on-expiry").SendMessageAsync(message);

        await bus.Clock.AdvanceToAsync(TestBus.Start.AddDays(1), default);

        var live = bus.Client.CreateReceiver("dead-on-expiry").ReceiveMessageAsync(TimeSpan.FromSeconds(5));
        bus.Wall.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(await live);
        Assert.Equal("TTLExpiredException", (await bus.ReceiveAsync("dead-on-expiry/$DeadLetterQueue")).DeadLetterReason);
    }

    [Fact]
    public async Task Nobody_waits_for_a_message_to_expire()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("parked") { TimeToLive = TimeSpan.FromDays(14) });

        await bus.Clock.AdvanceUntilIdleAsync(default);

        Assert.Equal(TestBus.Start, bus.Clock.GetUtcNow());
    }

    [Fact]
    public async Task The_clock_can_say_which_messages_it_waits_for()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.ScheduleMessageAsync(new ServiceBusMessage("x") { MessageId = "retry-1" }, TestBus.Start.AddHours(1));

        Assert.Equal("scheduled message retry-1 for jobs", bus.Clock.Waiting(10).Single().What);
    }
}
