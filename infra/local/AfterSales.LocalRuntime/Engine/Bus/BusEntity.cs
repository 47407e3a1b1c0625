namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>Something that messages are sent to: a queue or a topic.</summary>
internal abstract class BusEntity(string path, TimeSpan defaultTimeToLive, TimeSpan? duplicateWindow)
{
    public string Path { get; } = path;

    public TimeSpan DefaultTimeToLive { get; } = defaultTimeToLive;

    public DuplicateMemory? Duplicates { get; } = duplicateWindow is { } window ? new DuplicateMemory(window) : null;
}

/// <summary>A topic hands a copy of each message to every subscription that takes it.</summary>
internal sealed class BusTopic(TopicSettings settings) : BusEntity(settings.Name, settings.DefaultTimeToLive, settings.DuplicateWindow)
{
    private readonly List<(SubscriptionSettings Settings, BusQueue Queue)> _subscriptions = [];

    public void Add(SubscriptionSettings subscription, BusQueue queue) => _subscriptions.Add((subscription, queue));

    public IEnumerable<BusQueue> Takers(BusContent message)
    {
        foreach (var (subscription, queue) in _subscriptions)
        {
            if (subscription.Takes(message))
            {
                yield return queue;
            }
        }
    }
}

/// <summary>A message that enters its queue or topic when business time reaches <paramref name="Due"/>.</summary>
internal sealed record ScheduledMessage(long Sequence, BusEntity Entity, DateTimeOffset Due, BusContent Content)
{
    public static readonly IComparer<ScheduledMessage> EarliestFirst =
        Comparer<ScheduledMessage>.Create((a, b) => (a.Due, a.Sequence).CompareTo((b.Due, b.Sequence)));

    public Clock.DueItem Item { get; } = new(Due, $"scheduled message {Content.MessageId ?? Sequence.ToString()} for {Entity.Path}");
}
