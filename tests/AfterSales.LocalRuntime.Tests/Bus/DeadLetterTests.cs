using Azure.Messaging.ServiceBus;

namespace AfterSales.LocalRuntime.Tests.Bus;

public class DeadLetterTests
{
    [Fact]
    public async Task A_message_is_buried_after_its_last_delivery_with_its_reason()
    {
        await using var bus = await TestBus.OpenAsync();
        var deliveries = new List<int>();
        await bus.HandleAsync("jobs", message =>
        {
            deliveries.Add(message.DeliveryCount);
            throw new InvalidOperationException("cannot");
        });

        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("poison") { MessageId = "p" });
        await bus.Work.IdleAsync();

        var graveyard = bus.Client.CreateReceiver("jobs", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        var dead = (await graveyard.PeekMessagesAsync(5)).Single();
        Assert.Equal([1, 2, 3], deliveries);
        Assert.Equal("p", dead.MessageId);
        Assert.Equal("MaxDeliveryCountExceeded", dead.DeadLetterReason);
        Assert.Equal("Message could not be consumed after 3 delivery attempts.", dead.DeadLetterErrorDescription);
        Assert.Empty(await bus.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task A_receiver_buries_a_message_with_a_reason_and_a_description()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("odd"));
        var receiver = bus.Client.CreateReceiver("jobs");

        await receiver.DeadLetterMessageAsync(await receiver.ReceiveMessageAsync(), "unreadable", "no JSON");

        var dead = await bus.ReceiveAsync("jobs/$deadletterqueue");
        Assert.Equal("unreadable", dead.DeadLetterReason);
        Assert.Equal("no JSON", dead.DeadLetterErrorDescription);
        Assert.Equal("unreadable", dead.ApplicationProperties["DeadLetterReason"]);
    }

    [Fact]
    public async Task A_dead_letter_can_be_sent_again_without_its_reason_and_removed()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("again") { ApplicationProperties = { ["type"] = "x" } });
        await bus.Client.CreateReceiver("jobs").DeadLetterMessageAsync(await bus.ReceiveAsync("jobs"), "why");
        var graveyard = bus.Client.CreateReceiver("jobs", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        var dead = await graveyard.ReceiveMessageAsync();

        await bus.Jobs.SendMessageAsync(new ServiceBusMessage(dead));
        await graveyard.CompleteMessageAsync(dead);

        var again = await bus.ReceiveAsync("jobs");
        Assert.Equal(["type"], again.ApplicationProperties.Keys);
        Assert.Null(again.DeadLetterReason);
        Assert.Empty(await bus.BodiesAsync("jobs/$deadletterqueue"));
    }

    [Fact]
    public async Task A_dead_letter_is_not_buried_again_however_often_it_is_delivered()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("odd"));
        await bus.Client.CreateReceiver("jobs").DeadLetterMessageAsync(await bus.ReceiveAsync("jobs"), "why");
        var graveyard = bus.Client.CreateReceiver("jobs", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });

        for (var i = 0; i < 10; i++)
        {
            await graveyard.AbandonMessageAsync(await graveyard.ReceiveMessageAsync());
        }

        Assert.Equal(["odd"], await bus.BodiesAsync("jobs/$deadletterqueue"));
    }

    [Fact]
    public async Task A_lock_that_runs_out_counts_as_a_delivery()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("slow"));

        for (var i = 0; i < 3; i++)
        {
            await bus.ReceiveAsync("jobs");
            bus.Wall.Advance(TimeSpan.FromSeconds(30));
        }

        await bus.Work.IdleAsync();
        Assert.Equal("MaxDeliveryCountExceeded", (await bus.ReceiveAsync("jobs/$deadletterqueue")).DeadLetterReason);
    }

    [Fact]
    public async Task A_function_can_listen_to_dead_letters()
    {
        await using var bus = await TestBus.OpenAsync();
        var buried = new List<string>();
        bus.Engine.Register("jobs", (_, _) => throw new InvalidOperationException("cannot"), batched: false, autoComplete: true);
        await bus.HandleAsync("jobs/$DeadLetterQueue", message =>
        {
            buried.Add(message.Body.ToString());
            return Task.CompletedTask;
        });

        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("poison"));
        await bus.Work.IdleAsync();

        Assert.Equal(["poison"], buried);
        Assert.Empty(await bus.BodiesAsync("jobs/$deadletterqueue"));
    }
}
