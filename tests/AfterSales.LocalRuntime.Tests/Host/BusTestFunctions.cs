using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.LocalRuntime.Tests.Host;

public sealed record Parcel(string Id, int Weight);

/// <summary>What functions received, by function.</summary>
public sealed class Received
{
    private readonly ConcurrentQueue<(string Function, object? Value)> _all = new();

    public void Add(string function, object? value) => _all.Enqueue((function, value));

    public IReadOnlyList<object?> Of(string function) => [.. _all.Where(r => r.Function == function).Select(r => r.Value)];
}

public sealed class BusTestFunctions(Received received)
{
    [Function("AsMessage")]
    public void AsMessage([ServiceBusTrigger("as-message", Connection = "ServiceBus")] ServiceBusReceivedMessage message) =>
        received.Add("AsMessage", message.Body.ToString());

    [Function("AsText")]
    public void AsText(
        [ServiceBusTrigger("as-text", Connection = "ServiceBus")] string text,
        string messageId,
        string? correlationId,
        int deliveryCount,
        DateTime enqueuedTimeUtc,
        IDictionary<string, object> applicationProperties,
        FunctionContext context)
    {
        var colour = applicationProperties["colour"];
        var idAgain = context.BindingContext.BindingData["MessageId"];
        received.Add("AsText", (text, messageId, correlationId, deliveryCount, enqueuedTimeUtc, colour, idAgain));
    }

    [Function("AsBytes")]
    public void AsBytes([ServiceBusTrigger("as-bytes", Connection = "ServiceBus")] byte[] bytes) => received.Add("AsBytes", bytes.Length);

    [Function("AsObject")]
    public Task AsObject([ServiceBusTrigger("as-object", Connection = "ServiceBus")] Parcel parcel)
    {
        received.Add("AsObject", parcel);
        return Task.CompletedTask;
    }

    [Function("AsBatch")]
    public void AsBatch([ServiceBusTrigger("%Batch_Queue%", Connection = "ServiceBus", IsBatched = true)] Parcel[] parcels)
    {
        foreach (var parcel in parcels)
        {
            received.Add("AsBatch", parcel);
        }
    }

    [Function("AsSubscriber")]
    public void AsSubscriber([ServiceBusTrigger("news", "all", Connection = "ServiceBus")] string text) =>
        received.Add("AsSubscriber", text);
}

public sealed class ManyOutputs
{
    [HttpResult]
    public IResult? Answer { get; init; }

    [ServiceBusOutput("as-bytes", Connection = "ServiceBus")]
    public string[]? Bytes { get; init; }

    [ServiceBusOutput("as-object", Connection = "ServiceBus")]
    public Parcel? Parcel { get; init; }

    public string? Unbound { get; init; }
}

public sealed class OutputTestFunctions
{
    [Function("Many")]
    public ManyOutputs Many([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "many")] HttpRequest request) => new()
    {
        Answer = Results.Accepted(),
        Bytes = ["a", "bb", "ccc"],
        Parcel = new Parcel("P-1", 3),
        Unbound = "stays",
    };

    [Function("None")]
    public ManyOutputs None([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "none")] HttpRequest request) =>
        new() { Answer = Results.NoContent() };

    [Function("Forward")]
    [ServiceBusOutput("news", ServiceBusEntityType.Topic, Connection = "ServiceBus")]
    public string Forward([ServiceBusTrigger("forward", Connection = "ServiceBus")] string text) => $"forwarded {text}";
}
