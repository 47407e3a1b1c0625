using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.LocalRuntime.Tests.Host;

public sealed class Http_functions_answer : IAsyncLifetime
{
    private RunningApp _app = null!;

    public async Task InitializeAsync() => _app = await RunningApp.StartAsync(
        [typeof(HttpTestFunctions)],
        configure: builder =>
        {
            builder.Services.AddScoped<GreetingService>();
            builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = 1000);
        });

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Route_values_bind_by_name_and_a_result_is_written()
    {
        var answer = await _app.Http.GetFromJsonAsync<JsonElement>("/greet/Ann/2");

        Assert.Equal("Hello Ann Hello Ann", answer.GetProperty("text").GetString());
        Assert.Equal("GET", answer.GetProperty("method").GetString());
    }

    [Fact]
    public async Task Services_of_an_invocation_end_with_it()
    {
        var before = GreetingService.Disposed;

        await _app.Http.GetAsync("/greet/Ann/1");

        Assert.True(SpinWait.SpinUntil(() => GreetingService.Disposed > before, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task What_a_function_does_behind_its_answer_is_work_until_it_is_done()
    {
        using var answer = await _app.Http.GetAsync("/late");
        answer.EnsureSuccessStatusCode();
        var idle = _app.Runtime.Work.IdleAsync();
        Assert.False(idle.IsCompleted);

        HttpTestFunctions.BehindTheAnswer.SetResult();

        await idle.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task An_action_result_is_written()
    {
        var answer = await _app.Http.PostAsync("/action", new StringContent("body"));

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("""{"text":"body"}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Any_other_object_gives_200_with_an_empty_body()
    {
        var answer = await _app.Http.PutAsync("/poco", null);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Without_a_route_the_functions_name_is_the_route() =>
        Assert.Equal(HttpStatusCode.OK, (await _app.Http.DeleteAsync("/byname")).StatusCode);

    [Fact]
    public async Task A_function_sees_its_context()
    {
        var answer = await _app.Http.GetFromJsonAsync<JsonElement>("/context/6f9619ff-8b86-d011-b42d-00c04fc964ff");

        Assert.Equal("Context", answer.GetProperty("function").GetString());
        Assert.Equal("AfterSales.LocalRuntime.Tests.Host.HttpTestFunctions.Context", answer.GetProperty("entryPoint").GetString());
        Assert.True(answer.GetProperty("sameRequest").GetBoolean());
        Assert.True(answer.GetProperty("cancellable").GetBoolean());
        Assert.Equal("id", answer.GetProperty("bound")[0].GetString());
        Assert.Equal("httpTrigger", answer.GetProperty("trigger").GetString());
        Assert.Equal("6f9619ff-8b86-d011-b42d-00c04fc964ff", answer.GetProperty("id").GetString());
        Assert.Equal("red", answer.GetProperty("colour").GetString());
    }

    [Fact]
    public async Task An_optional_route_value_that_is_absent_is_null()
    {
        var answer = await _app.Http.GetFromJsonAsync<JsonElement>("/context");

        Assert.Equal(JsonValueKind.Null, answer.GetProperty("id").ValueKind);
    }

    [Fact]
    public async Task A_function_may_write_the_answer_itself() =>
        Assert.Equal((HttpStatusCode)418, (await _app.Http.GetAsync("/write")).StatusCode);

    [Fact]
    public async Task A_value_task_is_awaited() => Assert.Equal("?a=b", await _app.Http.GetStringAsync("/value?a=b"));

    [Fact]
    public async Task An_unhandled_exception_gives_a_problem_that_tells_nothing_of_the_inside()
    {
        var problem = await ProblemAsync(await _app.Http.GetAsync("/fail"), HttpStatusCode.InternalServerError, "internal-error");

        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(" at ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_before_it_is_read() =>
        await ProblemAsync(
            await _app.Http.PostAsync("/length", new ByteArrayContent(new byte[1001])),
            HttpStatusCode.RequestEntityTooLarge,
            "body-too-large");

    [Fact]
    public async Task A_body_over_the_limit_without_a_length_is_refused_while_it_is_read()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/length") { Content = new ByteArrayContent(new byte[5000]) };
        request.Headers.TransferEncodingChunked = true;

        await ProblemAsync(await _app.Http.SendAsync(request), HttpStatusCode.RequestEntityTooLarge, "body-too-large");
    }

    [Fact]
    public async Task A_body_of_the_limit_is_taken()
    {
        var answer = await _app.Http.PostAsync("/length", new ByteArrayContent(new byte[1000]));

        Assert.Equal("1000", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_path_that_nothing_serves_is_not_found() =>
        await ProblemAsync(await _app.Http.GetAsync("/nowhere"), HttpStatusCode.NotFound, "not-found");

    [Fact]
    public async Task A_method_that_a_route_does_not_serve_is_refused_with_those_it_does()
    {
        var answer = await _app.Http.DeleteAsync("/action");

        Assert.Equal("POST", Assert.Single(answer.Content.Headers.Allow));
        await ProblemAsync(answer, HttpStatusCode.MethodNotAllowed, "method-not-allowed");
    }

    [Fact]
    public async Task The_address_that_is_served_is_a_setting()
    {
        var configuration = _app.Host.Services.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>();

        Assert.Equal(new Uri(_app.Runtime.Url).Authority, configuration["WEBSITE_HOSTNAME"]);
        Assert.Equal(HttpStatusCode.OK, (await _app.Http.GetAsync("/admin/host/status")).StatusCode);
    }

    private static async Task<string> ProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        return text;
    }
}
