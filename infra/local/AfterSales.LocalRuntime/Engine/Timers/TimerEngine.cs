using AfterSales.LocalRuntime.Engine.Clock;
using AfterSales.LocalRuntime.Engine.Functions;
using AfterSales.LocalRuntime.Engine.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using NCrontab;

namespace AfterSales.LocalRuntime.Engine.Timers;

/// <summary>
/// Runs timer functions on the business clock. A timer never overlaps itself: what falls due while it runs is passed over. The last
/// run is kept, so that one missed while nothing ran is made up for at the next start, once, and told that it is past due.
/// </summary>
internal sealed class TimerEngine : IDueSource
{
    public const string Schema =
        """
        CREATE TABLE IF NOT EXISTS timers (
            name TEXT PRIMARY KEY,
            schedule TEXT NOT NULL,
            last_ticks INTEGER NOT NULL,
            updated_ticks INTEGER NOT NULL) WITHOUT ROWID
        """;

    private readonly Lock _gate = new();
    private readonly SqliteStore _store;
    private readonly RuntimeClock _clock;
    private readonly WorkTracker _work;
    private readonly FunctionInvoker _invoker;
    private readonly ILogger _log;
    private readonly CancellationToken _stopping;
    private readonly List<Timer> _timers;
    private bool _started;

    public TimerEngine(
        SqliteStore store, RuntimeClock clock, WorkTracker work, FunctionInvoker invoker, IEnumerable<FoundFunction> functions, ILogger log,
        CancellationToken stopping)
    {
        _store = store;
        _clock = clock;
        _work = work;
        _invoker = invoker;
        _log = log;
        _stopping = stopping;
        _timers = [.. functions.Where(f => f.Trigger is TimerFunctionTrigger).Select(f => new Timer(f))];
    }

    /// <inheritdoc/>
    public DueItem? Next
    {
        get
        {
            lock (_gate)
            {
                DueItem? next = null;
                foreach (var timer in _timers)
                {
                    if (timer.Waits is { } item && (next is null || item.Due < next.Due))
                    {
                        next = item;
                    }
                }

                return next;
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<DueItem> Waiting(int max)
    {
        lock (_gate)
        {
            return [.. _timers.Where(t => t.Waits is not null).Select(t => t.Waits!).OrderBy(i => i.Due).Take(max)];
        }
    }

    /// <summary>Begins the schedules: makes up for missed runs, and runs what runs at start.</summary>
    public async Task StartAsync()
    {
        var now = _clock.GetUtcNow();
        foreach (var timer in _timers.Where(t => t.IsMonitored))
        {
            await LoadAsync(timer, now);
        }

        lock (_gate)
        {
            _started = true;
            foreach (var timer in _timers)
            {
                var missed = timer.Last is { } last && timer.NextAfter(last) is { } due && due <= now;
                if (missed || timer.Trigger.RunOnStartup)
                {
                    Begin(timer, now, isPastDue: missed);
                }
                else
                {
                    timer.WaitAfter(now);
                }
            }
        }

        _clock.Changed();
    }

    /// <summary>Begins no more runs.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _started = false;
            foreach (var timer in _timers)
            {
                timer.Waits = null;
            }
        }
    }

    /// <inheritdoc/>
    public void Fire(DateTimeOffset now)
    {
        lock (_gate)
        {
            foreach (var timer in _timers)
            {
                if (timer.Waits is { } item && item.Due <= now)
                {
                    Begin(timer, item.Due, isPastDue: false);
                }
            }
        }
    }

    private async Task LoadAsync(Timer timer, DateTimeOffset now)
    {
        // A timer seen for the first time, or on another schedule, counts from now.
        var name = timer.Function.Name;
        var (last, updated) = await _store.WriteAsync(session =>
        {
            session.Execute(
                "INSERT INTO timers (name, schedule, last_ticks, updated_ticks) VALUES ($1, $2, $3, $3) "
                + "ON CONFLICT (name) DO UPDATE SET schedule = $2, last_ticks = $3, updated_ticks = $3 WHERE schedule <> $2",
                name, timer.Trigger.Expression, now.UtcTicks);
            const string mark = "SELECT last_ticks, updated_ticks FROM timers WHERE name = $1";
            return session.Query(mark, r => (r.GetInt64(0), r.GetInt64(1)), name)[0];
        });
        timer.Last = new DateTimeOffset(last, TimeSpan.Zero);
        timer.Updated = new DateTimeOffset(updated, TimeSpan.Zero);
    }

    private void Begin(Timer timer, DateTimeOffset at, bool isPastDue)
    {
        timer.Waits = null;
        var info = new TimerInfo { IsPastDue = isPastDue, ScheduleStatus = timer.Status(at) };
        var work = _work.Begin(timer.Function.Name);
        _ = Task.Run(() => work.RunAsync(() => RunAsync(timer, info, at)), CancellationToken.None);
    }

    private async Task RunAsync(Timer timer, TimerInfo info, DateTimeOffset at)
    {
        try
        {
            await _invoker.InvokeAsync(timer.Function, info, _stopping);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Not marked as run: the next start makes up for it.
            return;
        }
        catch (Exception e)
        {
            // As on the platform: a timer function that failed runs again when it is next due.
            _log.LogError(e, "Timer function {Function} failed.", timer.Function.Name);
        }

        Done(timer, at);
    }

    private void Done(Timer timer, DateTimeOffset at)
    {
        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            timer.Last = at;
            timer.Updated = now;
            if (_started)
            {
                timer.WaitAfter(now);
            }
        }

        if (timer.IsMonitored)
        {
            // Not awaited: a run whose mark is lost with the machine is made up for, which is what the mark is for.
            _ = _store.WriteAsync(session => session.Execute(
                "UPDATE timers SET last_ticks = $2, updated_ticks = $3 WHERE name = $1", timer.Function.Name, at.UtcTicks, now.UtcTicks));
        }

        _clock.Changed();
    }

    private sealed class Timer
    {
        private readonly CrontabSchedule _schedule;
        private readonly string _what;

        public Timer(FoundFunction function)
        {
            Function = function;
            Trigger = (TimerFunctionTrigger)function.Trigger;
            _schedule = Trigger.Schedule!;
            _what = $"timer {function.Name}";

            // As on the platform, what runs more often than every minute is not monitored.
            var first = NextAfter(DateTimeOffset.UnixEpoch);
            var second = first is null ? null : NextAfter(first.Value);
            IsMonitored = Trigger.UseMonitor && (second is null || second - first >= TimeSpan.FromMinutes(1));
        }

        public FoundFunction Function { get; }

        public TimerFunctionTrigger Trigger { get; }

        public bool IsMonitored { get; }

        public DateTimeOffset? Last { get; set; }

        public DateTimeOffset Updated { get; set; }

        /// <summary>The next run; null while it runs.</summary>
        public DueItem? Waits { get; set; }

        public void WaitAfter(DateTimeOffset instant) =>
            Waits = NextAfter(instant) is { } due ? new DueItem(due, _what, Recurring: true) : null;

        /// <summary>Null when the schedule names no further instant, such as the 30th of February.</summary>
        public DateTimeOffset? NextAfter(DateTimeOffset instant)
        {
            var horizon = instant.UtcDateTime.AddYears(10);
            var due = _schedule.GetNextOccurrence(instant.UtcDateTime, horizon);
            return due < horizon ? new DateTimeOffset(due, TimeSpan.Zero) : null;
        }

        public ScheduleStatus? Status(DateTimeOffset at) => IsMonitored
            ? new ScheduleStatus
            {
                Last = (Last ?? default).UtcDateTime,
                Next = (NextAfter(at) ?? default).UtcDateTime,
                LastUpdated = Updated.UtcDateTime,
            }
            : null;
    }
}
