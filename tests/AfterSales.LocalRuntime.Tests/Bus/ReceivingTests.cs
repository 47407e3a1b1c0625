using Azure.Messaging.ServiceBus;

namespace AfterSales.LocalRuntime.Tests.Bus;

public class ReceivingTests
{
    [Fact]
    public async Task Messages_come_in_the_order_in_which_they_were_sent()
    {
        await using var bus = await TestBus.OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            await bus.Jobs.SendMessageAsync(new ServiceBusMessage($"{i}"));
        }

        var received = await bus.Client.CreateReceiver("jobs").ReceiveMessagesAsync(100);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), received.Select(m => m.Body.ToString()));
        Assert.Equal(received.OrderBy(m => m.SequenceNumber), received);
    }

    [Fact]
    public async Task A_received_message_is_locked_and_nobody_else_gets_it()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("one"));

        var first = await bus.ReceiveAsync("jobs");
        var second = bus.Client.CreateReceiver("jobs").ReceiveMessageAsync(TimeSpan.FromSeconds(5));
        bus.Wall.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(await second);
        Assert.Equal(bus.Wall.GetUtcNow() + TimeSpan.FromSeconds(25), first.LockedUntil);
    }

    [Fact]
    public async Task A_receiver_that_waits_gets_a_message_as_soon_as_it_is_sent()
    {
        await using var bus = await TestBus.OpenAsync();
        var waiting = bus.Client.CreateReceiver("jobs").ReceiveMessageAsync();

        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("now"));

        Assert.Equal("now", (await waiting).Body.ToString());
    }

    [Fact]
    public async Task A_receiver_that_waits_can_be_cancelled()
    {
        await using var bus = await TestBus.OpenAsync();
        using var cancel = new CancellationTokenSource();
        var waiting = bus.Client.CreateReceiver("jobs").ReceiveMessageAsync(cancellationToken: cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_completed_message_is_gone()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("one"));
        var receiver = bus.Client.CreateReceiver("jobs");

        await receiver.CompleteMessageAsync(await receiver.ReceiveMessageAsync());

        Assert.Empty(await bus.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task An_abandoned_message_comes_again_at_once_in_its_old_place_with_its_changed_properties()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessagesAsync([new ServiceBusMessage("first"), new ServiceBusMessage("second")]);
        var receiver = bus.Client.CreateReceiver("jobs");

        await receiver.AbandonMessageAsync(await receiver.ReceiveMessageAsync(), new Dictionary<string, object> { ["why"] = "busy" });
        var again = await receiver.ReceiveMessageAsync();

        Assert.Equal("first", again.Body.ToString());
        Assert.Equal(2, again.DeliveryCount);
        Assert.Equal("busy", again.ApplicationProperties["why"]);
    }

    [Fact]
    public async Task A_message_received_and_deleted_has_no_lock_to_settle()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("one"));
        var receiver = bus.Client.CreateReceiver(
            "jobs", new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });

        var message = await receiver.ReceiveMessageAsync();

        Assert.Equal("one", message.Body.ToString());
        Assert.Empty(await bus.BodiesAsync("jobs"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => receiver.CompleteMessageAsync(message));
    }

    [Fact]
    public async Task A_lock_that_ran_out_is_lost_and_the_message_comes_again()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("slow"));
        var receiver = bus.Client.CreateReceiver("jobs");
        var message = await receiver.ReceiveMessageAsync();

        bus.Wall.Advance(TimeSpan.FromSeconds(30));

        var refusal = await Assert.ThrowsAsync<ServiceBusException>(() => receiver.CompleteMessageAsync(message));
        Assert.Equal(ServiceBusFailureReason.MessageLockLost, refusal.Reason);
        Assert.Equal(2, (await receiver.ReceiveMessageAsync()).DeliveryCount);
    }

    [Fact]
    public async Task A_renewed_lock_holds_for_another_lock_duration()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage("slow"));
        var receiver = bus.Client.CreateReceiver("jobs");
        var message = await receiver.ReceiveMessageAsync();

        bus.Wall.Advance(TimeSpan.FromSeconds(29));
        await receiver.RenewMessageLockAsync(message);
        bus.Wall.Advance(TimeSpan.FromSeconds(29));
        await receiver.CompleteMessageAsync(message);

        Assert.Empty(await bus.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task A_peek_locks_nothing_and_goes_on_where_the_last_one_ended()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessagesAsync([new ServiceBusMessage("a"), new ServiceBusMessage("b"), new ServiceBusMessage("c")]);
        var receiver = bus.Client.CreateReceiver("jobs");

        var first = await receiver.PeekMessagesAsync(2);
        var rest = await receiver.PeekMessagesAsync(2);
        var again = await receiver.PeekMessagesAsync(5, first[1].SequenceNumber);

        Assert.Equal(["a", "b"], first.Select(m => m.Body.ToString()));
        Assert.Equal(["c"], rest.Select(m => m.Body.ToString()));
        Assert.Equal(["b", "c"], again.Select(m => m.Body.ToString()));
        Assert.Equal(0, first[0].DeliveryCount);
    }

    [Fact]
    public async Task An_entity_that_servicebus_json_does_not_name_is_not_found()
    {
        await using var bus = await TestBus.OpenAsync();

        var sending = await Assert.ThrowsAsync<ServiceBusException>(
            () => bus.Client.CreateSender("jbos").SendMessageAsync(new ServiceBusMessage("x")));
        var receiving = await Assert.ThrowsAsync<ServiceBusException>(
            () => bus.Client.CreateReceiver("events", "nobody").ReceiveMessageAsync());

        Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, sending.Reason);
        Assert.Contains("jobs", sending.Message, StringComparison.Ordinal);
        Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, receiving.Reason);
    }

    [Theory]
    [InlineData("sb://host/")]
    [InlineData("Endpoint=https://host/;SharedAccessKeyName=n;SharedAccessKey=k")]
    [InlineData("Endpoint=sb://host/;SharedAccessKeyName=n")]
    [InlineData("SharedAccessKeyName=n;SharedAccessKey=k")]
    public void A_malformed_connection_string_is_refused_when_the_client_is_made(string connection) =>
        Assert.Throws<FormatException>(() => new ServiceBusClient(connection));

    [Fact]
    public async Task A_namespace_that_does_not_run_here_is_refused_at_the_first_operation()
    {
        await using var client = new ServiceBusClient(TestBus.Connection("elsewhere.local"));

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(
            () => client.CreateSender("jobs").SendMessageAsync(new ServiceBusMessage("x")));

        Assert.Contains("elsewhere.local", refusal.Message, StringComparison.Ordinal);
    }
}
