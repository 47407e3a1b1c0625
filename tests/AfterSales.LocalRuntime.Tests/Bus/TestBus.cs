using AfterSales.LocalRuntime.Engine.Bus;
using AfterSales.LocalRuntime.Engine.Clock;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging.Abstractions;

namespace AfterSales.LocalRuntime.Tests.Bus;

/// <summary>A broker on a folder of its own: some queues (3 deliveries, 30 s locks) and the topic <c>events</c>. Business time is virtual,
/// transport time stands where <see cref="Wall"/> is put.</summary>
internal sealed class TestBus : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 1, 0, 0, TimeSpan.Zero);

    private readonly string _folder;
    private readonly bool _ownsFolder;

    private TestBus(
        string folder, bool ownsFolder, SqliteStore store, RuntimeClock clock, WorkTracker work, ManualTime wall, BusEngine engine)
    {
        _folder = folder;
        _ownsFolder = ownsFolder;
        Store = store;
        Clock = clock;
        Work = work;
        Wall = wall;
        Engine = engine;
        var host = $"{Guid.NewGuid():N}.local";
        engine.Publish(host);
        Client = new ServiceBusClient(Connection(host));
    }

    public static BusTopology Topology { get; } = new(
        [
            Queue("jobs"),
            Queue("dead-on-expiry") with { DeadLetterExpired = true },
            Queue("unique") with { DuplicateWindow = TimeSpan.FromMinutes(10) },
            Queue("forwarding") with { ForwardTo = "jobs" },
            Queue("brief") with { DefaultTimeToLive = TimeSpan.FromHours(1) },
        ],
        [
            new TopicSettings(
                "events",
                TimeSpan.MaxValue,
                DuplicateWindow: null,
                [
                    new SubscriptionSettings(Queue("all"), []),
                    new SubscriptionSettings(Queue("opened-or-closed"), [ByType("opened"), ByType("closed")]),
                    new SubscriptionSettings(
                        Queue("urgent-orders"),
                        [
                            new CorrelationRule(
                                "both",
                                new Dictionary<CorrelationField, string> { [CorrelationField.Label] = "order" },
                                new Dictionary<string, object> { ["urgent"] = true, ["level"] = 3L }),
                        ]),
                ]),
        ]);

    public SqliteStore Store { get; }

    public RuntimeClock Clock { get; }

    public WorkTracker Work { get; }

    public ManualTime Wall { get; }

    public BusEngine Engine { get; }

    public ServiceBusClient Client { get; }

    public ServiceBusSender Jobs => Client.CreateSender("jobs");

    public static async Task<TestBus> OpenAsync(string? folder = null, Func<BusOptions, BusOptions>? options = null)
    {
        var owns = folder is null;
        folder ??= NewFolder();
        var store = SqliteStore.Open(folder, [RuntimeClock.Schema, BusEngine.Schema]);
        var work = new WorkTracker();
        var clock = await RuntimeClock.OpenAsync(store, work, isVirtual: true, Start);
        var wall = new ManualTime(DateTimeOffset.UtcNow);
        var settings = new BusOptions { Transport = wall };
        var engine = new BusEngine(store, clock, work, Topology, options?.Invoke(settings) ?? settings, NullLoggerFactory.Instance);
        clock.Add(engine);
        return new TestBus(folder, owns, store, clock, work, wall, engine);
    }

    public static string NewFolder() => Directory.CreateTempSubdirectory("bus-test-").FullName;

    public static string Connection(string host) => $"Endpoint=sb://{host}/;SharedAccessKeyName=local;SharedAccessKey=bG9jYWw=";

    /// <summary>Hands the messages of a path to a handler and starts.</summary>
    public async Task HandleAsync(string path, Func<ServiceBusReceivedMessage, Task> handler, bool autoComplete = true)
    {
        Engine.Register(path, (messages, _) => handler(messages[0]), batched: false, autoComplete);
        await Engine.StartAsync();
    }

    /// <summary>The next message of a path, which must be there already.</summary>
    public async Task<ServiceBusReceivedMessage> ReceiveAsync(string path) =>
        await Client.CreateReceiver(path).ReceiveMessageAsync() ?? throw new InvalidOperationException($"nothing on {path}");

    /// <summary>The bodies of all messages of a path, as they would be delivered.</summary>
    public async Task<string[]> BodiesAsync(string path) =>
        [.. (await Client.CreateReceiver(path).PeekMessagesAsync(100)).Select(m => m.Body.ToString())];

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await Clock.DisposeAsync();
        await Store.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static QueueSettings Queue(string name) => new(
        name,
        MaxDeliveryCount: 3,
        LockDuration: TimeSpan.FromSeconds(30),
        DefaultTimeToLive: TimeSpan.MaxValue,
        DeadLetterExpired: false,
        ForwardTo: null,
        DuplicateWindow: null);

    private static CorrelationRule ByType(string type) =>
        new(type, new Dictionary<CorrelationField, string>(), new Dictionary<string, object> { ["type"] = type });
}
