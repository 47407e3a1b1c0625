using System.Collections.Concurrent;
using AfterSales.LocalRuntime.Engine.Durable;
using AfterSales.LocalRuntime.Engine.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AfterSales.LocalRuntime.Tests.Durable;

public sealed class RestartsAndCrashes : IDisposable
{
    private readonly string _folder = DurableHost.NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task After_a_restart_a_waiting_orchestration_is_rebuilt_and_goes_on()
    {
        var calls = new ConcurrentQueue<string>();
        void Register(DurableEngine engine)
        {
            engine.Activity("Step", (string s) =>
            {
                calls.Enqueue(s);
                return s;
            });
            engine.Orchestrator("Waits", async context =>
            {
                var first = await context.CallActivityAsync<string>("Step", "first");
                var answer = await context.WaitForExternalEvent<string>("answer");
                await context.CreateTimer(TimeSpan.FromDays(2), CancellationToken.None);
                return first + answer + await context.CallActivityAsync<string>("Step", "last") + context.CurrentUtcDateTime.Day;
            });
        }

        await using (var host = await DurableHost.OpenAsync(Register, _folder))
        {
            await host.StartAsync("Waits", id: "x");
            await host.Work.IdleAsync();
        }

        await using (var host = await DurableHost.OpenAsync(Register, _folder))
        {
            Assert.Equal(OrchestrationRuntimeStatus.Running, (await host.Client.GetInstanceAsync("x"))!.RuntimeStatus);
            await host.Client.RaiseEventAsync("x", "answer", "+");
        }

        await using (var host = await DurableHost.OpenAsync(Register, _folder))
        {
            Assert.Equal("first+last4", (await host.RunToTheEndAsync("x")).ReadOutputAs<string>());
        }

        Assert.Equal(["first", "last"], calls);
    }

    [Fact]
    public async Task An_activity_that_was_under_way_runs_again()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Register(DurableEngine engine, bool hangs)
        {
            engine.RegisterActivity("Long", async (_, stop) =>
            {
                if (hangs)
                {
                    started.SetResult();
                    await Task.Delay(Timeout.Infinite, stop);
                }

                return "again";
            });
            engine.Orchestrator("Calls", async context => await context.CallActivityAsync<string>("Long"));
        }

        await using (var host = await DurableHost.OpenAsync(engine => Register(engine, true), _folder))
        {
            await host.StartAsync("Calls", id: "x");
            await started.Task;
        }

        await using (var host = await DurableHost.OpenAsync(engine => Register(engine, false), _folder))
        {
            Assert.Equal("again", (await host.EndOfAsync("x")).ReadOutputAs<string>());
        }
    }

    [Fact]
    public async Task A_planned_start_survives_and_an_overdue_timer_fires_at_once()
    {
        void Register(DurableEngine engine) => engine.Orchestrator("Sleep", async context =>
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return context.CurrentUtcDateTime.Hour;
        });

        await using (var host = await DurableHost.OpenAsync(Register, _folder))
        {
            await host.Client.ScheduleNewOrchestrationInstanceAsync("Sleep", null,
                new StartOrchestrationOptions("later", DurableHost.Start.AddHours(5)));
            await host.StartAsync("Sleep", id: "now");
            await host.Work.IdleAsync();
        }

        await using (var host = await DurableHost.OpenAsync(Register, _folder))
        {
            Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Client.GetInstanceAsync("later"))!.RuntimeStatus);
            Assert.Equal(10, (await host.RunToTheEndAsync("now")).ReadOutputAs<int>());
            Assert.Equal(15, (await host.RunToTheEndAsync("later")).ReadOutputAs<int>());
        }
    }

    [Fact]
    public async Task Code_that_was_changed_between_runs_is_caught_by_its_history()
    {
        await using (var host = await DurableHost.OpenAsync(
            engine => engine.Orchestrator("Changes", async context => await context.WaitForExternalEvent<string>("go")), _folder))
        {
            await host.StartAsync("Changes", id: "x");
            await host.Work.IdleAsync();
        }

        await using (var host = await DurableHost.OpenAsync(
            engine => engine.Orchestrator("Changes", async context => await context.CallActivityAsync<string>("New")), _folder))
        {
            await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.Client.RaiseEventAsync("x", "go", "1"));
            Assert.Contains("the call of activity 'New'", (await host.EndOfAsync("x")).FailureDetails!.ErrorMessage);
        }
    }

    /// <summary>Copies the store between commits while orchestrations of all kinds run, as a crash would leave it; each copy is taken up
    /// again and must end with the same results, keep what was acknowledged, and repeat no step whose completion it holds.</summary>
    [Fact]
    public async Task A_crash_at_any_instant_loses_nothing_acknowledged_and_repeats_no_completed_step()
    {
        const int Instances = 12;
        var images = new List<(string Folder, string[] Acknowledged)>();
        var acknowledged = new ConcurrentQueue<string>();
        await using (var host = await DurableHost.OpenAsync(engine => RegisterMixed(engine, null), _folder))
        {
            var starts = Task.Run(async () =>
            {
                for (var i = 0; i < Instances; i++)
                {
                    var id = $"m{i}";
                    await host.StartAsync("Mixed", i, id);
                    acknowledged.Enqueue(id);
                    await host.Client.RaiseEventAsync(id, "name", id);
                    acknowledged.Enqueue(id + ":name");
                }
            });
            var steps = 0L;
            while (!(starts.IsCompleted && host.Work.Active == 0))
            {
                var known = acknowledged.ToArray();
                var copy = Path.Combine(_folder, $"crash{images.Count}");
                if (await host.Store.WriteAsync(session => TryCopyStore(session, copy, ref steps)))
                {
                    images.Add((copy, known));
                }
            }

            await starts;
            await host.Work.IdleAsync();
            var last = Path.Combine(_folder, "last");
            await host.Store.WriteAsync(_ => CopyStore(_folder, last));
            images.Add((last, [.. acknowledged]));
        }

        var interesting = 0;
        foreach (var (image, known) in images)
        {
            var (doneBefore, doneAfter) = await CheckImageAsync(image, known);
            interesting += doneBefore > 0 && doneAfter > 0 ? 1 : 0;
        }

        Assert.NotEqual(0, interesting);
    }

    private static async Task<(int DoneBefore, int DoneAfter)> CheckImageAsync(string image, string[] known)
    {
        var calls = new ConcurrentDictionary<(string, int, string), int>();
        var completed = CompletedSteps(image);
        await using var host = await DurableHost.OpenAsync(engine => RegisterMixed(engine, calls), image);
        await host.Work.IdleAsync();
        foreach (var id in known.Where(k => !k.Contains(':')))
        {
            Assert.NotNull(await host.Client.GetInstanceAsync(id));
        }

        await foreach (var instance in host.Client.GetAllInstancesAsync())
        {
            if (!known.Contains(instance.InstanceId + ":name") && !instance.IsCompleted)
            {
                try
                {
                    await host.Client.RaiseEventAsync(instance.InstanceId, "name", instance.InstanceId);
                }
                catch (InvalidOperationException)
                {
                    // It had the event already and has ended since.
                }
            }
        }

        await host.Clock.AdvanceUntilIdleAsync(CancellationToken.None);
        await foreach (var instance in host.Client.GetAllInstancesAsync(new OrchestrationQuery(FetchInputsAndOutputs: true)))
        {
            var i = instance.ReadInputAs<MixedInput>()!.Start;
            Assert.Equal($"{(i + 1) * 2 * 2 + 6}/{instance.InstanceId}", instance.ReadOutputAs<string>());
        }

        Assert.DoesNotContain(calls.Keys, completed.Contains);
        Assert.All(calls.Values, count => Assert.Equal(1, count));
        return (completed.Count, calls.Count);
    }

    /// <summary>The steps whose completion is in the store: instance, execution, what was done.</summary>
    private static HashSet<(string, int, string)> CompletedSteps(string folder)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder, "store.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT i.id, i.execution, h.events FROM durable_history h JOIN durable_instances i ON i.key = h.key ORDER BY h.key, h.seq";
        using var reader = command.ExecuteReader();
        var completed = new HashSet<(string, int, string)>();
        var scheduled = new Dictionary<(string, int), string>();
        while (reader.Read())
        {
            var id = reader.GetString(0);
            foreach (var e in HistoryCodec.Decode(reader.GetFieldValue<byte[]>(2)))
            {
                if (e.Kind == HistoryKind.TaskScheduled)
                {
                    scheduled[(id, e.TaskId)] = $"{e.Name} {e.Data}";
                }
                else if (e.Kind == HistoryKind.TaskCompleted)
                {
                    completed.Add((id, reader.GetInt32(1), scheduled[(id, e.TaskId)]));
                }
            }
        }

        return completed;
    }

    private sealed record MixedInput(int Start, int Round, int Value);

    private sealed record Call(int Round, int Value);

    /// <summary>Two executions: one after another, at the same time, a timer, an event that may come early, a new execution.</summary>
    private static void RegisterMixed(DurableEngine engine, ConcurrentDictionary<(string, int, string), int>? calls)
    {
        void Count(DurableActivityCall call, int round) =>
            calls?.AddOrUpdate((call.InstanceId, round, $"{call.Name} {call.InputJson}"), 1, (_, n) => n + 1);

        engine.RegisterActivity("Add", async (call, _) =>
        {
            var input = engine.Options.DataConverter.Deserialize<Call>(call.InputJson)!;
            Count(call, input.Round);
            await Task.Yield();
            return input.Value + 1;
        });
        engine.RegisterActivity("Double", (call, _) =>
        {
            var input = engine.Options.DataConverter.Deserialize<Call>(call.InputJson)!;
            Count(call, input.Round);
            return Task.FromResult<object?>(input.Value * 2);
        });
        engine.Orchestrator("Mixed", async context =>
        {
            var input = context.GetInput<object>()!.ToString()!.StartsWith('{')
                ? context.GetInput<MixedInput>()! : new MixedInput(context.GetInput<int>(), 0, 0);
            if (input.Round == 0)
            {
                var n = await context.CallActivityAsync<int>("Add", new Call(0, input.Start));
                n = await context.CallActivityAsync<int>("Double", new Call(0, n));
                await context.CreateTimer(TimeSpan.FromTicks(0), CancellationToken.None);
                context.ContinueAsNew(input with { Round = 1, Value = n });
                return null;
            }

            var doubled = await context.CallActivityAsync<int>("Double", new Call(1, input.Value));
            var parts = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => context.CallActivityAsync<int>("Add", new Call(1, i))));
            var name = await context.WaitForExternalEvent<string>("name");
            return $"{doubled + parts.Sum()}/{name}";
        });
    }

    /// <summary>Copies the store when some steps have been committed since the last copy.</summary>
    private bool TryCopyStore(StoreSession session, string to, ref long steps)
    {
        var now = (long)session.Scalar("SELECT COUNT(*) FROM durable_history")!;
        if (Math.Abs(now - steps) < 2)
        {
            return false;
        }

        steps = now;
        CopyStore(_folder, to);
        return true;
    }

    private static void CopyStore(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var name in new[] { "store.db", "store.db-wal" })
        {
            File.Copy(Path.Combine(from, name), Path.Combine(to, name));
        }
    }
}
