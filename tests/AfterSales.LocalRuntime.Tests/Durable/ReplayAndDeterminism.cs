using System.Collections.Concurrent;
using AfterSales.LocalRuntime.Engine.Durable;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AfterSales.LocalRuntime.Tests.Durable;

public class ReplayAndDeterminism
{
    private static readonly DurableOptions ReplayAlways = new() { ReplayEveryStep = true };

    [Fact]
    public async Task An_orchestrator_that_is_replayed_at_every_step_ends_the_same()
    {
        foreach (var options in new[] { new DurableOptions(), ReplayAlways, new DurableOptions { CachedOrchestrators = 2 } })
        {
            await using var host = await DurableHost.OpenAsync(
                engine =>
                {
                    engine.Activity("Add", (int n) => n + 1);
                    engine.Orchestrator("Mixed", async context =>
                    {
                        var n = context.GetInput<int>();
                        for (var i = 0; i < 5; i++)
                        {
                            n = await context.CallActivityAsync<int>("Add", n);
                            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
                        }

                        return $"{n} {context.CurrentUtcDateTime:HH:mm}";
                    });
                },
                options: options);
            var ids = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => host.StartAsync("Mixed", i)));

            for (var i = 0; i < ids.Length; i++)
            {
                Assert.Equal($"{i + 5} 09:05", (await host.RunToTheEndAsync(ids[i])).ReadOutputAs<string>());
            }
        }
    }

    [Fact]
    public async Task Code_that_calls_something_else_on_replay_is_caught_and_the_step_is_named()
    {
        var runs = 0;
        await using var host = await DurableHost.OpenAsync(
            engine =>
            {
                engine.Activity("A", (int n) => n);
                engine.Activity("B", (int n) => n);
                engine.Orchestrator("Fickle", async context =>
                {
                    await context.CallActivityAsync<int>("A", 1);
                    await context.CallActivityAsync<int>(runs++ == 0 ? "A" : "B", 2);
                    return null;
                });
            },
            options: ReplayAlways);

        var end = await host.EndOfAsync(await host.StartAsync("Fickle", id: "x"));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", end.FailureDetails!.ErrorType);
        Assert.Contains(
            "at event 3 its history has the call of activity 'A' (task 1), but the code asks for the call of activity 'B' (task 1)",
            end.FailureDetails.ErrorMessage);
    }

    [Fact]
    public async Task Code_that_asks_for_more_or_less_on_replay_is_caught()
    {
        foreach (var (firstTimers, thenTimers, expected) in new[] { (1, 2, "nothing yet"), (2, 1, "asks for nothing more") })
        {
            var first = true;
            await using var host = await DurableHost.OpenAsync(
                engine => engine.Orchestrator("Fickle", async context =>
                {
                    var count = first ? firstTimers : thenTimers;
                    first = false;
                    await Task.WhenAll(
                        Enumerable.Range(1, count).Select(i => context.CreateTimer(TimeSpan.FromHours(i), CancellationToken.None)));
                    return null;
                }),
                options: ReplayAlways);

            Assert.Contains(expected, (await host.RunToTheEndAsync(await host.StartAsync("Fickle"))).FailureDetails!.ErrorMessage);
        }
    }

    [Fact]
    public async Task Code_that_ends_too_early_on_replay_is_caught()
    {
        var first = true;
        await using var host = await DurableHost.OpenAsync(
            engine => engine.Orchestrator("Fickle", async context =>
            {
                if (first)
                {
                    first = false;
                    await context.WaitForExternalEvent<string>("e");
                    await context.WaitForExternalEvent<string>("e");
                }

                return null;
            }),
            options: ReplayAlways);
        var id = await host.StartAsync("Fickle");
        await host.Work.IdleAsync();

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.Client.RaiseEventAsync(id, "e", "1"));

        Assert.Contains("the code has already ended", (await host.EndOfAsync(id)).FailureDetails!.ErrorMessage);
    }

    [Fact]
    public async Task Replay_is_seen_by_the_code_and_silences_its_logger()
    {
        var log = new ListLogger();
        var replaying = new List<bool>();
        await using var host = await DurableHost.OpenAsync(
            engine =>
            {
                engine.Activity("A", (int n) => n);
                engine.Orchestrator("Talk", async context =>
                {
                    var logger = context.CreateReplaySafeLogger("talk");
                    logger.LogInformation("begin");
                    replaying.Add(context.IsReplaying);
                    await context.CallActivityAsync<int>("A", 1);
                    logger.LogInformation("middle");
                    replaying.Add(context.IsReplaying);
                    await context.CallActivityAsync<int>("A", 1);
                    logger.LogInformation("end");
                    replaying.Add(context.IsReplaying);
                    return null;
                });
            },
            options: ReplayAlways,
            loggers: log);

        await host.EndOfAsync(await host.StartAsync("Talk"));

        Assert.Equal(["begin", "middle", "end"], log.Lines);
        Assert.Equal([false, true, false, true, true, false], replaying);
    }

    [Theory]
    [InlineData("delay")]
    [InlineData("work elsewhere")]
    [InlineData("no context")]
    [InlineData("cancelled elsewhere")]
    [InlineData("cancelled asynchronously")]
    public async Task An_await_on_something_that_is_not_durable_fails_the_instance(string how)
    {
        var elsewhere = new TaskCompletionSource();
        using var cancel = new CancellationTokenSource();
        await using var host = await DurableHost.OpenAsync(engine =>
        {
            engine.Activity("A", (int n) => n);
            engine.Orchestrator("Impatient", async context =>
            {
                switch (how)
                {
                    case "delay":
                        await Task.Delay(Timeout.Infinite);
                        break;
                    case "work elsewhere":
                        _ = context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
                        await elsewhere.Task;
                        break;
                    case "no context":
                        await context.CallActivityAsync<int>("A", 1).ConfigureAwait(false);
                        await context.CallActivityAsync<int>("A", 1);
                        break;
                    case "cancelled elsewhere":
                        await context.CreateTimer(TimeSpan.FromDays(1), cancel.Token);
                        break;
                    default:
                        _ = context.CreateTimer(TimeSpan.FromDays(1), cancel.Token);
                        await cancel.CancelAsync();
                        break;
                }

                return null;
            });
        });
        var id = await host.StartAsync("Impatient");
        await host.Work.IdleAsync();

        elsewhere.TrySetResult();
        await cancel.CancelAsync();

        var end = await host.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("durable", end.FailureDetails!.ErrorMessage);
        Assert.Contains("Impatient", end.FailureDetails.ErrorMessage);
    }

    [Fact]
    public async Task A_yield_stays_on_the_orchestrators_flow()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Yields", async _ =>
        {
            await Task.Yield();
            return "fine";
        }));

        Assert.Equal("fine", (await host.EndOfAsync(await host.StartAsync("Yields"))).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_orchestrator_can_go_on_as_new_many_times()
    {
        var executions = new ConcurrentBag<int>();
        await using var host = await DurableHost.OpenAsync(engine =>
        {
            engine.Activity("A", (int n) => n);
            engine.Orchestrator("Loop", async context =>
            {
                var n = await context.CallActivityAsync<int>("A", context.GetInput<int>());
                executions.Add(n);
                if (n < 20)
                {
                    context.ContinueAsNew(n + 1);
                }

                return n;
            });
        });

        var end = await host.EndOfAsync(await host.StartAsync("Loop", 0, "x"));

        Assert.Equal(20, end.ReadOutputAs<int>());
        Assert.Equal(21, executions.Count);
        Assert.Equal(2L, host.Store.Read(s => s.Scalar("SELECT COUNT(*) FROM durable_history")));
    }

    [Fact]
    public async Task An_activity_that_nobody_waits_for_still_runs()
    {
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await DurableHost.OpenAsync(engine =>
        {
            engine.RegisterActivity("Aside", (_, _) =>
            {
                ran.SetResult();
                return Task.FromResult<object?>(null);
            });
            engine.Orchestrator("Forget", context =>
            {
                _ = context.CallActivityAsync("Aside");
                return Task.FromResult<object?>("done");
            });
        });

        Assert.Equal("done", (await host.EndOfAsync(await host.StartAsync("Forget"))).ReadOutputAs<string>());
        await ran.Task;
        await host.Work.IdleAsync();
        await host.Store.WriteAsync(_ => { });
        Assert.Empty(host.Store.Read(DurableStore.Detached));
    }

    private sealed class ListLogger : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Information)
            {
                Lines.Enqueue(formatter(state, exception));
            }
        }
    }
}
