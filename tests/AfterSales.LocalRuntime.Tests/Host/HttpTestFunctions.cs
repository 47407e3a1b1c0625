using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.LocalRuntime.Tests.Host;

public sealed class GreetingService : IDisposable
{
    public static int Disposed { get; set; }

    public string Greet(string name) => $"Hello {name}";

    public void Dispose() => Disposed++;
}

public sealed record Greeting(string Text);

public sealed class HttpTestFunctions(GreetingService greetings)
{
    [Function("Greet")]
    public IResult Greet(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "greet/{name}/{times:int}")] HttpRequest request, string name, int times) =>
        Results.Ok(new { text = string.Join(' ', Enumerable.Repeat(greetings.Greet(name), times)), method = request.Method });

    [Function("Action")]
    public async Task<IActionResult> Action([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "action")] HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        return new ObjectResult(new Greeting(await reader.ReadToEndAsync())) { StatusCode = 201 };
    }

    [Function("Poco")]
    public Greeting Poco([HttpTrigger(AuthorizationLevel.Anonymous, Route = "poco")] HttpRequest request) => new(request.Method);

    [Function("ByName")]
    public static string ByName([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => request.Path;

    [Function("Context")]
    public IResult Context(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "context/{id?}")] HttpRequest request,
        FunctionContext context,
        Guid? id,
        string colour = "red",
        CancellationToken cancellationToken = default) =>
        Results.Ok(new
        {
            function = context.FunctionDefinition.Name,
            entryPoint = context.FunctionDefinition.EntryPoint,
            sameRequest = ReferenceEquals(context.GetHttpContext(), request.HttpContext),
            bound = context.BindingContext.BindingData.Keys,
            cancellable = cancellationToken.CanBeCanceled,
            parameters = context.FunctionDefinition.Parameters.Select(p => p.Name),
            trigger = context.FunctionDefinition.InputBindings["request"].Type,
            id,
            colour,
        });

    /// <summary>What "Late" does once it has answered.</summary>
    public static TaskCompletionSource BehindTheAnswer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Function("Late")]
    public static IResult Late([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "late")] HttpRequest request)
    {
        request.HttpContext.Response.OnCompleted(() => BehindTheAnswer.Task);
        return Results.Ok();
    }

    [Function("Fail")]
    public async Task<IResult> Fail([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "fail")] HttpRequest request)
    {
        await request.Body.CopyToAsync(Stream.Null);
        throw new InvalidOperationException("the secret of the house");
    }

    [Function("Write")]
    public async Task Write([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "write")] HttpRequest request)
    {
        request.HttpContext.Response.StatusCode = 418;
        await request.HttpContext.Response.WriteAsync(DateTime.UnixEpoch.ToString("O", CultureInfo.InvariantCulture));
    }

    [Function("Value")]
    public ValueTask<IResult> Value([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "value")] HttpRequest request) =>
        ValueTask.FromResult(Results.Text(request.QueryString.Value));

    [Function("Length")]
    public async Task<IResult> Length([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "length")] HttpRequest request)
    {
        var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer);
        return Results.Text(buffer.Length.ToString(CultureInfo.InvariantCulture));
    }
}
