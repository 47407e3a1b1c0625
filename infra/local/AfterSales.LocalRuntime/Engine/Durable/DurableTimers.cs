using AfterSales.LocalRuntime.Engine.Clock;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>A timer of an orchestration, or its start at a later instant (<see cref="TaskId"/> is then <see cref="Start"/>).</summary>
internal sealed class DurableTimer(OrchestrationInstance instance, int execution, int taskId, long dueTicks)
{
    public const int Start = -1;

    private DueItem? _item;

    public OrchestrationInstance Instance => instance;

    public int Execution => execution;

    public int TaskId => taskId;

    public long DueTicks => dueTicks;

    public bool IsCanceled { get; set; }

    public DueItem Item => _item ??= new DueItem(
        new DateTimeOffset(dueTicks, TimeSpan.Zero),
        $"{(taskId == Start ? "start" : "timer")} of orchestration '{instance.Name}' ({instance.Id})");
}

/// <summary>The timers of all orchestrations, earliest first. Cancelled ones stay in the heap until they surface or are too many.</summary>
internal sealed class DurableTimers(RuntimeClock clock, Action<DurableTimer> fire) : IDueSource
{
    private const int CancelledBeforeCompaction = 1024;

    private readonly Lock _gate = new();
    private PriorityQueue<DurableTimer, (long Due, long Order)> _queue = new();
    private long _order;
    private int _cancelled;

    public DueItem? Next
    {
        get
        {
            lock (_gate)
            {
                return Peek()?.Item;
            }
        }
    }

    public IReadOnlyList<DueItem> Waiting(int max)
    {
        lock (_gate)
        {
            return [.. _queue.UnorderedItems.Where(i => !i.Element.IsCanceled)
                .OrderBy(i => i.Priority).Take(max).Select(i => i.Element.Item)];
        }
    }

    public void Fire(DateTimeOffset now)
    {
        while (true)
        {
            DurableTimer? due;
            lock (_gate)
            {
                due = Peek();
                if (due is null || due.DueTicks > now.UtcTicks)
                {
                    return;
                }

                _queue.Dequeue();
            }

            fire(due);
        }
    }

    public DurableTimer Arm(OrchestrationInstance instance, int execution, int taskId, long dueTicks)
    {
        var timer = new DurableTimer(instance, execution, taskId, dueTicks);
        bool first;
        lock (_gate)
        {
            _queue.Enqueue(timer, (dueTicks, _order++));
            first = _queue.Peek() == timer;
        }

        if (first)
        {
            clock.Changed();
        }

        return timer;
    }

    public void Cancel(DurableTimer timer)
    {
        lock (_gate)
        {
            timer.IsCanceled = true;
            if (++_cancelled > CancelledBeforeCompaction && _cancelled > _queue.Count / 2)
            {
                _queue = new(_queue.UnorderedItems.Where(i => !i.Element.IsCanceled));
                _cancelled = 0;
            }
        }
    }

    private DurableTimer? Peek()
    {
        while (_queue.TryPeek(out var timer, out _))
        {
            if (!timer.IsCanceled)
            {
                return timer;
            }

            _queue.Dequeue();
            _cancelled = Math.Max(0, _cancelled - 1);
        }

        return null;
    }
}
