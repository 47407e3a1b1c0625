namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>The message ids that a queue or topic saw within its window, on the wall clock. Belongs to the engine's gate.</summary>
internal sealed class DuplicateMemory(TimeSpan window)
{
    private readonly Dictionary<string, Entry> _byId = new(StringComparer.Ordinal);
    private readonly Queue<Entry> _byAge = new();

    /// <summary>An id with the instant and the outcome of its first send: its sequence number once that is on disk.</summary>
    public sealed record Entry(string MessageId, DateTimeOffset Seen, Task<long> Sent);

    /// <summary>The first send of this id, if it is within the window.</summary>
    public Entry? Find(string messageId, DateTimeOffset now) =>
        _byId.TryGetValue(messageId, out var entry) && entry.Seen + window > now ? entry : null;

    public void Remember(Entry entry)
    {
        _byId[entry.MessageId] = entry;
        _byAge.Enqueue(entry);
    }

    /// <summary>Takes back an id whose send failed.</summary>
    public void Remove(Entry entry)
    {
        if (_byId.TryGetValue(entry.MessageId, out var current) && ReferenceEquals(current, entry))
        {
            _byId.Remove(entry.MessageId);
        }
    }

    /// <summary>The entries that left the window since the last call.</summary>
    public List<Entry> Forget(DateTimeOffset now)
    {
        var old = new List<Entry>();
        while (_byAge.TryPeek(out var entry) && entry.Seen + window <= now)
        {
            _byAge.Dequeue();
            Remove(entry);
            old.Add(entry);
        }

        return old;
    }
}
