using System.Runtime.Serialization;
using Azure.Messaging.ServiceBus;

namespace AfterSales.LocalRuntime.Tests.Bus;

public class SendingTests
{
    public static TheoryData<object> Values => new()
    {
        "text 证据", true, 'x', (byte)1, (short)-2, 3, -4L, 5UL, 1.25f, 0.1, 19.95m, Guid.Parse("0a000000-0000-0000-0000-000000000001"),
        new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.FromHours(8)), new DateTime(2026, 11, 2, 1, 0, 0, DateTimeKind.Utc),
        TimeSpan.FromMinutes(90), new Uri("https://example.org/a?b=c"),
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task An_application_property_keeps_its_type_and_value_over_a_restart(object value)
    {
        var folder = TestBus.NewFolder();
        await using (var before = await TestBus.OpenAsync(folder))
        {
            await before.Jobs.SendMessageAsync(new ServiceBusMessage("x") { ApplicationProperties = { ["it"] = value } });
        }

        await using (var after = await TestBus.OpenAsync(folder))
        {
            var kept = (await after.ReceiveAsync("jobs")).ApplicationProperties["it"];
            Assert.Equal(value, kept);
            Assert.Equal(value.GetType(), kept.GetType());
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Everything_the_sender_set_arrives()
    {
        await using var bus = await TestBus.OpenAsync();
        await bus.Jobs.SendMessageAsync(new ServiceBusMessage(BinaryData.FromBytes((byte[])[0, 255, 7]))
        {
            MessageId = "id",
            CorrelationId = "correlation",
            Subject = "subject",
            ContentType = "application/octet-stream",
            To = "to",
            ReplyTo = "reply",
            PartitionKey = "key",
            TimeToLive = TimeSpan.FromDays(2),
        });

        var message = await bus.ReceiveAsync("jobs");

        Assert.Equal([0, 255, 7], message.Body.ToArray());
        Assert.Equal(
            ("id", "correlation", "subject", "application/octet-stream", "to", "reply", "key", TimeSpan.FromDays(2)),
            (message.MessageId, message.CorrelationId, message.Subject, message.ContentType,
                message.To, message.ReplyTo, message.PartitionKey, message.TimeToLive));
        Assert.Equal(TestBus.Start, message.EnqueuedTime);
        Assert.Equal(TestBus.Start.AddDays(2), message.ExpiresAt);
    }

    [Fact]
    public async Task A_value_that_the_broker_does_not_carry_is_refused_by_name()
    {
        await using var bus = await TestBus.OpenAsync();

        var refusal = await Assert.ThrowsAsync<SerializationException>(
            () => bus.Jobs.SendMessageAsync(new ServiceBusMessage("x") { ApplicationProperties = { ["list"] = new[] { 1 } } }));

        Assert.Contains("'list'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_over_256_KB_is_refused()
    {
        await using var bus = await TestBus.OpenAsync();

        var refusal = await Assert.ThrowsAsync<ServiceBusException>(
            () => bus.Jobs.SendMessageAsync(new ServiceBusMessage(new byte[256 * 1024 + 1])));

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, refusal.Reason);
        Assert.Empty(await bus.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task Messages_sent_together_are_sent_all_or_none()
    {
        await using var bus = await TestBus.OpenAsync();

        await Assert.ThrowsAsync<ServiceBusException>(
            () => bus.Jobs.SendMessagesAsync([new ServiceBusMessage("small"), new ServiceBusMessage(new byte[256 * 1024])]));

        Assert.Empty(await bus.BodiesAsync("jobs"));
    }

    [Fact]
    public async Task A_session_is_refused()
    {
        await using var bus = await TestBus.OpenAsync();

        await Assert.ThrowsAsync<NotSupportedException>(() => bus.Jobs.SendMessageAsync(new ServiceBusMessage("x") { SessionId = "s" }));
    }

    [Fact]
    public async Task A_message_id_is_taken_once_within_the_window_on_the_wall_clock()
    {
        await using var bus = await TestBus.OpenAsync();
        var unique = bus.Client.CreateSender("unique");

        await unique.SendMessageAsync(new ServiceBusMessage("first") { MessageId = "a" });
        await unique.SendMessageAsync(new ServiceBusMessage("repeated") { MessageId = "a" });
        await unique.SendMessageAsync(new ServiceBusMessage("other") { MessageId = "b" });
        bus.Wall.Advance(TimeSpan.FromMinutes(10));
        await unique.SendMessageAsync(new ServiceBusMessage("later") { MessageId = "a" });

        Assert.Equal(["first", "other", "later"], await bus.BodiesAsync("unique"));
    }

    [Fact]
    public async Task A_message_id_is_remembered_over_a_restart_even_when_its_message_is_gone()
    {
        var folder = TestBus.NewFolder();
        await using (var before = await TestBus.OpenAsync(folder))
        {
            await before.Client.CreateSender("unique").SendMessageAsync(new ServiceBusMessage("first") { MessageId = "a" });
            await before.Client.CreateReceiver("unique").CompleteMessageAsync(await before.ReceiveAsync("unique"));
        }

        await using (var after = await TestBus.OpenAsync(folder))
        {
            await after.Client.CreateSender("unique").SendMessageAsync(new ServiceBusMessage("repeated") { MessageId = "a" });
            Assert.Empty(await after.BodiesAsync("unique"));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_message_that_cannot_be_written_fails_its_send_and_is_not_delivered()
    {
        await using var bus = await TestBus.OpenAsync();
        var handled = 0;
        await bus.HandleAsync("unique", _ =>
        {
            handled++;
            return Task.CompletedTask;
        });
        var unique = bus.Client.CreateSender("unique");
        await bus.Store.WriteAsync(session => session.Execute("ALTER TABLE bus_message RENAME TO gone"));

        await Assert.ThrowsAnyAsync<Exception>(() => unique.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "a" }));
        var active = bus.Work.Active;
        await bus.Store.WriteAsync(session => session.Execute("ALTER TABLE gone RENAME TO bus_message"));
        await unique.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "a" });
        await bus.Work.IdleAsync();

        Assert.Equal(0, active);
        Assert.Equal(1, handled);
    }
}
