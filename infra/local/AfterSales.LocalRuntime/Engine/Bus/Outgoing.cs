using AfterSales.LocalRuntime.Engine.Storage;

namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>
/// What one send puts into queues, in one transaction. Each message has its number, its place and its listener's work item before the
/// write is queued, and becomes deliverable when the write is on disk. Used once, with the engine's gate held.
/// </summary>
internal sealed class Outgoing(BusEngine engine)
{
    private readonly List<BusMessage> _messages = [];
    private readonly List<ScheduledMessage> _scheduled = [];
    private readonly List<ScheduledMessage> _released = [];
    private readonly List<(BusEntity Entity, DuplicateMemory.Entry Entry)> _seen = [];
    private readonly List<(string Path, DuplicateMemory.Entry Entry)> _forgotten = [];
    private readonly List<Task> _repeated = [];
    private readonly TaskCompletionSource _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Adds a message; what repeats an id within the entity's window is dropped and answered like the first one. The result is the
    /// number of a scheduled message, else 0.</summary>
    public Task<long> Send(BusEntity entity, BusContent content)
    {
        var now = engine.Transport.GetUtcNow();
        if (entity.Duplicates is { } memory && content.MessageId is { } id)
        {
            _forgotten.AddRange(memory.Forget(now).Select(e => (entity.Path, e)));
            if (memory.Find(id, now) is { } first)
            {
                _repeated.Add(first.Sent);
                return first.Sent;
            }

            var number = Place(entity, content);
            var entry = new DuplicateMemory.Entry(id, now, AfterCommitAsync(number));
            memory.Remember(entry);
            _seen.Add((entity, entry));
            return entry.Sent;
        }

        return Task.FromResult(Place(entity, content));
    }

    /// <summary>A scheduled message enters its entity; it gets a number of its own, as on the service.</summary>
    public void Release(ScheduledMessage message, DateTimeOffset now)
    {
        _released.Add(message);
        Route(message.Entity, message.Content, enqueuedSequence: 0, message.Content.TimeToLive, now);
    }

    public Task CommitInGateAsync()
    {
        var nothing = _messages.Count + _scheduled.Count + _released.Count + _seen.Count + _forgotten.Count == 0;
        var commit = nothing ? Task.CompletedTask : engine.Store.WriteAsync(Write);
        return FinishAsync(commit);
    }

    private long Place(BusEntity entity, BusContent content)
    {
        var now = engine.Clock.GetUtcNow();
        if (content.ScheduledEnqueueTime > now)
        {
            var message = new ScheduledMessage(engine.NextSequenceInGate(), entity, content.ScheduledEnqueueTime, content);
            _scheduled.Add(message);
            return message.Sequence;
        }

        Route(entity, content, enqueuedSequence: 0, content.TimeToLive, now);
        return 0;
    }

    private void Route(BusEntity entity, BusContent content, long enqueuedSequence, TimeSpan timeToLive, DateTimeOffset now)
    {
        timeToLive = timeToLive < entity.DefaultTimeToLive ? timeToLive : entity.DefaultTimeToLive;
        switch (entity)
        {
            case BusTopic topic:
                var number = engine.NextSequenceInGate();
                foreach (var subscription in topic.Takers(content))
                {
                    Route(subscription, content, number, timeToLive, now);
                }

                break;
            case BusQueue { Settings.ForwardTo: { } target }:
                Route(engine.Target(target), content, enqueuedSequence, timeToLive, now);
                break;
            case BusQueue queue:
                Put(queue, content, enqueuedSequence, timeToLive, now);
                break;
        }
    }

    private void Put(BusQueue queue, BusContent content, long enqueuedSequence, TimeSpan timeToLive, DateTimeOffset now)
    {
        var message = new BusMessage
        {
            Sequence = engine.NextSequenceInGate(),
            EnqueuedSequence = enqueuedSequence,
            Enqueued = now,
            Expires = timeToLive < DateTimeOffset.MaxValue - now ? now + timeToLive : DateTimeOffset.MaxValue,
            Content = content,
            Queue = queue,
        };
        queue.PutInGate(message, BusMessageState.Arriving);
        engine.NoteExpiryInGate(message.Expires);
        _messages.Add(message);
    }

    private void Write(StoreSession session)
    {
        foreach (var message in _released)
        {
            BusRows.Delete(session, message.Sequence);
        }

        foreach (var message in _messages)
        {
            BusRows.Insert(session, message);
        }

        foreach (var message in _scheduled)
        {
            BusRows.Insert(session, message);
        }

        foreach (var (path, entry) in _forgotten)
        {
            BusRows.Forget(session, path, entry.MessageId, entry.Seen);
        }

        foreach (var (entity, entry) in _seen)
        {
            BusRows.Remember(session, entity.Path, entry.MessageId, entry.Seen);
        }
    }

    private async Task FinishAsync(Task commit)
    {
        try
        {
            await commit;
        }
        catch (Exception e)
        {
            lock (engine.Gate)
            {
                UndoInGate();
            }

            if (_seen.Count > 0)
            {
                _outcome.SetException(e);
            }

            throw;
        }

        lock (engine.Gate)
        {
            foreach (var message in _messages)
            {
                message.State = BusMessageState.Ready;
            }

            foreach (var message in _scheduled)
            {
                engine.AddScheduledInGate(message);
            }

            foreach (var queue in _messages.Select(m => m.Queue).Distinct())
            {
                queue.WakeInGate();
            }
        }

        _outcome.SetResult();
        await Task.WhenAll(_repeated);
    }

    private void UndoInGate()
    {
        foreach (var message in _messages)
        {
            message.Queue.WithdrawInGate(message);
            message.Queue.WakeInGate();
        }

        foreach (var (entity, entry) in _seen)
        {
            entity.Duplicates!.Remove(entry);
        }

        foreach (var message in _released)
        {
            engine.KeepScheduledInGate(message);
        }
    }

    private async Task<long> AfterCommitAsync(long number)
    {
        await _outcome.Task;
        return number;
    }
}
