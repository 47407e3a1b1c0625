using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AfterSales.LocalRuntime.Tests.Durable;

public class Retries
{
    private static async Task<(OrchestrationMetadata End, List<string> Attempts)> RunAsync(int failures, TaskOptions options)
    {
        var attempts = new List<string>();
        DurableHost? opened = null;
        await using var host = opened = await DurableHost.OpenAsync(engine =>
        {
            engine.RegisterActivity("Flaky", (_, _) =>
            {
                attempts.Add(opened!.Clock.GetUtcNow().ToString("HH:mm:ss"));
                return attempts.Count <= failures ? throw new IOException("no luck") : Task.FromResult<object?>("done");
            });
            engine.Orchestrator("Persistent", async context => await context.CallActivityAsync<string>("Flaky", null, options));
        });
        return (await host.RunToTheEndAsync(await host.StartAsync("Persistent")), attempts);
    }

    [Fact]
    public async Task A_policy_tries_again_after_growing_delays()
    {
        var policy = new RetryPolicy(5, TimeSpan.FromSeconds(10), 3, TimeSpan.FromSeconds(60));

        var (end, attempts) = await RunAsync(4, TaskOptions.FromRetryPolicy(policy));

        Assert.Equal("done", end.ReadOutputAs<string>());
        Assert.Equal(["09:00:00", "09:00:10", "09:00:40", "09:01:40", "09:02:40"], attempts);
    }

    [Fact]
    public async Task The_last_failure_is_the_orchestrators()
    {
        var (end, attempts) = await RunAsync(99, TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(1))));

        Assert.Equal(3, attempts.Count);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(typeof(IOException).FullName, end.FailureDetails!.InnerFailure!.ErrorType);
    }

    [Fact]
    public async Task A_policy_gives_up_after_its_time()
    {
        var policy = new RetryPolicy(100, TimeSpan.FromMinutes(1), retryTimeout: TimeSpan.FromMinutes(3));

        var (_, attempts) = await RunAsync(99, TaskOptions.FromRetryPolicy(policy));

        Assert.Equal(["09:00:00", "09:01:00", "09:02:00", "09:03:00"], attempts);
    }

    [Fact]
    public async Task A_policy_leaves_failures_alone_that_it_does_not_handle()
    {
        var policy = new RetryPolicy(5, TimeSpan.FromSeconds(1)) { HandleFailure = failure => !failure.IsCausedBy<IOException>() };

        Assert.Single((await RunAsync(99, TaskOptions.FromRetryPolicy(policy))).Attempts);
    }

    [Fact]
    public async Task A_handler_decides_and_may_wait_on_a_timer()
    {
        var seen = new List<string>();
        var options = TaskOptions.FromRetryHandler(async retry =>
        {
            seen.Add($"{retry.LastAttemptNumber} {retry.LastFailure.ErrorMessage} {retry.TotalRetryTime}");
            await retry.OrchestrationContext.CreateTimer(TimeSpan.FromMinutes(retry.LastAttemptNumber), retry.CancellationToken);
            return retry.LastAttemptNumber < 3;
        });

        var (end, attempts) = await RunAsync(99, options);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(["09:00:00", "09:01:00", "09:03:00"], attempts);
        Assert.Equal(["1 no luck 00:00:00", "2 no luck 00:01:00", "3 no luck 00:03:00"], seen);
    }

    [Fact]
    public void Bad_policies_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(0, TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.FromSeconds(1), 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new RetryPolicy(1, TimeSpan.FromSeconds(2), maxRetryInterval: TimeSpan.FromSeconds(1)));
    }
}
