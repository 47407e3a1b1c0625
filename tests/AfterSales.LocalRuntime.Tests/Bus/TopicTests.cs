using Azure.Messaging.ServiceBus;

namespace AfterSales.LocalRuntime.Tests.Bus;

public class TopicTests
{
    [Fact]
    public async Task A_subscription_without_rules_gets_every_message()
    {
        await using var bus = await TestBus.OpenAsync();

        await SendAsync(bus, Event("one", "opened"), Event("two", "anything"));

        Assert.Equal(["one", "two"], await bus.BodiesAsync("events/subscriptions/all"));
    }

    [Fact]
    public async Task Several_rules_are_alternatives()
    {
        await using var bus = await TestBus.OpenAsync();

        await SendAsync(bus, Event("one", "opened"), Event("two", "updated"), Event("three", "closed"));

        Assert.Equal(["one", "three"], await bus.BodiesAsync("events/subscriptions/opened-or-closed"));
    }

    [Fact]
    public async Task A_filter_matches_when_all_its_fields_and_properties_do_with_their_types()
    {
        await using var bus = await TestBus.OpenAsync();
        static ServiceBusMessage Order(string body, string subject, object level) =>
            new(body) { Subject = subject, ApplicationProperties = { ["urgent"] = true, ["level"] = level } };

        await SendAsync(
            bus,
            Order("full", "order", 3),
            Order("text instead of number", "order", "3"),
            Order("other subject", "Order", 3),
            new ServiceBusMessage("half") { Subject = "order", ApplicationProperties = { ["urgent"] = true } });

        Assert.Equal(["full"], await bus.BodiesAsync("events/subscriptions/urgent-orders"));
    }

    [Fact]
    public async Task Each_subscription_settles_its_own_copy()
    {
        await using var bus = await TestBus.OpenAsync();
        await SendAsync(bus, Event("one", "opened"));
        var receiver = bus.Client.CreateReceiver("events", "all");

        await receiver.CompleteMessageAsync(await receiver.ReceiveMessageAsync());

        Assert.Empty(await bus.BodiesAsync("events/subscriptions/all"));
        Assert.Equal(["one"], await bus.BodiesAsync("events/subscriptions/opened-or-closed"));
    }

    [Fact]
    public async Task A_topic_itself_cannot_be_received_from()
    {
        await using var bus = await TestBus.OpenAsync();

        var refusal = await Assert.ThrowsAsync<ServiceBusException>(() => bus.Client.CreateReceiver("events").ReceiveMessageAsync());

        Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, refusal.Reason);
    }

    [Fact]
    public async Task A_forwarding_queue_passes_its_messages_on()
    {
        await using var bus = await TestBus.OpenAsync();

        await bus.Client.CreateSender("forwarding").SendMessageAsync(new ServiceBusMessage("on"));

        Assert.Equal(["on"], await bus.BodiesAsync("jobs"));
        Assert.Empty(await bus.BodiesAsync("forwarding"));
    }

    private static ServiceBusMessage Event(string body, string type) => new(body) { ApplicationProperties = { ["type"] = type } };

    private static Task SendAsync(TestBus bus, params ServiceBusMessage[] messages) =>
        bus.Client.CreateSender("events").SendMessagesAsync(messages);
}
