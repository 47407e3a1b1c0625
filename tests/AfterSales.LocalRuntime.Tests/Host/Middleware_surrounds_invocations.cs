using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Hosting;

namespace AfterSales.LocalRuntime.Tests.Host;

public sealed class Middleware_surrounds_invocations
{
    [Fact]
    public async Task In_the_order_in_which_it_was_added()
    {
        await using var app = await StartAsync(builder =>
        {
            builder.UseMiddleware<Outer>();
            builder.UseMiddleware(async (context, next) =>
            {
                Trail(context).Add("inner in");
                await next();
                Trail(context).Add("inner out");
            });
        });

        Assert.Equal("outer in, inner in, function", await app.Http.GetStringAsync("/trail"));
    }

    [Fact]
    public async Task It_can_answer_in_the_function_s_place()
    {
        await using var app = await StartAsync(builder => builder.UseMiddleware((context, next) =>
        {
            context.GetInvocationResult().Value = Results.StatusCode(403);
            return Task.CompletedTask;
        }));

        Assert.Equal(HttpStatusCode.Forbidden, (await app.Http.GetAsync("/trail")).StatusCode);
    }

    [Fact]
    public async Task It_can_write_to_the_response_itself()
    {
        await using var app = await StartAsync(builder => builder.UseMiddleware((context, next) =>
            Results.Text("stop", statusCode: 409).ExecuteAsync(context.GetHttpContext()!)));

        Assert.Equal(HttpStatusCode.Conflict, (await app.Http.GetAsync("/trail")).StatusCode);
    }

    [Fact]
    public async Task It_sees_and_can_replace_what_the_function_returned()
    {
        object? seen = null;
        await using var app = await StartAsync(builder => builder.UseMiddleware(async (context, next) =>
        {
            await next();
            seen = context.GetInvocationResult<IResult>().Value;
            context.GetInvocationResult<IResult>().Value = Results.Text("replaced");
        }));

        Assert.Equal("replaced", await app.Http.GetStringAsync("/trail"));
        Assert.IsAssignableFrom<IResult>(seen);
    }

    [Fact]
    public async Task It_can_be_for_some_invocations_only()
    {
        await using var app = await StartAsync(builder =>
        {
            builder.UseWhen<Outer>(context => context.FunctionDefinition.Name == "Other");
            builder.UseWhen(context => context.FunctionDefinition.Name == "Trail", (context, next) =>
            {
                Trail(context).Add("conditional");
                return next();
            });
        });

        Assert.Equal("conditional, function", await app.Http.GetStringAsync("/trail"));
    }

    [Fact]
    public async Task What_it_keeps_among_the_features_the_function_finds()
    {
        await using var app = await StartAsync(builder => builder.UseMiddleware((context, next) =>
        {
            context.Features.Set(new Marker("kept"));
            return next();
        }));

        Assert.Equal("kept", await app.Http.GetStringAsync("/feature"));
    }

    internal static List<string> Trail(FunctionContext context)
    {
        if (!context.Items.TryGetValue("trail", out var trail))
        {
            context.Items["trail"] = trail = new List<string>();
        }

        return (List<string>)trail;
    }

    private static Task<RunningApp> StartAsync(Action<Microsoft.Azure.Functions.Worker.Builder.FunctionsApplicationBuilder> configure) =>
        RunningApp.StartAsync([typeof(TrailFunctions)], configure: configure);
}

public sealed record Marker(string Text);

public sealed class TrailFunctions
{
    [Function("Trail")]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "trail")] HttpRequest request, FunctionContext context) =>
        Results.Text(string.Join(", ", Middleware_surrounds_invocations.Trail(context).Append("function")));

    [Function("Feature")]
    public IResult Feature(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "feature")] HttpRequest request, FunctionContext context) =>
        Results.Text(context.Features.Get<Marker>()?.Text);
}

public sealed class Outer : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        Middleware_surrounds_invocations.Trail(context).Add("outer in");
        await next(context);
        Middleware_surrounds_invocations.Trail(context).Add("outer out");
    }
}
