using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime.Extensions;

namespace AfterSales.Functions.Cases.Lists;

public sealed class QueueFunction(QueueCounts counts, TimeProvider clock)
{
    /// <summary>How much waits for each role, and how much of it soon. Suppliers and marketplaces see what waits of their own.</summary>
    [Function("queue-list")]
    [Access(Role.Supplier, Role.Marketplace, Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager, Role.Finance, Role.Auditor,
        Role.PolicyOwner)]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/queues")] HttpRequest request, CancellationToken cancellationToken)
    {
        var caller = request.GetCaller();
        var queues = await counts.CountAsync(
            caller.Role == Role.Marketplace ? CaseListFunction.Known(caller.MarketplaceId) : null,
            caller.Role == Role.Supplier ? CaseListFunction.Known(caller.SupplierId) : null,
            clock.GetUtcNow().ToInstant(),
            cancellationToken);
        return Answer.Json(200, new { queues });
    }
}
