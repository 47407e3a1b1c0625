using System.Net;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.LocalRuntime.Tests.Host;

/// <summary>Holds functions until they are let go.</summary>
public sealed class Barrier
{
    public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

public sealed class WaitingFunctions(Barrier barrier, Received received)
{
    [Function("WaitHttp")]
    public async Task<IResult> WaitHttp([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "wait")] HttpRequest request)
    {
        barrier.Reached.SetResult();
        await barrier.Open.Task;
        return Results.Text("done");
    }

    [Function("WaitMessage")]
    public async Task WaitMessage(
        [ServiceBusTrigger("waiting", Connection = "ServiceBus")] string text, CancellationToken cancellationToken)
    {
        barrier.Reached.TrySetResult();
        await barrier.Open.Task.WaitAsync(cancellationToken);
        received.Add("WaitMessage", text);
    }
}

public sealed class Stopping_loses_nothing
{
    private const string Topology =
        """{ "UserConfig": { "Namespaces": [ { "Name": "n", "Queues": [ { "Name": "waiting" } ], "Topics": [] } ] } }""";

    private readonly Received _received = new();

    [Fact]
    public async Task A_request_that_runs_is_answered()
    {
        var barrier = new Barrier();
        var app = await StartAsync(barrier);
        var answer = app.Http.GetAsync("/wait");
        await barrier.Reached.Task;

        var stopped = app.Host.StopAsync();
        barrier.Open.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);
        await stopped;
        await app.DisposeAsync();
    }

    [Fact]
    public async Task A_message_whose_function_had_to_be_given_up_is_handled_after_the_next_start()
    {
        var barrier = new Barrier();
        string folder;
        await using (var app = await StartAsync(barrier, keepsFolder: true))
        {
            folder = app.Folder;
            await using var client = new ServiceBusClient(app.Host.Services.GetRequiredService<IConfiguration>()["ServiceBus"]);
            await client.CreateSender("waiting").SendMessageAsync(new ServiceBusMessage("once"));
            await barrier.Reached.Task;
        }

        Assert.Empty(_received.Of("WaitMessage"));
        barrier = new Barrier();
        barrier.Open.SetResult();

        await using var again = await StartAsync(barrier, folder: folder);
        await again.Runtime.Work.IdleAsync();

        Assert.Equal("once", Assert.Single(_received.Of("WaitMessage")));
    }

    private Task<RunningApp> StartAsync(Barrier barrier, string? folder = null, bool keepsFolder = false) => RunningApp.StartAsync(
        [typeof(WaitingFunctions)],
        configure: builder => builder.Services.AddSingleton(barrier).AddSingleton(_received),
        serviceBusJson: Topology,
        folder: folder,
        keepsFolder: keepsFolder);
}
