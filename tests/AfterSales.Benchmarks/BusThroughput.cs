using System.Diagnostics;
using AfterSales.LocalRuntime.Engine.Bus;
using AfterSales.LocalRuntime.Engine.Clock;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging.Abstractions;

namespace AfterSales.Benchmarks;

/// <summary>
/// Messages of 400 bytes from many senders through a topic with two subscriptions (one filtered), each copy handled and completed;
/// everything on disk before it is acknowledged. Beside it, in the same run, the store alone doing the same rows: what the broker adds is
/// the ratio of the two.
/// </summary>
internal static class BusThroughput
{
    private const int Senders = 256;
    private const int Messages = 20_000;

    public static async Task RunAsync(TextWriter output)
    {
        await MeasureBrokerAsync(Messages / 4);
        for (var round = 1; round <= 3; round++)
        {
            var broker = await MeasureBrokerAsync(Messages);
            var store = await MeasureStoreAsync(Messages);
            await output.WriteLineAsync(
                $"bus round {round}: {broker:n0} messages/s sent, handled and completed on two subscriptions; "
                + $"the store alone {store:n0}/s; ratio {store / broker:n1}");
        }
    }

    private static async Task<double> MeasureBrokerAsync(int count)
    {
        await using var folder = new BenchmarkFolder([RuntimeClock.Schema, BusEngine.Schema]);
        var work = new WorkTracker();
        await using var clock = await RuntimeClock.OpenAsync(folder.Store, work, isVirtual: true, start: null);
        await using var bus = new BusEngine(folder.Store, clock, work, Topology(), new BusOptions(), NullLoggerFactory.Instance);
        foreach (var subscription in new[] { "opened", "all" })
        {
            bus.Register("events", subscription, (_, _) => Task.CompletedTask, batched: false, autoComplete: true);
        }

        await bus.StartAsync();
        var host = $"{Path.GetFileName(folder.Store.Folder)}.local";
        bus.Publish(host);
        await using var client = new ServiceBusClient($"Endpoint=sb://{host}/;SharedAccessKeyName=local;SharedAccessKey=bG9jYWw=");
        var sender = client.CreateSender("events");
        var body = BinaryData.FromBytes(new byte[400]);

        var began = Stopwatch.GetTimestamp();
        await InParallelAsync(count, i => sender.SendMessageAsync(
            new ServiceBusMessage(body) { MessageId = $"case-{i}", ApplicationProperties = { ["type"] = "opened" } }));
        await work.IdleAsync();
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>The rows of a message's life: two copies and its id, two deliveries, two completions.</summary>
    private static async Task<double> MeasureStoreAsync(int count)
    {
        await using var folder = new BenchmarkFolder([BusEngine.Schema]);
        var store = folder.Store;
        var body = new byte[400];
        var began = Stopwatch.GetTimestamp();
        await InParallelAsync(count, async i =>
        {
            var first = (i * 2L) + 1;
            await store.WriteAsync(session =>
            {
                Insert(session, first, body);
                Insert(session, first + 1, body);
                session.Execute("INSERT INTO bus_seen (entity, message_id, seen) VALUES ('events', $1, 0)", $"case-{i}");
            });
            await Task.WhenAll(SettleAsync(first), SettleAsync(first + 1));
        });
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;

        Task SettleAsync(long sequence)
        {
            _ = store.WriteAsync(session => session.Execute("UPDATE bus_message SET deliveries = 1 WHERE seq = $1", sequence));
            return store.WriteAsync(session => session.Execute("DELETE FROM bus_message WHERE seq = $1", sequence));
        }
    }

    private static void Insert(StoreSession session, long sequence, byte[] body) => session.Execute(
        """
        INSERT INTO bus_message (seq, entity, deliveries, enqueued_seq, enqueued, expires, head, body)
        VALUES ($1, 'events/Subscriptions/all', 0, 0, 0, 0, '{"messageId":"case-1","properties":[["type","string","opened"]]}', $2)
        """,
        sequence,
        body);

    private static async Task InParallelAsync(int count, Func<int, Task> act)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            int i;
            while ((i = Interlocked.Increment(ref next)) < count)
            {
                await act(i);
            }
        })));
    }

    private static BusTopology Topology() => new(
        [],
        [
            new TopicSettings(
                "events",
                TimeSpan.MaxValue,
                DuplicateWindow: TimeSpan.FromMinutes(10),
                [
                    new SubscriptionSettings(
                        Queue("opened"),
                        [new CorrelationRule("opened", Fields: new Dictionary<CorrelationField, string>(), Properties: Opened)]),
                    new SubscriptionSettings(Queue("all"), []),
                ]),
        ]);

    private static Dictionary<string, object> Opened => new(StringComparer.Ordinal) { ["type"] = "opened" };

    private static QueueSettings Queue(string name) => new(
        name,
        MaxDeliveryCount: 5,
        LockDuration: TimeSpan.FromMinutes(1),
        DefaultTimeToLive: TimeSpan.FromDays(14),
        DeadLetterExpired: true,
        ForwardTo: null,
        DuplicateWindow: null);
}
