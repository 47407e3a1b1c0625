using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Http;

public sealed class HealthFunction(TimeProvider clock)
{
    /// <summary>Answers 200 while the process takes requests, with the business time it lives in.</summary>
    [Function("health")]
    [Access.Anyone]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) =>
        Answer.Json(200, new { status = "ok", now = clock.GetUtcNow() });
}
