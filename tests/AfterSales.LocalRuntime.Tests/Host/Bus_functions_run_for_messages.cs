using System.Net;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AfterSales.LocalRuntime.Tests.Host;

public sealed class Bus_functions_run_for_messages : IAsyncLifetime
{
    private static readonly string[] Queues = ["as-message", "as-text", "as-bytes", "as-object", "as-batch", "forward"];

    private static readonly string Topology = $$"""
        { "UserConfig": { "Namespaces": [ { "Name": "n",
          "Queues": [ {{string.Join(", ", Queues.Select(q => $$"""{ "Name": "{{q}}", "Properties": { "MaxDeliveryCount": 2 } }"""))}} ],
          "Topics": [ { "Name": "news", "Subscriptions": [ { "Name": "all" } ] } ] } ] } }
        """;

    private readonly Received _received = new();
    private RunningApp _app = null!;

    public async Task InitializeAsync()
    {
        _app = await RunningApp.StartAsync(
            [typeof(BusTestFunctions), typeof(OutputTestFunctions)],
            configure: builder =>
            {
                builder.Services.AddSingleton(_received);
                builder.Configuration.AddInMemoryCollection([new("Batch_Queue", "as-batch")]);
                builder.UseWhen(context => context.GetHttpContext()?.Request.Query.ContainsKey("stop") == true, (context, next) =>
                {
                    context.GetInvocationResult().Value = Results.StatusCode(403);
                    return Task.CompletedTask;
                });
            },
            serviceBusJson: Topology);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task As_the_message_itself()
    {
        await SendAsync("as-message", new ServiceBusMessage("hello"));

        Assert.Equal("hello", Assert.Single(_received.Of("AsMessage")));
    }

    [Fact]
    public async Task As_text_with_metadata_by_name()
    {
        var message = new ServiceBusMessage("hello") { MessageId = "m-1", CorrelationId = "c-1" };
        message.ApplicationProperties["colour"] = "red";

        await SendAsync("as-text", message);

        Assert.Equal(
            ("hello", "m-1", "c-1", 1, RunningApp.Start.UtcDateTime, (object)"red", (object)"m-1"), Assert.Single(_received.Of("AsText")));
    }

    [Fact]
    public async Task As_bytes()
    {
        await SendAsync("as-bytes", new ServiceBusMessage(new BinaryData(new byte[7])));

        Assert.Equal(7, Assert.Single(_received.Of("AsBytes")));
    }

    [Fact]
    public async Task As_an_object_read_from_json_whatever_the_case_of_its_names()
    {
        await SendAsync("as-object", new ServiceBusMessage("""{"ID": "P-7", "weight": 2}"""));

        Assert.Equal(new Parcel("P-7", 2), Assert.Single(_received.Of("AsObject")));
    }

    [Fact]
    public async Task A_body_that_is_not_json_fails_the_invocation_until_the_message_is_buried()
    {
        await SendAsync("as-object", new ServiceBusMessage("not json") { MessageId = "bad" });

        Assert.Empty(_received.Of("AsObject"));
        await using var client = Connect();
        await using var receiver = client.CreateReceiver("as-object", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        Assert.Equal("bad", Assert.Single(await receiver.PeekMessagesAsync(10)).MessageId);
    }

    [Fact]
    public async Task As_a_batch()
    {
        await SendAsync(
            "as-batch", new ServiceBusMessage("""{"Id": "a", "Weight": 1}"""), new ServiceBusMessage("""{"Id": "b", "Weight": 2}"""));

        Assert.Equal([new Parcel("a", 1), new Parcel("b", 2)], _received.Of("AsBatch"));
    }

    [Fact]
    public async Task One_function_s_output_is_another_s_message()
    {
        await SendAsync("forward", new ServiceBusMessage("news"));

        Assert.Equal("forwarded news", Assert.Single(_received.Of("AsSubscriber")));
    }

    [Fact]
    public async Task An_http_function_answers_and_sends_by_the_properties_of_what_it_returns()
    {
        var answer = await _app.Http.PostAsync("/many", null);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await _app.Runtime.Work.IdleAsync();
        Assert.Equal([1, 2, 3], _received.Of("AsBytes").Cast<int>().Order());
        Assert.Equal(new Parcel("P-1", 3), Assert.Single(_received.Of("AsObject")));
    }

    [Fact]
    public async Task What_is_null_is_not_sent()
    {
        var answer = await _app.Http.PostAsync("/none", null);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await _app.Runtime.Work.IdleAsync();
        Assert.Empty(_received.Of("AsObject"));
    }

    [Fact]
    public async Task Nothing_is_sent_when_middleware_answered_in_the_function_s_place()
    {
        var answer = await _app.Http.PostAsync("/many?stop", null);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        await _app.Runtime.Work.IdleAsync();
        Assert.Empty(_received.Of("AsObject"));
    }

    [Fact]
    public async Task One_can_be_run_by_hand_with_a_body()
    {
        const string input = """{"input": "{\"Id\": \"by hand\", \"Weight\": 1}"}""";

        var answer = await _app.Http.PostAsync("/admin/functions/asobject", new StringContent(input));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await _app.Runtime.Work.IdleAsync();
        Assert.Equal(new Parcel("by hand", 1), Assert.Single(_received.Of("AsObject")));
    }

    private ServiceBusClient Connect() => new(_app.Host.Services.GetRequiredService<IConfiguration>()["ServiceBus"]);

    private async Task SendAsync(string queue, params ServiceBusMessage[] messages)
    {
        await using var client = Connect();
        await using var sender = client.CreateSender(queue);
        await sender.SendMessagesAsync(messages);
        await _app.Runtime.Work.IdleAsync();
    }
}
