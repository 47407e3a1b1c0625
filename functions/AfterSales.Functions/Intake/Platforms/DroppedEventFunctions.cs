using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Intake.Platforms;

/// <summary>Events of platforms whose request never came.</summary>
public sealed class DroppedEventFunctions(DroppedEvents dropped)
{
    /// <summary>Drops what has waited for 30 days: once a day.</summary>
    [Function("kept-event-sweep")]
    public Task Sweep([TimerTrigger("0 40 19 * * *")] TimerInfo timer, CancellationToken cancellationToken) => dropped.SweepAsync(cancellationToken);

    /// <summary>The newest hundred that were dropped.</summary>
    [Function("dropped-event-list")]
    [Access(Role.Manager, Role.Auditor)]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/dropped-events")] HttpRequest request, CancellationToken cancellationToken) =>
        Answer.Json(200, new { Items = await dropped.ListAsync(cancellationToken) });
}
