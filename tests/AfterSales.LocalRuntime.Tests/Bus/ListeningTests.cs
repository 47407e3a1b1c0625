using Azure.Messaging.ServiceBus;

namespace AfterSales.LocalRuntime.Tests.Bus;

public class ListeningTests
{
    [Fact]
    public async Task A_handler_that_returns_completes_its_message()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.HandleAsync("jobs", _ => Task.CompletedTask);

        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("x"));
        await bus.Work.IdleAsync();

        Assert.Empty(await bus.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task A_handler_that_throws_gets_its_message_again_at_once()
    {
        await using var bus = await TestBus.OpenAsync();
        var deliveries = new List<int>();
        await bus.HandleAsync("jobs", message =>
        {
            deliveries.Add(message.DeliveryCount);
            return message.DeliveryCount < 3 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
        });

        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("x"));
        await bus.Work.IdleAsync();

        Assert.Equal([1, 2, 3], deliveries);
        Assert.Empty(await bus.BodiesAsync("jobs/$deadletterqueue"));
    }

    [Fact]
    public async Task No_more_messages_are_handled_at_once_than_host_json_allows()
    {
        await using var bus = await TestBus.OpenAsync(options: o => o with { MaxConcurrentCalls = 3 });
        var entered = new SemaphoreSlim(0);
        var leave = new SemaphoreSlim(0);
        var running = 0;
        var most = 0;
        await bus.HandleAsync("jobs", async _ =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            entered.Release();
            await leave.WaitAsync();
            Interlocked.Decrement(ref running);
        });

        await bus.Jobs.SendMessagesAsync(Enumerable.Range(0, 10).Select(i => new ServiceBusMessage($"{i}")));
        for (var i = 0; i < 3; i++)
        {
            await entered.WaitAsync();
        }

        var left = (await bus.Client.CreateReceiver("jobs").PeekMessagesAsync(20)).Count(m => m.DeliveryCount == 0);
        leave.Release(10);
        await bus.Work.IdleAsync();

        Assert.Equal(7, left);
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task One_call_at_a_time_keeps_the_order()
    {
        await using var bus = await TestBus.OpenAsync(options: o => o with { MaxConcurrentCalls = 1 });
        var seen = new List<string>();
        await bus.HandleAsync("jobs", message =>
        {
            seen.Add(message.Body.ToString());
            return Task.CompletedTask;
        });

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => bus.Jobs.SendMessageAsync(new ServiceBusMessage($"{i:00}"))));
        await bus.Work.IdleAsync();

        Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
        Assert.Equal(50, seen.Count);
    }

    [Fact]
    public async Task A_batched_handler_gets_what_is_there_in_order_and_completes_it_together()
    {
        await using var bus = await TestBus.OpenAsync(options: o => o with { MaxMessageBatchSize = 4 });
        await bus.Jobs.SendMessagesAsync(Enumerable.Range(0, 6).Select(i => new ServiceBusMessage($"{i}")));
        var batches = new List<string>();
        bus.Engine.Register(
            "jobs",
            (messages, _) =>
            {
                batches.Add(string.Concat(messages.Select(m => m.Body.ToString())));
                return Task.CompletedTask;
            },
            batched: true,
            autoComplete: true);

        await bus.Engine.StartAsync();
        await bus.Work.IdleAsync();

        Assert.Equal(["0123", "45"], batches);
        Assert.Empty(await bus.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task A_batch_that_fails_comes_again_message_by_message_of_it()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessagesAsync([new ServiceBusMessage("a"), new ServiceBusMessage("b")]);
        var calls = 0;
        bus.Engine.Register(
            "jobs",
            (_, _) => ++calls == 1 ? throw new InvalidOperationException("not yet") : Task.CompletedTask,
            batched: true,
            autoComplete: true);

        await bus.Engine.StartAsync();
        await bus.Work.IdleAsync();

        Assert.Empty(await bus.BodiesAsync("jobs"));
        Assert.Empty(await bus.BodiesAsync("jobs/$deadletterqueue"));
    }

    [Fact]
    public async Task The_lock_is_renewed_while_the_handler_runs()
    {
        await using var bus = await TestBus.OpenAsync(options: o => o with { MaxAutoLockRenewalDuration = TimeSpan.FromMinutes(5) });
        var (entered, leave, deliveries) = await HoldOneAsync(bus);

        bus.Wall.Advance(TimeSpan.FromMinutes(4));
        leave.SetResult();
        await bus.Work.IdleAsync();

        Assert.True(entered.Task.IsCompleted);
        Assert.Equal([1], deliveries);
        Assert.Empty(await bus.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task A_handler_that_outlasts_the_renewal_loses_its_message_to_another_call()
    {
        await using var bus = await TestBus.OpenAsync(options: o => o with { MaxAutoLockRenewalDuration = TimeSpan.FromMinutes(1) });
        var (_, leave, deliveries) = await HoldOneAsync(bus);

        bus.Wall.Advance(TimeSpan.FromMinutes(1));
        leave.SetResult();
        await bus.Work.IdleAsync();

        Assert.Equal([1, 2], deliveries);
        Assert.Empty(await bus.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task Without_auto_completion_a_message_stays_locked_until_its_lock_runs_out()
    {
        await using var bus = await TestBus.OpenAsync(options: o => o with { MaxAutoLockRenewalDuration = TimeSpan.Zero });
        var handled = new SemaphoreSlim(0);
        await bus.HandleAsync(
            "jobs",
            _ =>
            {
                handled.Release();
                return Task.CompletedTask;
            },
            autoComplete: false);
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("x"));

        for (var i = 0; i < 3; i++)
        {
            await handled.WaitAsync();
            bus.Wall.Advance(TimeSpan.FromSeconds(30));
        }

        await bus.Work.IdleAsync();
        Assert.Equal(["x"], await bus.BodiesAsync("jobs/$deadletterqueue"));
    }

    [Fact]
    public async Task A_message_with_a_listener_is_work_until_it_is_settled_and_one_without_is_not()
    {
        await using var bus = await TestBus.OpenAsync();
        var (_, leave, _) = await HoldOneAsync(bus);

        await bus.Client.CreateSender("unique").SendMessageAsync(new ServiceBusMessage("parked"));
        var whileHandled = bus.Work.Active;
        leave.SetResult();
        await bus.Work.IdleAsync();

        Assert.Equal(1, whileHandled);
        Assert.Equal(0, bus.Work.Active);
        Assert.Equal(["parked"], await bus.BodiesAsync("unique"));
    }

    [Fact]
    public async Task A_handler_that_waits_on_the_business_clock_does_not_hold_it_up()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.HandleAsync("jobs", async _ => await Task.Delay(TimeSpan.FromDays(3), bus.Clock));
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("slow"));

        await bus.Clock.AdvanceToAsync(TestBus.Start.AddDays(4), default);

        Assert.Empty(await bus.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task A_chain_of_messages_is_one_stretch_of_work()
    {
        await using var bus = await TestBus.OpenAsync();
        var last = 0;
        await bus.HandleAsync("jobs", async message =>
        {
            last = int.Parse(message.Body.ToString());
            if (last < 100)
            {
                await bus.Jobs.SendMessageAsync(new ServiceBusMessage($"{last + 1}"));
            }
        });

        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("1"));
        await bus.Work.IdleAsync();

        Assert.Equal(100, last);
    }

    [Fact]
    public async Task A_second_listener_on_a_queue_is_refused()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.HandleAsync("jobs", _ => Task.CompletedTask);

        Assert.Throws<InvalidOperationException>(
            () => bus.Engine.Register("jobs", (_, _) => Task.CompletedTask, batched: false, autoComplete: true));
    }

    [Fact]
    public async Task A_listener_on_an_entity_that_does_not_exist_is_refused()
    {
        await using var bus = await TestBus.OpenAsync();

        var refusal = Assert.Throws<ServiceBusException>(
            () => bus.Engine.Register("events", "nobody", (_, _) => Task.CompletedTask, batched: false, autoComplete: true));

        Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, refusal.Reason);
    }

    private static async Task<(TaskCompletionSource Entered, TaskCompletionSource Leave, List<int> Deliveries)> HoldOneAsync(TestBus bus)
    {
        var entered = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        var deliveries = new List<int>();
        await bus.HandleAsync("jobs", async message =>
        {
            lock (deliveries)
            {
                deliveries.Add(message.DeliveryCount);
            }

            entered.TrySetResult();
            await leave.Task;
        });
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("held"));
        await entered.Task;
        return (entered, leave, deliveries);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        var seen = Volatile.Read(ref most);
        while (value > seen && Interlocked.CompareExchange(ref most, value, seen) is var before && before != seen)
        {
            seen = before;
        }
    }
}
