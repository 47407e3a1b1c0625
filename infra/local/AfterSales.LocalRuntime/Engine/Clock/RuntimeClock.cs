using AfterSales.LocalRuntime.Engine.Storage;

namespace AfterSales.LocalRuntime.Engine.Clock;

/// <summary>Something that falls due on the business clock. <paramref name="Recurring"/> items (timers on a schedule) do not count against "idle".</summary>
public sealed record DueItem(DateTimeOffset Due, string What, bool Recurring = false);

/// <summary>A component whose work is set off by the business clock.</summary>
public interface IDueSource
{
    /// <summary>The earliest item, or null when nothing waits. Called often: keep it cheap.</summary>
    DueItem? Next { get; }

    /// <summary>What waits, earliest first, at most <paramref name="max"/>.</summary>
    IReadOnlyList<DueItem> Waiting(int max);

    /// <summary>Starts everything due at or before <paramref name="now"/>, earliest first. The work is registered with the
    /// <see cref="WorkTracker"/> before this returns.</summary>
    void Fire(DateTimeOffset now);
}

/// <summary>
/// Business time. Real: the wall clock. Virtual: frozen except while <see cref="AdvanceToAsync"/> runs, which steps from one due
/// item to the next and lets all work each causes finish before it moves on. The virtual "now" is kept in the store; a store made
/// virtual refuses a real clock.
/// </summary>
public sealed class RuntimeClock : TimeProvider, IAsyncDisposable
{
    internal const string Schema = "CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY CHECK (id = 1), mode TEXT NOT NULL, now_ticks INTEGER NOT NULL)";

    private readonly SqliteStore _store;
    private readonly WorkTracker _work;
    private readonly List<IDueSource> _sources = [];
    private readonly TimerSource? _timers;
    private readonly SemaphoreSlim _advancing = new(1, 1);
    private readonly SemaphoreSlim _changed = new(0);

    /// <summary>Held while items are set off, so that <see cref="Step"/> sees each either waiting or as work.</summary>
    private readonly Lock _firing = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private long _nowTicks;

    // The last write of "now".
    private Task _kept = Task.CompletedTask;

    private RuntimeClock(SqliteStore store, WorkTracker work, bool isVirtual, long nowTicks)
    {
        _store = store;
        _work = work;
        IsVirtual = isVirtual;
        _nowTicks = nowTicks;
        if (isVirtual)
        {
            _timers = new TimerSource(this);
            _sources.Add(_timers);
        }
    }

    /// <summary>Whether business time is virtual.</summary>
    public bool IsVirtual { get; }

    /// <summary>Opens the clock of a store. A new virtual clock begins at <paramref name="start"/>, else at the wall clock's now;
    /// one that the store already has goes on from where it stood.</summary>
    /// <exception cref="InvalidOperationException">The store belongs to a clock of the other mode.</exception>
    public static async Task<RuntimeClock> OpenAsync(SqliteStore store, WorkTracker work, bool isVirtual, DateTimeOffset? start)
    {
        var mode = isVirtual ? "virtual" : "real";
        var begin = (start ?? DateTimeOffset.UtcNow).UtcTicks;
        var (storedMode, ticks) = await store.WriteAsync(session =>
        {
            session.Execute("INSERT INTO clock (id, mode, now_ticks) VALUES (1, $1, $2) ON CONFLICT DO NOTHING", mode, begin);
            return session.Query("SELECT mode, now_ticks FROM clock", r => (r.GetString(0), r.GetInt64(1)))[0];
        });
        if (storedMode == "virtual" && !isVirtual)
        {
            throw new InvalidOperationException(
                "This data folder lives on a virtual clock; start it with a virtual clock, or use another folder.");
        }

        if (storedMode == "real" && isVirtual)
        {
            throw new InvalidOperationException(
                "This data folder lives on the real clock and cannot be made virtual; use another folder.");
        }

        return new RuntimeClock(store, work, isVirtual, ticks);
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() =>
        IsVirtual ? new DateTimeOffset(Interlocked.Read(ref _nowTicks), TimeSpan.Zero) : System.GetUtcNow();

    /// <inheritdoc/>
    public override long GetTimestamp() => IsVirtual ? Interlocked.Read(ref _nowTicks) : System.GetTimestamp();

    /// <inheritdoc/>
    public override long TimestampFrequency => IsVirtual ? TimeSpan.TicksPerSecond : System.TimestampFrequency;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _timers is null ? System.CreateTimer(callback, state, dueTime, period) : _timers.Create(callback, state, dueTime, period);

    /// <summary>Adds a component that the clock sets off. All are added before <see cref="Start"/>.</summary>
    public void Add(IDueSource source) => _sources.Add(source);

    /// <summary>Begins to set off what falls due.</summary>
    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>A source has a new earliest item.</summary>
    public void Changed() => _changed.Release();

    /// <summary>What the clock waits for, earliest first.</summary>
    public IReadOnlyList<DueItem> Waiting(int max) =>
        [.. _sources.SelectMany(s => s.Waiting(max)).OrderBy(i => i.Due).ThenBy(i => i.What, StringComparer.Ordinal).Take(max)];

    /// <summary>Lets time pass up to <paramref name="target"/>, running all that falls due on the way in order.</summary>
    /// <exception cref="InvalidOperationException">The clock is real.</exception>
    public Task AdvanceToAsync(DateTimeOffset target, CancellationToken cancellationToken) =>
        AdvanceAsync(next => next is not null && next.Due <= target, target, cancellationToken);

    /// <summary>Lets time pass until only recurring items wait.</summary>
    /// <exception cref="InvalidOperationException">The clock is real.</exception>
    public Task AdvanceUntilIdleAsync(CancellationToken cancellationToken) =>
        AdvanceAsync(_ => _sources.Any(s => s.Waiting(1000).Any(i => !i.Recurring)), target: null, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The clock is also a service of the app's container, which disposes it as well.
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task AdvanceAsync(Func<DueItem?, bool> goOn, DateTimeOffset? target, CancellationToken cancellationToken)
    {
        if (!IsVirtual)
        {
            throw new InvalidOperationException("The clock is real: time passes by itself.");
        }

        await _advancing.WaitAsync(cancellationToken);
        try
        {
            do
            {
                await _work.IdleAsync().WaitAsync(cancellationToken);
            }
            while (Step(goOn, target));

            await _work.IdleAsync().WaitAsync(cancellationToken);

            // Whoever is told that the clock has arrived may rely on it after a crash.
            await _kept;
        }
        finally
        {
            _advancing.Release();
        }
    }

    /// <summary>Moves to the next due item, or to the target when none is left; false when that was the last step.</summary>
    private bool Step(Func<DueItem?, bool> goOn, DateTimeOffset? target)
    {
        lock (_firing)
        {
            if (_work.Active > 0)
            {
                // Something was set off since idle was seen; it is to run at the instant at which it was due.
                return true;
            }

            var next = Earliest();
            if (next is not null && goOn(next))
            {
                MoveTo(next.Due);
                return true;
            }

            if (target is { } end)
            {
                MoveTo(end);
            }

            return false;
        }
    }

    private void MoveTo(DateTimeOffset instant)
    {
        if (instant.UtcTicks > Interlocked.Read(ref _nowTicks))
        {
            Interlocked.Exchange(ref _nowTicks, instant.UtcTicks);

            // Not awaited here: the writer keeps the order, so what this step causes is never on disk before its instant is.
            _kept = _store.WriteAsync(s => s.Execute("UPDATE clock SET now_ticks = $1", instant.UtcTicks));
        }

        FireDue();
    }

    private DueItem? Earliest()
    {
        DueItem? earliest = null;
        foreach (var source in _sources)
        {
            if (source.Next is { } next && (earliest is null || next.Due < earliest.Due))
            {
                earliest = next;
            }
        }

        return earliest;
    }

    private void FireDue()
    {
        lock (_firing)
        {
            var now = GetUtcNow();
            foreach (var source in _sources)
            {
                if (source.Next is { } next && next.Due <= now)
                {
                    source.Fire(now);
                }
            }
        }
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            FireDue();
            var wait = IsVirtual || Earliest() is not { } next ? Timeout.InfiniteTimeSpan : next.Due - GetUtcNow();
            if (wait != Timeout.InfiniteTimeSpan)
            {
                wait = TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, TimeSpan.FromHours(1).TotalMilliseconds));
            }

            try
            {
                await _changed.WaitAsync(wait, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>The timers that code makes with <see cref="CreateTimer"/> on a virtual clock (<c>Task.Delay(…, timeProvider)</c> and the like).</summary>
    private sealed class TimerSource(RuntimeClock clock) : IDueSource
    {
        private readonly Lock _gate = new();
        private readonly PriorityQueue<VirtualTimer, long> _queue = new();

        public DueItem? Next
        {
            get
            {
                lock (_gate)
                {
                    while (_queue.TryPeek(out var timer, out var due))
                    {
                        if (timer.DueTicks == due)
                        {
                            return new DueItem(new DateTimeOffset(due, TimeSpan.Zero), "a timer of running code", timer.IsPeriodic);
                        }

                        _queue.Dequeue();
                    }

                    return null;
                }
            }
        }

        public VirtualTimer Create(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new VirtualTimer(this, callback, state, WorkTracker.Current);
            timer.Change(dueTime, period);
            return timer;
        }

        public IReadOnlyList<DueItem> Waiting(int max)
        {
            lock (_gate)
            {
                return [.. _queue.UnorderedItems.Where(i => i.Element.DueTicks == i.Priority).OrderBy(i => i.Priority).Take(max)
                    .Select(i => new DueItem(new DateTimeOffset(i.Priority, TimeSpan.Zero), "a timer of running code", i.Element.IsPeriodic))];
            }
        }

        public void Fire(DateTimeOffset now)
        {
            while (true)
            {
                VirtualTimer? due = null;
                lock (_gate)
                {
                    while (_queue.TryPeek(out var timer, out var ticks) && ticks <= now.UtcTicks)
                    {
                        _queue.Dequeue();
                        if (timer.DueTicks == ticks)
                        {
                            due = timer;
                            break;
                        }
                    }
                }

                if (due is null)
                {
                    return;
                }

                due.Elapse(now);
            }
        }

        public void Schedule(VirtualTimer timer, long dueTicks)
        {
            lock (_gate)
            {
                _queue.Enqueue(timer, dueTicks);
            }

            clock.Changed();
        }

        public long NowTicks => clock.GetUtcNow().UtcTicks;

        public WorkTracker Work => clock._work;
    }

    private sealed class VirtualTimer(TimerSource source, TimerCallback callback, object? state, WorkItem? owner) : ITimer
    {
        private readonly Lock _gate = new();
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _holdsOwner;

        public long DueTicks { get; private set; } = -1;

        public bool IsPeriodic => _period > TimeSpan.Zero;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate)
            {
                _period = period;
                if (dueTime < TimeSpan.Zero)
                {
                    DueTicks = -1;
                    HoldOwner(false);
                    return true;
                }

                DueTicks = source.NowTicks + dueTime.Ticks;
                HoldOwner(dueTime > TimeSpan.Zero);
            }

            source.Schedule(this, DueTicks);
            return true;
        }

        public void Elapse(DateTimeOffset now)
        {
            var next = -1L;
            var work = source.Work.Begin("a timer of running code");
            lock (_gate)
            {
                HoldOwner(false);
                DueTicks = next = IsPeriodic ? now.UtcTicks + _period.Ticks : -1;
            }

            if (next >= 0)
            {
                source.Schedule(this, next);
            }

            _ = Task.Run(() =>
            {
                using (work)
                {
                    callback(state);
                }
            });
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void HoldOwner(bool hold)
        {
            if (owner is null || _holdsOwner == hold)
            {
                return;
            }

            _holdsOwner = hold;
            owner.ClockWaitChanged(hold ? 1 : -1);
        }
    }
}
