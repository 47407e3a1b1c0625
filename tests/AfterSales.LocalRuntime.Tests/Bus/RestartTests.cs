using Azure.Messaging.ServiceBus;

namespace AfterSales.LocalRuntime.Tests.Bus;

public sealed class RestartTests : IDisposable
{
    private readonly string _folder = TestBus.NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Acknowledged_messages_are_there_after_a_restart_in_their_order()
    {
        await using (var before = await TestBus.OpenAsync(_folder))
        {
            await before.Jobs.SendMessagesAsync([new ServiceBusMessage("a"), new ServiceBusMessage("b")]);
            await before.Jobs.SendMessageAsync(new ServiceBusMessage("c"));
        }

        await using var after = await TestBus.OpenAsync(_folder);

        Assert.Equal(["a", "b", "c"], await after.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task A_message_that_was_locked_is_free_again_and_keeps_its_delivery_count()
    {
        await using (var before = await TestBus.OpenAsync(_folder))
        {
            await before.Jobs.SendMessageAsync(new ServiceBusMessage("a"));
            await before.ReceiveAsync("jobs");
        }

        await using var after = await TestBus.OpenAsync(_folder);

        Assert.Equal(2, (await after.ReceiveAsync("jobs")).DeliveryCount);
    }

    [Fact]
    public async Task A_completed_message_does_not_come_back()
    {
        await using (var before = await TestBus.OpenAsync(_folder))
        {
            await before.Jobs.SendMessageAsync(new ServiceBusMessage("a"));
            await before.Client.CreateReceiver("jobs").CompleteMessageAsync(await before.ReceiveAsync("jobs"));
        }

        await using var after = await TestBus.OpenAsync(_folder);

        Assert.Empty(await after.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task Sequence_numbers_go_on_and_are_never_given_twice()
    {
        long last;
        await using (var before = await TestBus.OpenAsync(_folder))
        {
            await before.Jobs.SendMessageAsync(new ServiceBusMessage("a"));
            var message = await before.ReceiveAsync("jobs");
            last = message.SequenceNumber;
            await before.Client.CreateReceiver("jobs").CompleteMessageAsync(message);
        }

        await using var after = await TestBus.OpenAsync(_folder);
        await after.Jobs.SendMessageAsync(new ServiceBusMessage("b"));

        Assert.True((await after.ReceiveAsync("jobs")).SequenceNumber > last);
    }

    [Fact]
    public async Task Scheduled_messages_are_kept_and_can_still_be_cancelled()
    {
        long never;
        await using (var before = await TestBus.OpenAsync(_folder))
        {
            never = await before.Jobs.ScheduleMessageAsync(new ServiceBusMessage("never"), TestBus.Start.AddHours(1));
            await before.Jobs.ScheduleMessageAsync(new ServiceBusMessage("later"), TestBus.Start.AddHours(1));
        }

        await using var after = await TestBus.OpenAsync(_folder);
        await after.Jobs.CancelScheduledMessageAsync(never);
        await after.Clock.AdvanceToAsync(TestBus.Start.AddHours(1), default);

        Assert.Equal(["later"], await after.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task Dead_letters_keep_their_reason()
    {
        await using (var before = await TestBus.OpenAsync(_folder))
        {
            await before.Jobs.SendMessageAsync(new ServiceBusMessage("a"));
            await before.Client.CreateReceiver("jobs").DeadLetterMessageAsync(await before.ReceiveAsync("jobs"), "why", "because");
        }

        await using var after = await TestBus.OpenAsync(_folder);
        var dead = await after.ReceiveAsync("jobs/$deadletterqueue");

        Assert.Equal(("why", "because"), (dead.DeadLetterReason, dead.DeadLetterErrorDescription));
    }

    [Fact]
    public async Task What_was_left_is_handed_to_its_handler_at_the_next_start()
    {
        await using (var before = await TestBus.OpenAsync(_folder))
        {
            await before.Jobs.SendMessageAsync(new ServiceBusMessage("left"));
        }

        await using var after = await TestBus.OpenAsync(_folder);
        var seen = new List<string>();
        await after.HandleAsync("jobs", message =>
        {
            seen.Add(message.Body.ToString());
            return Task.CompletedTask;
        });
        await after.Work.IdleAsync();

        Assert.Equal(["left"], seen);
    }

    [Fact]
    public async Task A_handler_that_is_stopped_with_the_broker_leaves_its_message_to_the_next_start()
    {
        await using (var before = await TestBus.OpenAsync(_folder))
        {
            var entered = new TaskCompletionSource();
            before.Engine.Register(
                "jobs",
                async (_, cancellation) =>
                {
                    entered.SetResult();
                    await Task.Delay(Timeout.Infinite, cancellation);
                },
                batched: false,
                autoComplete: true);
            await before.Engine.StartAsync();
            await before.Jobs.SendMessageAsync(new ServiceBusMessage("interrupted"));
            await entered.Task;
        }

        await using var after = await TestBus.OpenAsync(_folder);

        Assert.Equal(["interrupted"], await after.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task A_message_that_kills_the_process_each_time_is_buried_in_the_end()
    {
        for (var i = 0; i < 3; i++)
        {
            await using var bus = await TestBus.OpenAsync(_folder);
            if (i == 0)
            {
                await bus.Jobs.SendMessageAsync(new ServiceBusMessage("killer"));
            }

            await bus.ReceiveAsync("jobs");
        }

        await using var after = await TestBus.OpenAsync(_folder);
        await after.Work.IdleAsync();

        Assert.Equal("MaxDeliveryCountExceeded", (await after.ReceiveAsync("jobs/$DeadLetterQueue")).DeadLetterReason);
    }
}
