using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AfterSales.LocalRuntime.Tests.Host;

public sealed record Order(string Id, int[] Prices);

public sealed class DurableTestFunctions(Received received)
{
    [Function("start")]
    public static async Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "orders/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id)
    {
        var options = new StartOrchestrationOptions { InstanceId = id };
        await client.ScheduleNewOrchestrationInstanceAsync("order", new Order(id, [1, 2, 3]), options);
        return Results.Accepted();
    }

    [Function("order")]
    public static async Task<int> Run([OrchestrationTrigger] TaskOrchestrationContext context, Order? order)
    {
        var total = 0;
        foreach (var price in order!.Prices)
        {
            total += await context.CallActivityAsync<int>("add-tax", price);
        }

        await context.CreateTimer(context.CurrentUtcDateTime.AddHours(1), CancellationToken.None);
        await context.CallActivityAsync("record", new Order(order.Id, [total]));
        return total;
    }

    [Function("add-tax")]
    public int AddTax([ActivityTrigger] int price) => price * 10;

    [Function("record")]
    public void Record([ActivityTrigger] Order order, string instanceId, FunctionContext context) =>
        received.Add("record", (order.Id, order.Prices[0], instanceId, context.FunctionDefinition.InputBindings["order"].Type));
}
