namespace AfterSales.LocalRuntime.Engine.Clock;

/// <summary>
/// Knows what the runtime is doing: every invocation, message with a listener, orchestration step and the like is a
/// <see cref="WorkItem"/> from the moment it is owed until it is done. "Idle" means that none is left but those that wait on the
/// business clock. A component begins the work it causes before it ends the work that caused it, so idle is never seen in between.
/// </summary>
public sealed class WorkTracker
{
    private static readonly AsyncLocal<WorkItem?> CurrentItem = new();

    private readonly Lock _gate = new();
    private readonly HashSet<WorkItem> _items = [];
    private int _active;
    private TaskCompletionSource? _idle;

    /// <summary>The work item that the calling code runs in, if any.</summary>
    internal static WorkItem? Current
    {
        get => CurrentItem.Value;
        set => CurrentItem.Value = value;
    }

    /// <summary>How many work items are neither done nor waiting on the business clock.</summary>
    public int Active
    {
        get
        {
            lock (_gate)
            {
                return _active;
            }
        }
    }

    /// <summary>Registers work that is owed from now on. <paramref name="what"/> names it for people who ask why time stands still.</summary>
    public WorkItem Begin(string what)
    {
        var item = new WorkItem(this, what);
        lock (_gate)
        {
            _items.Add(item);
            _active++;
        }

        return item;
    }

    /// <summary>Completes when nothing is active; at once if nothing is.</summary>
    public Task IdleAsync()
    {
        lock (_gate)
        {
            if (_active == 0)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    /// <summary>What is being worked on now, for diagnosis.</summary>
    public IReadOnlyList<string> Describe()
    {
        lock (_gate)
        {
            return [.. _items.Select(i => i.WaitsOnClock ? $"{i.What} (waits on the clock)" : i.What).Order(StringComparer.Ordinal)];
        }
    }

    internal void Done(WorkItem item)
    {
        lock (_gate)
        {
            if (_items.Remove(item) && !item.WaitsOnClock)
            {
                Release();
            }
        }
    }

    internal void ClockWaits(WorkItem item, int change)
    {
        lock (_gate)
        {
            var before = item.WaitsOnClock;
            item.ClockWaits += change;
            if (before == item.WaitsOnClock || !_items.Contains(item))
            {
                return;
            }

            if (item.WaitsOnClock)
            {
                Release();
            }
            else
            {
                _active++;
            }
        }
    }

    private void Release()
    {
        _active--;
        if (_active == 0)
        {
            _idle?.SetResult();
            _idle = null;
        }
    }
}

/// <summary>A piece of work that the runtime owes; dispose it when it is done.</summary>
public sealed class WorkItem : IDisposable
{
    private readonly WorkTracker _tracker;

    internal WorkItem(WorkTracker tracker, string what)
    {
        _tracker = tracker;
        What = what;
    }

    /// <summary>What is being done, in words.</summary>
    public string What { get; }

    internal int ClockWaits { get; set; }

    internal bool WaitsOnClock => ClockWaits > 0;

    /// <summary>Runs <paramref name="work"/> as this item, so that a wait on the business clock inside it is known to be one.</summary>
    public async Task RunAsync(Func<Task> work)
    {
        var before = WorkTracker.Current;
        WorkTracker.Current = this;
        try
        {
            await work();
        }
        finally
        {
            WorkTracker.Current = before;
            Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _tracker.Done(this);

    internal void ClockWaitChanged(int change) => _tracker.ClockWaits(this, change);
}
