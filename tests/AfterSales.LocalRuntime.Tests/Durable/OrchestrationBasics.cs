using AfterSales.LocalRuntime.Engine.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AfterSales.LocalRuntime.Tests.Durable;

public class OrchestrationBasics
{
    private sealed record Order(string Item, int Count, DayOfWeek Day);

    [Fact]
    public async Task Activities_run_in_turn_and_their_results_make_the_output()
    {
        await using var host = await DurableHost.OpenAsync(engine =>
        {
            engine.Activity("Double", (int n) => n * 2);
            engine.Orchestrator("Chain", async context =>
            {
                var n = context.GetInput<int>();
                n = await context.CallActivityAsync<int>("Double", n);
                n = await context.CallActivityAsync<int>("double", n);
                return n;
            });
        });

        var end = await host.EndOfAsync(await host.StartAsync("Chain", 5));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal(20, end.ReadOutputAs<int>());
        Assert.Equal(5, end.ReadInputAs<int>());
    }

    [Fact]
    public async Task Data_is_written_in_pascal_case_with_enums_as_numbers_and_read_without_regard_to_case()
    {
        await using var host = await DurableHost.OpenAsync(engine =>
        {
            engine.RegisterActivity("Json", (call, _) => Task.FromResult<object?>(call.InputJson));
            engine.RegisterActivity("Lower", (_, _) => Task.FromResult<object?>(new { item = "hat", COUNT = 3, day = 2 }));
            engine.Orchestrator("Data", async context =>
            {
                var order = await context.CallActivityAsync<Order>("Lower");
                return await context.CallActivityAsync<string>("Json", order);
            });
        });

        var end = await host.EndOfAsync(await host.StartAsync("Data"));

        Assert.Equal("""{"Item":"hat","Count":3,"Day":2}""", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Activities_asked_for_together_run_together()
    {
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = 0;
        await using var host = await DurableHost.OpenAsync(engine =>
        {
            engine.RegisterActivity("Meet", async (call, _) =>
            {
                if (Interlocked.Increment(ref arrived) == 2)
                {
                    both.SetResult();
                }

                await both.Task;
                return call.InputJson;
            });
            engine.Orchestrator("Fan", async context =>
                string.Join("+", await Task.WhenAll(
                    context.CallActivityAsync<string>("Meet", 1), context.CallActivityAsync<string>("Meet", 2))));
        });

        Assert.Equal("1+2", (await host.EndOfAsync(await host.StartAsync("Fan"))).ReadOutputAs<string>());
    }

    [Fact]
    public async Task No_more_activities_run_at_once_than_allowed()
    {
        var (running, most) = (0, 0);
        var options = new DurableOptions { MaxConcurrentActivityFunctions = 2 };
        await using var host = await DurableHost.OpenAsync(
            engine =>
            {
                engine.RegisterActivity("Count", async (_, _) =>
                {
                    var now = Interlocked.Increment(ref running);
                    InterlockedMax(ref most, now);
                    await Task.Yield();
                    Interlocked.Decrement(ref running);
                    return null;
                });
                engine.Orchestrator("Fan", async context =>
                {
                    await Task.WhenAll(Enumerable.Range(0, 50).Select(i => context.CallActivityAsync("Count", i)));
                    return null;
                });
            },
            options: options);

        await host.EndOfAsync(await host.StartAsync("Fan"));

        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task An_orchestrator_that_does_not_exist_fails_the_instance()
    {
        await using var host = await DurableHost.OpenAsync(_ => { });

        var end = await host.EndOfAsync(await host.StartAsync("Nobody"));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("OrchestratorTaskNotFound", end.FailureDetails!.ErrorType);
        Assert.Contains("Nobody", end.FailureDetails.ErrorMessage);
    }

    [Fact]
    public async Task An_activity_that_does_not_exist_fails_the_call_and_is_not_tried_again()
    {
        var attempts = 0;
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Lost", async context =>
        {
            var retry = TaskOptions.FromRetryHandler(_ => ++attempts < 5);
            await context.CallActivityAsync("Nothing", null, retry);
            return null;
        }));

        var end = await host.EndOfAsync(await host.StartAsync("Lost"));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(typeof(TaskFailedException).FullName, end.FailureDetails!.ErrorType);
        Assert.Equal("ActivityTaskNotFound", end.FailureDetails.InnerFailure!.ErrorType);
        Assert.Equal(0, attempts);
    }

    [Fact]
    public async Task A_failed_activity_shows_type_message_stack_and_cause()
    {
        await using var host = await DurableHost.OpenAsync(engine =>
        {
            engine.Activity<int, int>("Fail", _ => throw new InvalidDataException("bad", new FormatException("deeper")));
            engine.Orchestrator("Catch", async context =>
            {
                try
                {
                    await context.CallActivityAsync<int>("Fail", 1);
                    return null;
                }
                catch (TaskFailedException e)
                {
                    var details = e.FailureDetails;
                    return new object?[]
                    {
                        e.TaskName, details.ErrorType, details.ErrorMessage, details.StackTrace!.Contains(nameof(OrchestrationBasics)),
                        details.InnerFailure!.ErrorType, details.IsCausedBy<SystemException>(), details.IsCausedBy<ArgumentException>(),
                    };
                }
            });
        });

        var end = await host.EndOfAsync(await host.StartAsync("Catch"));

        Assert.Equal(
            """["Fail","System.IO.InvalidDataException","bad",true,"System.FormatException",true,false]""", end.SerializedOutput);
    }

    [Fact]
    public async Task The_custom_status_is_seen_while_the_orchestration_waits()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Status", async context =>
        {
            context.SetCustomStatus(new { Step = "waiting" });
            await context.WaitForExternalEvent<string>("go");
            context.SetCustomStatus(null);
            return null;
        }));
        var id = await host.StartAsync("Status");
        await host.Work.IdleAsync();

        Assert.Equal("""{"Step":"waiting"}""", (await host.Client.GetInstanceAsync(id, true))!.SerializedCustomStatus);
        await host.Client.RaiseEventAsync(id, "go", "x");
        Assert.Null((await host.EndOfAsync(id)).SerializedCustomStatus);
    }

    [Fact]
    public async Task Guids_are_name_based_and_differ_within_an_execution()
    {
        await using var host = await DurableHost.OpenAsync(
            engine => engine.Orchestrator("Guids", async context =>
            {
                var first = context.NewGuid();
                await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                return new[] { first, context.NewGuid() };
            }),
            options: new() { ReplayEveryStep = true });

        var end = await host.RunToTheEndAsync(await host.StartAsync("Guids", id: "a"));
        var guids = end.ReadOutputAs<Guid[]>()!;

        Assert.Equal(5, guids[0].Version);
        Assert.NotEqual(guids[0], guids[1]);
        Assert.Equal(DeterministicGuid.Create("a", DurableHost.Start.UtcDateTime, 0), guids[0]);
    }

    [Fact]
    public async Task Unsupported_features_are_refused_by_name()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Parent", async context =>
        {
            await context.CallSubOrchestratorAsync("Child");
            return null;
        }));

        var end = await host.EndOfAsync(await host.StartAsync("Parent"));

        Assert.Equal(typeof(NotSupportedException).FullName, end.FailureDetails!.ErrorType);
        Assert.Contains("Sub-orchestrations", end.FailureDetails.ErrorMessage);
        var refused = await Assert.ThrowsAsync<NotSupportedException>(() => host.Client.SuspendInstanceAsync("x"));
        Assert.Contains("Suspending", refused.Message);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
