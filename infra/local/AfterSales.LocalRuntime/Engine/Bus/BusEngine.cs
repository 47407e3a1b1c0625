using AfterSales.LocalRuntime.Engine.Clock;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;

namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>
/// The broker of one data folder: queues and topics in memory, ordered by sequence number, every message on disk before its send is
/// acknowledged. Locks, waits and duplicate windows run on the wall clock; scheduled messages and times to live on the business clock.
/// A message that is not settled when the process ends is delivered again, with its delivery count.
/// </summary>
public sealed class BusEngine : IDueSource, IAsyncDisposable
{
    /// <summary>The broker's tables.</summary>
    public const string Schema = BusRows.Schema;

    private const int SequenceBlock = 1000;

    private readonly Dictionary<string, BusEntity> _targets = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, BusQueue> _queues = new(StringComparer.OrdinalIgnoreCase);
    private readonly SortedSet<ScheduledMessage> _scheduled = new(ScheduledMessage.EarliestFirst);
    private readonly Dictionary<long, ScheduledMessage> _scheduledByNumber = [];
    private readonly List<BusListener> _listeners = [];
    private readonly List<string> _hosts = [];
    private DueItem? _expiry;
    private long _lastSequence;
    private long _reservedSequence;
    private bool _disposed;

    /// <summary>Makes the entities and loads what the store has of them.</summary>
    public BusEngine(
        SqliteStore store, RuntimeClock clock, WorkTracker work, BusTopology topology, BusOptions options, ILoggerFactory logging)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(options);
        Store = store;
        Clock = clock;
        Work = work;
        Options = options;
        Transport = options.Transport;
        Log = logging.CreateLogger("AfterSales.LocalRuntime.ServiceBus");
        AddEntities(topology);
        Load();
    }

    internal Lock Gate { get; } = new();

    internal SqliteStore Store { get; }

    internal RuntimeClock Clock { get; }

    internal WorkTracker Work { get; }

    internal BusOptions Options { get; }

    internal TimeProvider Transport { get; }

    internal ILogger Log { get; }

    /// <inheritdoc/>
    public DueItem? Next
    {
        get
        {
            lock (Gate)
            {
                var message = _scheduled.Min?.Item;
                return message is not null && (_expiry is null || message.Due <= _expiry.Due) ? message : _expiry;
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<DueItem> Waiting(int max)
    {
        lock (Gate)
        {
            var items = _scheduled.Take(max).Select(m => m.Item);
            return [.. (_expiry is null ? items : items.Append(_expiry)).OrderBy(i => i.Due).Take(max)];
        }
    }

    /// <summary>Hands the messages of a queue, or of its dead letters (<c>name/$DeadLetterQueue</c>), to <paramref name="handler"/>. It
    /// runs as the message's own work item, so a wait on the business clock inside it is known to be one.</summary>
    /// <exception cref="ServiceBusException">servicebus.json has no such queue.</exception>
    /// <exception cref="InvalidOperationException">The queue has a handler already, or forwards its messages.</exception>
    public void Register(
        string queue, Func<IReadOnlyList<ServiceBusReceivedMessage>, CancellationToken, Task> handler, bool batched, bool autoComplete)
    {
        var entity = Open(queue);
        if (entity.Settings.ForwardTo is { } target)
        {
            throw new InvalidOperationException($"{entity.Path} forwards its messages to {target}; receive them there.");
        }

        var listener = new BusListener(this, entity, handler, batched, autoComplete);
        entity.Listen(listener);
        _listeners.Add(listener);
    }

    /// <inheritdoc cref="Register(string, Func{IReadOnlyList{ServiceBusReceivedMessage}, CancellationToken, Task}, bool, bool)"/>
    public void Register(
        string topic,
        string subscription,
        Func<IReadOnlyList<ServiceBusReceivedMessage>, CancellationToken, Task> handler,
        bool batched,
        bool autoComplete) => Register(BusPath.Subscription(topic, subscription), handler, batched, autoComplete);

    /// <summary>Begins to hand messages to the registered handlers.</summary>
    public Task StartAsync()
    {
        foreach (var listener in _listeners)
        {
            listener.Start();
        }

        return Task.CompletedTask;
    }

    /// <summary>From now on <c>new ServiceBusClient("Endpoint=sb://host/;…")</c> in this process means this broker.</summary>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public void Publish(string host)
    {
        PublishedNamespaces.Publish(host, this);
        _hosts.Add(host);
    }

    /// <inheritdoc/>
    public void Fire(DateTimeOffset now)
    {
        var work = Work.Begin("messages fall due");
        Task done;
        lock (Gate)
        {
            var outgoing = new Outgoing(this);
            while (_scheduled.Min is { } message && message.Due <= now)
            {
                _scheduled.Remove(message);
                _scheduledByNumber.Remove(message.Sequence);
                outgoing.Release(message, now);
            }

            done = outgoing.CommitInGateAsync();
            if (_expiry is { } expiry && expiry.Due <= now)
            {
                var next = _queues.Values.Min(q => q.SweepInGate(now));
                _expiry = next == DateTimeOffset.MaxValue ? null : Expiry(next);
            }
        }

        Watch(done);
        work.Dispose();
    }

    /// <summary>Cancels the running handlers and waits for them. The store must outlive the broker.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _hosts.ForEach(PublishedNamespaces.Withdraw);
        await Task.WhenAll(_listeners.Select(l => l.DisposeAsync().AsTask()));
        foreach (var queue in _queues.Values)
        {
            queue.Dispose();
        }
    }

    /// <summary>The queue, subscription or dead letters at a path.</summary>
    internal BusQueue Open(string path) => _queues.TryGetValue(path, out var queue)
        ? queue
        : throw NotFound(path, _queues.Keys.Where(q => !q.EndsWith("$DeadLetterQueue", StringComparison.Ordinal)));

    /// <summary>Sends all or nothing; completes when all of it is on disk.</summary>
    internal Task SendAsync(string path, IReadOnlyList<BusContent> messages)
    {
        var entity = Target(path);
        CheckSize(path, messages);
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var outgoing = new Outgoing(this);
            foreach (var message in messages)
            {
                _ = outgoing.Send(entity, message);
            }

            return outgoing.CommitInGateAsync();
        }
    }

    /// <summary>The number to cancel it by; that of the first one, if the message repeats it within the duplicate window.</summary>
    internal Task<long> ScheduleAsync(string path, BusContent message)
    {
        var entity = Target(path);
        CheckSize(path, [message]);
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var outgoing = new Outgoing(this);
            var number = outgoing.Send(entity, message);
            return NumberAsync(outgoing.CommitInGateAsync(), number);
        }

        static async Task<long> NumberAsync(Task commit, Task<long> number)
        {
            await commit;
            return await number;
        }
    }

    internal async Task CancelScheduledAsync(string path, long sequence)
    {
        var entity = Target(path);
        ScheduledMessage? message;
        Task commit;
        lock (Gate)
        {
            if (!_scheduledByNumber.TryGetValue(sequence, out message) || message.Entity != entity)
            {
                throw new ServiceBusException(
                    $"There is no scheduled message with sequence number {sequence}.", ServiceBusFailureReason.MessageNotFound, path);
            }

            _scheduled.Remove(message);
            _scheduledByNumber.Remove(sequence);
            commit = Store.WriteAsync(session => BusRows.Delete(session, sequence));
        }

        try
        {
            await commit;
        }
        catch
        {
            lock (Gate)
            {
                KeepScheduledInGate(message);
            }

            throw;
        }
    }

    /// <summary>Sees to a write of the broker's own: it is work until it is done, and a failure is logged.</summary>
    internal void Watch(Task task)
    {
        if (task.IsCompletedSuccessfully)
        {
            return;
        }

        var work = Work.Begin("the broker's own writing");
        _ = WatchAsync();

        async Task WatchAsync()
        {
            using (work)
            {
                try
                {
                    await task;
                }
                catch (Exception e)
                {
                    // Nobody awaits this write; what it was about stays as it was, in memory and on disk.
                    BusLog.NotWritten(Log, e);
                }
            }
        }
    }

    internal long NextSequenceInGate()
    {
        if (++_lastSequence > _reservedSequence)
        {
            var reserved = _reservedSequence = _lastSequence + SequenceBlock;

            // Not awaited: the store writes it before the message that uses the number.
            _ = Store.WriteAsync(session => BusRows.Reserve(session, reserved));
        }

        return _lastSequence;
    }

    internal void AddScheduledInGate(ScheduledMessage message)
    {
        KeepScheduledInGate(message);
        if (_scheduled.Min == message)
        {
            Clock.Changed();
        }
    }

    /// <summary>A message stays scheduled because its write failed; the clock is not told, or it would try at once and for ever.</summary>
    internal void KeepScheduledInGate(ScheduledMessage message)
    {
        _scheduled.Add(message);
        _scheduledByNumber.Add(message.Sequence, message);
    }

    internal IEnumerable<ServiceBusReceivedMessage> ScheduledInGate(BusEntity entity, long from) => _scheduled
        .Where(m => m.Entity == entity && m.Sequence >= from)
        .Select(m => new ServiceBusReceivedMessage(m.Content, new BrokerProperties
        {
            SequenceNumber = m.Sequence,
            EnqueuedSequenceNumber = 0,
            EnqueuedTime = m.Due,
            ExpiresAt = DateTimeOffset.MaxValue,
            DeliveryCount = 0,
            State = ServiceBusMessageState.Scheduled,
        }));

    internal BusEntity Target(string path) => _targets.TryGetValue(path, out var target) ? target : throw NotFound(path, _targets.Keys);

    /// <summary>Notes that something expires then; only an earlier instant than the known one matters.</summary>
    internal void NoteExpiryInGate(DateTimeOffset expires)
    {
        if (expires < (_expiry?.Due ?? DateTimeOffset.MaxValue))
        {
            _expiry = Expiry(expires);
            Clock.Changed();
        }
    }

    /// <summary>Recurring, that is: nobody waits for a message to expire.</summary>
    private static DueItem Expiry(DateTimeOffset due) => new(due, "messages expire", Recurring: true);

    private static void CheckSize(string path, IReadOnlyList<BusContent> messages)
    {
        var size = messages.Sum(m => (long)m.Size);
        if (size > BusContent.MaxBytesPerSend)
        {
            throw new ServiceBusException(
                $"{size} bytes are sent at once; the limit is {BusContent.MaxBytesPerSend}.",
                ServiceBusFailureReason.MessageSizeExceeded,
                path);
        }
    }

    private static ServiceBusException NotFound(string path, IEnumerable<string> known) => new(
        $"The messaging entity '{path}' could not be found; servicebus.json names "
            + $"{string.Join(", ", known.Order(StringComparer.Ordinal))}.",
        ServiceBusFailureReason.MessagingEntityNotFound,
        path);

    private void AddEntities(BusTopology topology)
    {
        foreach (var settings in topology.Queues)
        {
            _targets.Add(settings.Name, AddQueue(settings.Name, settings));
        }

        foreach (var settings in topology.Topics)
        {
            var topic = new BusTopic(settings);
            _targets.Add(settings.Name, topic);
            foreach (var subscription in settings.Subscriptions)
            {
                topic.Add(subscription, AddQueue(BusPath.Subscription(settings.Name, subscription.Queue.Name), subscription.Queue));
            }
        }
    }

    private BusQueue AddQueue(string path, QueueSettings settings)
    {
        var deadLetters = new BusQueue(
            this,
            BusPath.DeadLetters(path),
            settings with { ForwardTo = null, DuplicateWindow = null, DefaultTimeToLive = TimeSpan.MaxValue },
            deadLetters: null);
        var queue = new BusQueue(this, path, settings, deadLetters);
        _queues.Add(path, queue);
        _queues.Add(deadLetters.Path, deadLetters);
        return queue;
    }

    private void Load()
    {
        var (rows, seen, reserved) = Store.Read(s => (BusRows.ReadAll(s), BusRows.ReadSeen(s), BusRows.ReadReserved(s)));
        _lastSequence = _reservedSequence = reserved;
        lock (Gate)
        {
            foreach (var row in rows.Where(r => !LoadInGate(r)).GroupBy(r => r.Entity))
            {
                BusLog.Orphans(Log, row.Count(), row.Key);
            }

            foreach (var (entity, messageId, at) in seen)
            {
                if (_targets.TryGetValue(entity, out var target))
                {
                    target.Duplicates?.Remember(new DuplicateMemory.Entry(messageId, at, Task.FromResult(0L)));
                }
            }
        }
    }

    private bool LoadInGate(BusRows.Row row)
    {
        if (row.Due is { } due)
        {
            if (_targets.TryGetValue(row.Entity, out var target))
            {
                AddScheduledInGate(new ScheduledMessage(row.Sequence, target, new DateTimeOffset(due, TimeSpan.Zero), row.Content));
            }

            return target is not null;
        }

        if (!_queues.TryGetValue(row.Entity, out var queue))
        {
            return false;
        }

        queue.RestoreInGate(new BusMessage
        {
            Sequence = row.Sequence,
            EnqueuedSequence = row.EnqueuedSequence,
            Enqueued = row.Enqueued,
            Expires = row.Expires,
            Content = row.Content,
            Queue = queue,
            Deliveries = row.Deliveries,
            DeadLetterReason = row.DeadLetterReason,
            DeadLetterDescription = row.DeadLetterDescription,
        });
        if (!queue.IsDeadLetters)
        {
            NoteExpiryInGate(row.Expires);
        }

        return true;
    }
}
