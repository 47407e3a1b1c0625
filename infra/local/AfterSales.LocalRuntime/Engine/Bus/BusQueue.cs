using Azure.Messaging.ServiceBus;

namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>
/// A queue, a subscription's queue or the dead letters of one: messages by sequence number, locks, and whoever waits for messages.
/// Methods named <c>…InGate</c> are called with the engine's gate held; the others take it.
/// </summary>
internal sealed class BusQueue : BusEntity, IDisposable
{
    private readonly BusEngine _engine;
    private readonly string _work;
    private readonly SortedDictionary<long, BusMessage> _all = [];
    private readonly PriorityQueue<BusMessage, long> _ready = new();
    private readonly Dictionary<Guid, BusMessage> _locked = [];
    private readonly ITimer _lockTimer;
    private bool _lockTimerRuns;
    private TaskCompletionSource? _arrival;
    private BusListener? _listener;

    public BusQueue(BusEngine engine, string path, QueueSettings settings, BusQueue? deadLetters)
        : base(path, settings.DefaultTimeToLive, settings.DuplicateWindow)
    {
        _engine = engine;
        _work = $"message on {path}";
        Settings = settings;
        DeadLetters = deadLetters;
        _lockTimer = engine.Transport.CreateTimer(_ => LocksRanOut(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public QueueSettings Settings { get; }

    /// <summary>Null for a queue of dead letters, which has none of its own.</summary>
    public BusQueue? DeadLetters { get; }

    public bool IsDeadLetters => DeadLetters is null;

    // What a receiver does.

    public IReadOnlyList<ServiceBusReceivedMessage> Peek(int max, long from)
    {
        lock (_engine.Gate)
        {
            return [.. _all
                .Where(m => m.Key >= from && m.Value.State is BusMessageState.Ready or BusMessageState.Locked)
                .Select(m => m.Value.ToReceived())
                .Concat(_engine.ScheduledInGate(this, from))
                .OrderBy(m => m.SequenceNumber)
                .Take(max)];
        }
    }

    /// <summary>At least one message, unless none came within <paramref name="wait"/> on the wall clock.</summary>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(
        int max, TimeSpan wait, bool deleteAtOnce, CancellationToken cancellationToken)
    {
        var began = _engine.Transport.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<Delivery> taken;
            Task arrival = Task.CompletedTask;
            lock (_engine.Gate)
            {
                taken = LockInGate(max, renewFor: TimeSpan.Zero);
                if (taken.Count == 0)
                {
                    _arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    arrival = _arrival.Task;
                }
            }

            if (taken.Count > 0)
            {
                if (deleteAtOnce)
                {
                    await CompleteAsync([.. taken.Select(d => d.Token)]);
                }

                return [.. taken.Select(d => d.Received)];
            }

            try
            {
                var left = wait - _engine.Transport.GetElapsedTime(began);
                await arrival.WaitAsync(left < TimeSpan.Zero ? TimeSpan.Zero : left, _engine.Transport, cancellationToken);
            }
            catch (TimeoutException)
            {
                return [];
            }
        }
    }

    /// <exception cref="ServiceBusException">A lock was lost; none is completed.</exception>
    public Task CompleteAsync(params IReadOnlyList<Guid> tokens)
    {
        lock (_engine.Gate)
        {
            return DeleteInGateAsync(UnlockInGate(tokens, _engine.Transport.GetUtcNow()));
        }
    }

    /// <summary>Completes those whose lock still holds in one write; returns the others.</summary>
    public async Task<IReadOnlyList<Delivery>> CompleteHeldAsync(IReadOnlyList<Delivery> deliveries)
    {
        List<Delivery> lost;
        Task completed;
        lock (_engine.Gate)
        {
            var now = _engine.Transport.GetUtcNow();
            lost = [.. deliveries.Where(d => !_locked.TryGetValue(d.Token, out var message) || !IsHeld(message, now))];
            completed = DeleteInGateAsync(UnlockInGate([.. deliveries.Except(lost).Select(d => d.Token)], now));
        }

        await completed;
        return lost;
    }

    public async Task AbandonAsync(Guid token, IReadOnlyDictionary<string, object?>? properties)
    {
        BusContent.CheckProperties(properties);
        BusMessage message;
        Task commit = Task.CompletedTask;
        lock (_engine.Gate)
        {
            message = UnlockInGate([token], _engine.Transport.GetUtcNow())[0];
            if (properties is { Count: > 0 })
            {
                var changed = new Dictionary<string, object?>(message.Content.ApplicationProperties, StringComparer.Ordinal);
                foreach (var (name, value) in properties)
                {
                    changed[name] = value;
                }

                message.Content = message.Content.With(changed);
                var head = message.Content.Head;
                commit = _engine.Store.WriteAsync(session => BusRows.SetHead(session, message.Sequence, head));
            }
        }

        await commit;
        Task settled;
        lock (_engine.Gate)
        {
            settled = GiveBackInGateAsync(message);
        }

        await settled;
    }

    public Task DeadLetterAsync(Guid token, string? reason, string? description)
    {
        if (IsDeadLetters)
        {
            throw new InvalidOperationException($"{Path} holds dead letters already: complete the message, or send it anew.");
        }

        lock (_engine.Gate)
        {
            return DeadLetterInGateAsync(UnlockInGate([token], _engine.Transport.GetUtcNow())[0], reason, description);
        }
    }

    /// <summary>Until when the lock now lasts.</summary>
    public DateTimeOffset Renew(Guid token)
    {
        lock (_engine.Gate)
        {
            var now = _engine.Transport.GetUtcNow();
            var message = FindLockedInGate(token, now);
            message.LockedUntil = now + Settings.LockDuration;
            return message.LockedUntil;
        }
    }

    // What the engine does.

    /// <summary>Gives the queue its listener; what is ready becomes work that is owed.</summary>
    public void Listen(BusListener listener)
    {
        lock (_engine.Gate)
        {
            if (_listener is not null)
            {
                throw new InvalidOperationException($"{Path} has a function already; two functions need a subscription each.");
            }

            _listener = listener;
            foreach (var message in _all.Values)
            {
                message.Owed ??= _engine.Work.Begin(_work);
            }
        }
    }

    /// <summary>Gives a message its place; from here on it is owed to the listener.</summary>
    public void PutInGate(BusMessage message, BusMessageState state)
    {
        message.State = state;
        message.Owed = _listener is null ? null : message.Owed ?? _engine.Work.Begin(_work);
        _all.Add(message.Sequence, message);
        _ready.Enqueue(message, message.Sequence);
    }

    /// <summary>Gives a message of the store its place. One whose last delivery ended with the process is buried, else a message that kills
    /// the process would do so for ever.</summary>
    public void RestoreInGate(BusMessage message)
    {
        PutInGate(message, BusMessageState.Ready);
        if (IsExhausted(message))
        {
            _engine.Watch(GiveBackInGateAsync(message));
        }
    }

    /// <summary>A message is in the queue no longer.</summary>
    public void WithdrawInGate(BusMessage message)
    {
        message.State = BusMessageState.Gone;
        _all.Remove(message.Sequence);
        message.Owed?.Dispose();
        message.Owed = null;
    }

    /// <summary>Tells whoever waits that there may be something to deliver.</summary>
    public void WakeInGate()
    {
        _listener?.PumpInGate();
        _arrival?.TrySetResult();
        _arrival = null;
    }

    /// <summary>Locks the next messages by sequence number; the broker renews the locks for <paramref name="renewFor"/>.</summary>
    public List<Delivery> LockInGate(int max, TimeSpan renewFor)
    {
        var taken = new List<Delivery>();
        var now = _engine.Transport.GetUtcNow();
        while (taken.Count < max && TakeReadyInGate() is { } message)
        {
            message.State = BusMessageState.Locked;
            message.LockToken = Guid.NewGuid();
            message.LockedUntil = now + Settings.LockDuration;
            message.RenewUntil = now + renewFor;
            message.Deliveries++;
            _locked.Add(message.LockToken, message);
            taken.Add(new Delivery(message, message.LockToken, message.ToReceived()));
        }

        if (taken.Count > 0)
        {
            RecordDeliveriesInGate(taken);
            RunLockTimerInGate(Settings.LockDuration);
        }

        return taken;
    }

    /// <summary>The broker stops extending the locks; they run out as if nobody had renewed them.</summary>
    public void StopRenewing(IEnumerable<Delivery> deliveries)
    {
        lock (_engine.Gate)
        {
            foreach (var (message, token, _) in deliveries)
            {
                if (_locked.ContainsKey(token))
                {
                    message.RenewUntil = DateTimeOffset.MinValue;
                    message.Owed ??= _engine.Work.Begin(_work);
                }
            }
        }
    }

    /// <summary>Ends what expired by <paramref name="now"/> and says when the next message expires. Dead letters do not expire, nor does a
    /// message while it is locked.</summary>
    public DateTimeOffset SweepInGate(DateTimeOffset now)
    {
        var next = DateTimeOffset.MaxValue;
        if (IsDeadLetters)
        {
            return next;
        }

        foreach (var message in _all.Values.ToList())
        {
            if (message.State == BusMessageState.Ready && message.Expires <= now)
            {
                ExpireInGate(message);
            }
            else if (message.Expires > now && message.Expires < next)
            {
                next = message.Expires;
            }
        }

        return next;
    }

    /// <summary>Takes the lock away from whoever holds it: the message is being settled now.</summary>
    /// <exception cref="ServiceBusException">A lock was lost; nothing was changed.</exception>
    private List<BusMessage> UnlockInGate(IReadOnlyList<Guid> tokens, DateTimeOffset now)
    {
        var messages = tokens.Select(t => FindLockedInGate(t, now)).ToList();
        foreach (var message in messages)
        {
            _locked.Remove(message.LockToken);
            message.State = BusMessageState.Leaving;
        }

        return messages;
    }

    public void Dispose() => _lockTimer.Dispose();

    private BusMessage? TakeReadyInGate()
    {
        while (_ready.TryPeek(out var message, out _))
        {
            switch (message.State)
            {
                case var _ when message.Queue != this:
                    _ready.Dequeue();
                    break;
                case BusMessageState.Arriving:
                    return null;
                case BusMessageState.Ready when !IsDeadLetters && message.Expires <= _engine.Clock.GetUtcNow():
                    _ready.Dequeue();
                    ExpireInGate(message);
                    break;
                case BusMessageState.Ready:
                    _ready.Dequeue();
                    return message;
                default:
                    _ready.Dequeue();
                    break;
            }
        }

        return null;
    }

    /// <summary>Not awaited: a delivery need not wait for it, and the store keeps the order. It is there so that a message that kills the
    /// process is counted.</summary>
    private void RecordDeliveriesInGate(List<Delivery> taken)
    {
        (long Sequence, int Deliveries)[] counts = [.. taken.Select(d => (d.Message.Sequence, d.Message.Deliveries))];
        _ = _engine.Store.WriteAsync(session =>
        {
            foreach (var (sequence, deliveries) in counts)
            {
                BusRows.SetDeliveries(session, sequence, deliveries);
            }
        });
    }

    private Task GiveBackInGateAsync(BusMessage message)
    {
        if (IsExhausted(message))
        {
            return DeadLetterInGateAsync(
                message, "MaxDeliveryCountExceeded", $"Message could not be consumed after {message.Deliveries} delivery attempts.");
        }

        DeliverAgainInGate(message);
        return Task.CompletedTask;
    }

    private void DeliverAgainInGate(BusMessage message)
    {
        message.State = BusMessageState.Ready;
        message.Owed = _listener is null ? null : message.Owed ?? _engine.Work.Begin(_work);
        _ready.Enqueue(message, message.Sequence);
        WakeInGate();
    }

    /// <summary>Removes messages that are being settled, in one write.</summary>
    private async Task DeleteInGateAsync(IReadOnlyList<BusMessage> messages)
    {
        await CommitAsync(messages, _engine.Store.WriteAsync(session =>
        {
            foreach (var message in messages)
            {
                BusRows.Delete(session, message.Sequence);
            }
        }));
        lock (_engine.Gate)
        {
            foreach (var message in messages)
            {
                WithdrawInGate(message);
            }
        }
    }

    /// <summary>Waits for a write that removes or moves messages; if it fails, they stay and are delivered again.</summary>
    private async Task CommitAsync(IReadOnlyList<BusMessage> messages, Task commit)
    {
        try
        {
            await commit;
        }
        catch
        {
            lock (_engine.Gate)
            {
                foreach (var message in messages)
                {
                    DeliverAgainInGate(message);
                }
            }

            throw;
        }
    }

    private void ExpireInGate(BusMessage message)
    {
        message.State = BusMessageState.Leaving;
        if (Settings.DeadLetterExpired)
        {
            _engine.Watch(DeadLetterInGateAsync(message, "TTLExpiredException", "The message expired and was dead lettered."));
        }
        else
        {
            _engine.Watch(DeleteInGateAsync([message]));
        }
    }

    private Task DeadLetterInGateAsync(BusMessage message, string? reason, string? description)
    {
        message.State = BusMessageState.Leaving;
        var path = DeadLetters!.Path;
        var commit = _engine.Store.WriteAsync(
            session => BusRows.MoveToDeadLetters(session, message.Sequence, path, reason, description));
        return MoveToDeadLettersAsync(message, DeadLetters, reason, description, commit);
    }

    private async Task MoveToDeadLettersAsync(BusMessage message, BusQueue deadLetters, string? reason, string? description, Task commit)
    {
        await CommitAsync([message], commit);
        lock (_engine.Gate)
        {
            _all.Remove(message.Sequence);
            var owed = message.Owed;
            message.Owed = null;
            message.Queue = deadLetters;
            message.DeadLetterReason = reason;
            message.DeadLetterDescription = description;
            deadLetters.PutInGate(message, BusMessageState.Ready);
            deadLetters.WakeInGate();
            owed?.Dispose();
        }
    }

    private BusMessage FindLockedInGate(Guid token, DateTimeOffset now)
    {
        if (_locked.TryGetValue(token, out var message) && IsHeld(message, now))
        {
            return message;
        }

        throw new ServiceBusException(
            "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
            ServiceBusFailureReason.MessageLockLost,
            Path);
    }

    private bool IsExhausted(BusMessage message) => !IsDeadLetters && message.Deliveries >= Settings.MaxDeliveryCount;

    private static bool IsHeld(BusMessage message, DateTimeOffset now) => message.LockedUntil > now || message.RenewUntil > now;

    private void RunLockTimerInGate(TimeSpan due)
    {
        if (!_lockTimerRuns)
        {
            _lockTimerRuns = true;
            _lockTimer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private void LocksRanOut()
    {
        lock (_engine.Gate)
        {
            _lockTimerRuns = false;
            var now = _engine.Transport.GetUtcNow();
            foreach (var message in _locked.Values.Where(m => m.LockedUntil <= now).ToList())
            {
                if (IsHeld(message, now))
                {
                    message.LockedUntil = now + Settings.LockDuration;
                }
                else
                {
                    _locked.Remove(message.LockToken);
                    _engine.Watch(GiveBackInGateAsync(message));
                }
            }

            if (_locked.Count > 0)
            {
                RunLockTimerInGate(_locked.Values.Min(m => m.LockedUntil) - now);
            }
        }
    }
}

/// <summary>One delivery of a message; <paramref name="Token"/> is its lock, which a later delivery does not share.</summary>
internal readonly record struct Delivery(BusMessage Message, Guid Token, ServiceBusReceivedMessage Received);
