using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AfterSales.LocalRuntime.Tests.Host;

public sealed class Durable_functions_run_orchestrations
{
    private readonly Received _received = new();

    [Fact]
    public async Task From_an_http_request_over_activities_and_a_timer_to_the_result()
    {
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var app = await StartAsync(middleware: seen.Enqueue);
        (await app.Http.PostAsync("/orders/O-1", null)).EnsureSuccessStatusCode();
        await app.AdvanceAsync("""{"by": "PT59M"}""");
        Assert.Empty(_received.Of("record"));

        await app.AdvanceAsync("""{"by": "PT1M"}""");

        Assert.Equal(("O-1", 60, "O-1", "activityTrigger"), Assert.Single(_received.Of("record")));
        var instance = await app.Runtime.Durable.Client.GetInstanceAsync("O-1", getInputsAndOutputs: true);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, instance!.RuntimeStatus);
        Assert.Equal(60, instance.ReadOutputAs<int>());
        Assert.Equal(["add-tax", "order", "record", "start"], seen.Distinct().Order());
    }

    [Fact]
    public async Task Across_a_restart_of_the_app()
    {
        string folder;
        await using (var app = await StartAsync(keepsFolder: true))
        {
            folder = app.Folder;
            (await app.Http.PostAsync("/orders/O-2", null)).EnsureSuccessStatusCode();
            await app.AdvanceAsync("""{"by": "PT30M"}""");
        }

        await using var again = await StartAsync(folder: folder);
        await again.AdvanceAsync("""{"untilIdle": true}""");

        Assert.Equal(RunningApp.Start.AddHours(1), again.Runtime.Clock.GetUtcNow());
        Assert.Equal(("O-2", 60, "O-2", "activityTrigger"), Assert.Single(_received.Of("record")));
    }

    private Task<RunningApp> StartAsync(Action<string>? middleware = null, string? folder = null, bool keepsFolder = false) =>
        RunningApp.StartAsync(
            [typeof(DurableTestFunctions)],
            configure: builder =>
            {
                builder.Services.AddSingleton(_received);
                builder.UseMiddleware(async (context, next) =>
                {
                    middleware?.Invoke(context.FunctionDefinition.Name);
                    await next();
                });
            },
            folder: folder,
            keepsFolder: keepsFolder);
}
