using AfterSales.LocalRuntime.Engine.Durable;
using Microsoft.DurableTask;

namespace AfterSales.LocalRuntime.Tests.Durable;

public class TimersAndEvents
{
    private static async Task<object?> FirstOf(TaskOrchestrationContext context, TimeSpan patience)
    {
        using var cancel = new CancellationTokenSource();
        var timer = context.CreateTimer(patience, cancel.Token);
        var answer = context.WaitForExternalEvent<string>("answer");
        if (await Task.WhenAny(timer, answer) == timer)
        {
            return $"late at {context.CurrentUtcDateTime:HH:mm:ss.fffffff}";
        }

        cancel.Cancel();
        return await answer;
    }

    [Fact]
    public async Task A_timer_fires_at_its_instant_on_the_business_clock()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Sleep", async context =>
        {
            await context.CreateTimer(new DateTime(2026, 11, 2, 13, 0, 0, DateTimeKind.Utc).AddTicks(1), CancellationToken.None);
            return context.CurrentUtcDateTime.Ticks;
        }));

        var end = await host.RunToTheEndAsync(await host.StartAsync("Sleep"));

        Assert.Equal(DurableHost.Start.AddHours(4).UtcTicks + 1, end.ReadOutputAs<long>());
    }

    [Fact]
    public async Task A_timer_of_the_past_fires_at_once()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Sleep", async context =>
        {
            await context.CreateTimer(context.CurrentUtcDateTime.AddHours(-1), CancellationToken.None);
            return "awake";
        }));

        Assert.Equal("awake", (await host.EndOfAsync(await host.StartAsync("Sleep"))).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_timer_of_ten_days_is_made_of_several_of_three()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Long", async context =>
        {
            await context.CreateTimer(TimeSpan.FromDays(10), CancellationToken.None);
            return context.CurrentUtcDateTime.ToString("O");
        }));
        var id = await host.StartAsync("Long");
        await host.Work.IdleAsync();

        Assert.Equal(DurableHost.Start.AddDays(3), host.Engine.Next!.Due);
        Assert.Equal(DurableHost.Start.AddDays(10).UtcDateTime.ToString("O"), (await host.RunToTheEndAsync(id)).ReadOutputAs<string>());
        Assert.Equal(4, host.Store.Read(s => DurableStore.History(s, DurableStore.Find(s, id)!.Key))
            .SelectMany(c => c.Events).Count(e => e.Kind == HistoryKind.TimerCreated));
    }

    [Fact]
    public async Task A_timer_wins_against_an_event_that_does_not_come()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Race", c => FirstOf(c, TimeSpan.FromHours(4))));

        var end = await host.RunToTheEndAsync(await host.StartAsync("Race"));

        Assert.Equal("late at 13:00:00.0000000", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_event_wins_against_its_timer_and_the_timer_is_gone()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Race", async context =>
        {
            var first = await FirstOf(context, TimeSpan.FromHours(4));
            await context.WaitForExternalEvent<string>("end");
            return first;
        }));
        var id = await host.StartAsync("Race");
        await host.Work.IdleAsync();
        Assert.NotNull(host.Engine.Next);

        await host.Client.RaiseEventAsync(id, "ANSWER", "yes");
        Assert.Null(host.Engine.Next);
        await host.Client.RaiseEventAsync(id, "end", "");
        Assert.Equal("yes", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_event_that_comes_before_it_is_awaited_is_kept()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Later", async context =>
        {
            await context.WaitForExternalEvent<int>("open");
            var (first, second) = (await context.WaitForExternalEvent<int>("number"), await context.WaitForExternalEvent<int>("number"));
            return first * 10 + second;
        }));
        var id = await host.StartAsync("Later");

        await host.Client.RaiseEventAsync(id, "number", 1);
        await host.Client.RaiseEventAsync(id, "Number", 2);
        await host.Client.RaiseEventAsync(id, "open", 0);

        Assert.Equal(12, (await host.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task The_newest_waiter_gets_the_event()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Stack", async context =>
        {
            var older = context.WaitForExternalEvent<string>("e");
            var newer = context.WaitForExternalEvent<string>("e");
            var first = await Task.WhenAny(older, newer) == newer ? "newer" : "older";
            return $"{first}:{await newer},{await older}";
        }));
        var id = await host.StartAsync("Stack");

        await host.Client.RaiseEventAsync(id, "e", "1");
        await host.Client.RaiseEventAsync(id, "e", "2");

        Assert.Equal("newer:1,2", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_cancelled_waiter_swallows_the_next_event_as_the_genuine_one_does()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Swallow", async context =>
        {
            using var cancel = new CancellationTokenSource();
            var abandoned = context.WaitForExternalEvent<string>("e", cancel.Token);
            cancel.Cancel();
            await context.WaitForExternalEvent<string>("go");
            return $"{abandoned.Status} {await context.WaitForExternalEvent<string>("e")}";
        }));
        var id = await host.StartAsync("Swallow");

        await host.Client.RaiseEventAsync(id, "e", "1");
        await host.Client.RaiseEventAsync(id, "e", "2");
        await host.Client.RaiseEventAsync(id, "go", "");

        Assert.Equal("Canceled 2", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task One_event_name_with_two_types_is_refused()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Types", async context =>
        {
            var number = context.WaitForExternalEvent<int>("e");
            await context.WaitForExternalEvent<string>("E");
            return await number;
        }));

        var end = await host.EndOfAsync(await host.StartAsync("Types"));

        Assert.Equal(typeof(ArgumentException).FullName, end.FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task Waiting_with_a_timeout_ends_in_a_cancellation()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Timeout", async context =>
        {
            try
            {
                return await context.WaitForExternalEvent<string>("e", TimeSpan.FromMinutes(5));
            }
            catch (TaskCanceledException)
            {
                return context.CurrentUtcDateTime.ToString("HH:mm");
            }
        }));

        Assert.Equal("09:05", (await host.RunToTheEndAsync(await host.StartAsync("Timeout"))).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_orchestration_sends_events_to_another()
    {
        await using var host = await DurableHost.OpenAsync(engine =>
        {
            engine.Orchestrator("Ping", async context =>
            {
                context.SendEvent("pong", "ping", 7);
                return await context.WaitForExternalEvent<int>("back");
            });
            engine.Orchestrator("Pong", async context =>
            {
                context.SendEvent("ping", "back", await context.WaitForExternalEvent<int>("ping") * 6);
                return null;
            });
        });
        await host.StartAsync("Pong", id: "pong");

        Assert.Equal(42, (await host.EndOfAsync(await host.StartAsync("Ping", id: "ping"))).ReadOutputAs<int>());
        await host.EndOfAsync("pong");
        Assert.Empty(host.Store.Read(DurableStore.Sent));
    }

    [Fact]
    public async Task An_event_sent_to_nobody_is_dropped()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Shout", context =>
        {
            context.SendEvent("nobody", "hello", 1);
            return Task.FromResult<object?>("done");
        }));

        Assert.Equal("done", (await host.EndOfAsync(await host.StartAsync("Shout"))).ReadOutputAs<string>());
        await host.Store.WriteAsync(_ => { });
        Assert.Empty(host.Store.Read(DurableStore.Sent));
    }

    [Fact]
    public async Task Unread_events_go_over_to_the_next_execution_in_their_order()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Counter", async context =>
        {
            var seen = context.GetInput<string>() ?? "";
            seen += await context.WaitForExternalEvent<string>("add");
            if (seen.Length < 3)
            {
                context.ContinueAsNew(seen);
                return null;
            }

            return seen;
        }), options: new DurableOptions { ReplayEveryStep = true });
        var id = await host.StartAsync("Counter");

        foreach (var letter in new[] { "a", "b", "c" })
        {
            await host.Client.RaiseEventAsync(id, "add", letter);
        }

        Assert.Equal("abc", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Unread_events_are_dropped_by_a_new_execution_that_does_not_want_them()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Fresh", async context =>
        {
            if (context.GetInput<string>() is null)
            {
                await context.WaitForExternalEvent<string>("renew");
                context.ContinueAsNew("second", preserveUnprocessedEvents: false);
                return null;
            }

            return await context.WaitForExternalEvent<string>("e");
        }));
        var id = await host.StartAsync("Fresh");

        await host.Client.RaiseEventAsync(id, "e", "old");
        await host.Client.RaiseEventAsync(id, "renew", "");
        await host.Client.RaiseEventAsync(id, "e", "new");

        Assert.Equal("new", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Raising_an_event_to_nobody_or_to_an_ended_orchestration_is_refused()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Short", _ => Task.FromResult<object?>(1)));
        var id = await host.StartAsync("Short");
        await host.EndOfAsync(id);

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.Client.RaiseEventAsync(id, "e", 1));
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.Client.RaiseEventAsync("nobody", "e", 1));
    }

    [Fact]
    public async Task Events_that_nobody_can_take_are_dropped_where_the_host_file_says_so()
    {
        var options = new DurableOptions { ThrowStatusExceptionsOnRaiseEvent = false };
        await using var host = await DurableHost.OpenAsync(
            engine => engine.Orchestrator("Short", _ => Task.FromResult<object?>(1)), options: options);
        var id = await host.StartAsync("Short");
        await host.EndOfAsync(id);

        await host.Client.RaiseEventAsync(id, "e", 1);
        await host.Client.RaiseEventAsync("nobody", "e", 1);
    }
}
