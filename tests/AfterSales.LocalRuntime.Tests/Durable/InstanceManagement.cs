using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AfterSales.LocalRuntime.Tests.Durable;

public class InstanceManagement
{
    private static Task<DurableHost> OpenAsync() => DurableHost.OpenAsync(engine =>
    {
        engine.Orchestrator("Echo", context => Task.FromResult<object?>(context.GetInput<string>()));
        engine.Orchestrator("Wait", async context => await context.WaitForExternalEvent<string>("end"));
        engine.Orchestrator("Fail", _ => throw new InvalidOperationException("broken"));
    });

    [Fact]
    public async Task An_id_that_has_completed_starts_again()
    {
        await using var host = await OpenAsync();
        await host.EndOfAsync(await host.StartAsync("Echo", "one", "x"));

        await host.StartAsync("Echo", "two", "x");

        Assert.Equal("two", (await host.EndOfAsync("x")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_id_that_runs_is_refused()
    {
        await using var host = await OpenAsync();
        await host.StartAsync("Wait", id: "x");

        var refused = await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.StartAsync("Echo", id: "x"));

        Assert.Contains("'x'", refused.Message);
        await host.Client.RaiseEventAsync("x", "end", "fine");
        Assert.Equal("fine", (await host.EndOfAsync("x")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Of_starts_at_the_same_time_with_one_id_one_wins()
    {
        await using var host = await OpenAsync();

        var starts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            try
            {
                await host.StartAsync("Wait", id: "x");
                return 1;
            }
            catch (OrchestrationAlreadyExistsException)
            {
                return 0;
            }
        })));

        Assert.Equal(1, starts.Sum());
    }

    [Fact]
    public async Task Statuses_that_refuse_a_start_can_be_named()
    {
        await using var host = await OpenAsync();
        var options = new StartOrchestrationOptions("x").WithDedupeStatuses(OrchestrationRuntimeStatus.Completed);
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Echo", "one", options);
        await host.EndOfAsync("x");

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => host.Client.ScheduleNewOrchestrationInstanceAsync("Echo", "two", options));
        await Assert.ThrowsAsync<ArgumentException>(
            () => host.Client.ScheduleNewOrchestrationInstanceAsync("Echo", "two", options with { DedupeStatuses = ["Sleepy"] }));
    }

    [Fact]
    public async Task A_running_one_that_may_be_replaced_is_terminated_first()
    {
        await using var host = await OpenAsync();
        await host.StartAsync("Wait", id: "x");

        await host.Client.ScheduleNewOrchestrationInstanceAsync("Echo", "new", new StartOrchestrationOptions("x").WithDedupeStatuses());

        Assert.Equal("new", (await host.EndOfAsync("x")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_start_may_lie_in_the_future()
    {
        await using var host = await OpenAsync();
        var at = DurableHost.Start.AddDays(5);
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Wait", null, new StartOrchestrationOptions("x", at));
        await host.Client.RaiseEventAsync("x", "end", "early");

        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Client.GetInstanceAsync("x"))!.RuntimeStatus);
        await host.Clock.AdvanceToAsync(at.AddTicks(-1), CancellationToken.None);
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Client.GetInstanceAsync("x"))!.RuntimeStatus);
        await host.Clock.AdvanceToAsync(at, CancellationToken.None);
        var end = await host.EndOfAsync("x");
        Assert.Equal("early", end.ReadOutputAs<string>());
        Assert.Equal(at, end.LastUpdatedAt);
    }

    [Fact]
    public async Task A_termination_ends_a_waiting_orchestration_with_its_output()
    {
        await using var host = await OpenAsync();
        await host.StartAsync("Wait", id: "x");

        await host.Client.TerminateInstanceAsync("x", output: "enough");

        var end = await host.EndOfAsync("x");
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
        Assert.Equal("enough", end.ReadOutputAs<string>());
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.Client.TerminateInstanceAsync("x", output: "again"));
    }

    [Fact]
    public async Task A_failed_orchestrator_shows_why()
    {
        await using var host = await OpenAsync();

        var end = await host.EndOfAsync(await host.StartAsync("Fail"));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("broken", end.FailureDetails!.ErrorMessage);
    }

    [Fact]
    public async Task Waiting_for_the_start_and_for_nobody()
    {
        await using var host = await OpenAsync();
        var at = DurableHost.Start.AddHours(1);
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Wait", null, new StartOrchestrationOptions("x", at));
        var started = host.Client.WaitForInstanceStartAsync("x");
        Assert.False(started.IsCompleted);

        await host.Clock.AdvanceToAsync(at, CancellationToken.None);

        Assert.Equal(OrchestrationRuntimeStatus.Running, (await started).RuntimeStatus);
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.Client.WaitForInstanceCompletionAsync("nobody"));
        using var patience = new CancellationTokenSource();
        var end = host.Client.WaitForInstanceCompletionAsync("x", patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => end);
    }

    [Fact]
    public async Task Purging_removes_only_what_has_ended()
    {
        await using var host = await OpenAsync();
        await host.EndOfAsync(await host.StartAsync("Echo", "1", "done"));
        await host.StartAsync("Wait", id: "waits");

        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("waits")).PurgedInstanceCount);
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("nobody")).PurgedInstanceCount);
        Assert.Equal(1, (await host.Client.PurgeInstanceAsync("done")).PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync("done"));
        Assert.Equal(0L, host.Store.Read(s => s.Scalar("SELECT COUNT(*) FROM durable_history WHERE key = 1")));
    }

    [Fact]
    public async Task Purging_by_filter_counts_what_it_removes()
    {
        await using var host = await OpenAsync();
        for (var i = 0; i < 250; i++)
        {
            await host.StartAsync(i % 5 == 0 ? "Fail" : "Echo", "x", $"i{i}");
        }

        await host.Work.IdleAsync();
        await host.Clock.AdvanceToAsync(DurableHost.Start.AddDays(1), CancellationToken.None);
        await host.EndOfAsync(await host.StartAsync("Echo", "x", "young"));

        var failed = new PurgeInstancesFilter(null, DurableHost.Start.AddHours(1), [OrchestrationRuntimeStatus.Failed]);
        Assert.Equal(50, (await host.Client.PurgeAllInstancesAsync(failed)).PurgedInstanceCount);
        Assert.Equal(200, (await host.Client.PurgeAllInstancesAsync(failed with { Statuses = null })).PurgedInstanceCount);
        Assert.NotNull(await host.Client.GetInstanceAsync("young"));
    }

    [Fact]
    public async Task Queries_filter_and_page()
    {
        await using var host = await OpenAsync();
        for (var i = 0; i < 25; i++)
        {
            await host.StartAsync(i < 5 ? "Wait" : "Echo", i.ToString(), $"{(i % 2 == 0 ? "even" : "odd")}-{i}");
        }

        await host.Work.IdleAsync();

        async Task<List<string>> Ids(OrchestrationQuery query)
        {
            var ids = new List<string>();
            await foreach (var instance in host.Client.GetAllInstancesAsync(query))
            {
                ids.Add(instance.InstanceId);
            }

            return ids;
        }

        Assert.Equal(25, (await Ids(new OrchestrationQuery(PageSize: 4))).Distinct().Count());
        Assert.Equal(13, (await Ids(new OrchestrationQuery(InstanceIdPrefix: "even-", PageSize: 3))).Count);
        Assert.Equal(["even-0", "odd-1", "even-2", "odd-3", "even-4"],
            await Ids(new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Running])));
        Assert.Equal(20, (await Ids(new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Completed]))).Count);
        Assert.Empty(await Ids(new OrchestrationQuery(CreatedFrom: DurableHost.Start.AddTicks(1))));

        var pages = host.Client.GetAllInstancesAsync(new OrchestrationQuery(FetchInputsAndOutputs: true))
            .AsPages(pageSizeHint: 10).GetAsyncEnumerator();
        await pages.MoveNextAsync();
        Assert.Equal(10, pages.Current.Values.Count);
        Assert.Equal("3", pages.Current.Values[3].ReadInputAs<string>());
        Assert.NotNull(pages.Current.ContinuationToken);
        await pages.DisposeAsync();
    }

    [Fact]
    public async Task A_restart_runs_the_same_input_again()
    {
        await using var host = await OpenAsync();
        await host.EndOfAsync(await host.StartAsync("Echo", "same", "x"));

        var other = await host.Client.RestartAsync("x", restartWithNewInstanceId: true);

        Assert.NotEqual("x", other);
        Assert.Equal("same", (await host.EndOfAsync(other)).ReadOutputAs<string>());
        Assert.Equal("x", await host.Client.RestartAsync("x"));
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.Client.RestartAsync("nobody"));
    }

    [Fact]
    public async Task Tags_are_kept()
    {
        await using var host = await OpenAsync();
        var options = new StartOrchestrationOptions("x") { Tags = new Dictionary<string, string> { ["kind"] = "test" } };
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Echo", "1", options);

        Assert.Equal("test", (await host.EndOfAsync("x")).Tags["kind"]);
    }
}
