using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.LocalRuntime.Tests.Timers;

public sealed record TimerRun(DateTimeOffset At, TimerInfo Info);

public sealed class TimerRuns
{
    public ConcurrentQueue<TimerRun> All { get; } = new();
}

public sealed class EveryMinute(TimeProvider clock, TimerRuns runs)
{
    [Function("EveryMinute")]
    public void Run([TimerTrigger("0 * * * * *")] TimerInfo timer) => runs.All.Enqueue(new TimerRun(clock.GetUtcNow(), timer));
}

public sealed class Nightly(TimeProvider clock, TimerRuns runs)
{
    [Function("Nightly")]
    public void Run([TimerTrigger("%Nightly:Schedule%")] TimerInfo timer) => runs.All.Enqueue(new TimerRun(clock.GetUtcNow(), timer));
}

public sealed class AtStart(TimeProvider clock, TimerRuns runs)
{
    [Function("AtStart")]
    public Task Run([TimerTrigger("0 0 3 * * *", RunOnStartup = true)] TimerInfo timer)
    {
        runs.All.Enqueue(new TimerRun(clock.GetUtcNow(), timer));
        return Task.CompletedTask;
    }
}

public sealed class Slow(TimeProvider clock, TimerRuns runs)
{
    [Function("Slow")]
    public async Task Run([TimerTrigger("0 * * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        runs.All.Enqueue(new TimerRun(clock.GetUtcNow(), timer));
        await Task.Delay(TimeSpan.FromSeconds(150), clock, cancellationToken);
    }
}

public sealed class Failing(TimeProvider clock, TimerRuns runs)
{
    [Function("Failing")]
    public void Run([TimerTrigger("0 * * * * *")] TimerInfo timer)
    {
        runs.All.Enqueue(new TimerRun(clock.GetUtcNow(), timer));
        throw new InvalidOperationException("fails");
    }
}

public sealed class Frequent(TimerRuns runs)
{
    [Function("Frequent")]
    public void Run([TimerTrigger("*/10 * * * * *")] TimerInfo timer) => runs.All.Enqueue(new TimerRun(default, timer));
}
