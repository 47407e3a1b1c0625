using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AfterSales.LocalRuntime.Tests.Host;
using AfterSales.LocalRuntime.Tests.Timers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.LocalRuntime.Tests.Clock;

public sealed class Sleeper(TimeProvider clock)
{
    [Function("Sleep")]
    public async Task<IResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sleep")] HttpRequest request)
    {
        await Task.Delay(TimeSpan.FromHours(1), clock);
        return Results.Text(clock.GetUtcNow().ToString("O"));
    }
}

public sealed class Clock_api
{
    [Fact]
    public async Task Shows_the_instant_the_mode_and_what_is_waited_for()
    {
        await using var app = await StartAsync();

        var clock = await app.ClockAsync();

        Assert.Equal(RunningApp.Start, clock.GetProperty("now").GetDateTimeOffset());
        Assert.Equal("virtual", clock.GetProperty("mode").GetString());
        var waiting = Assert.Single(clock.GetProperty("waitingFor").EnumerateArray());
        Assert.Equal(RunningApp.Start.AddMinutes(1), waiting.GetProperty("due").GetDateTimeOffset());
        Assert.Equal("timer EveryMinute", waiting.GetProperty("what").GetString());
        Assert.True(waiting.GetProperty("recurring").GetBoolean());
        Assert.Empty(clock.GetProperty("working").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"by": "P1DT2H3M4.5S"}""", "2026-11-03T03:03:04.5Z")]
    [InlineData("""{"by": "P2W"}""", "2026-11-16T01:00:00Z")]
    [InlineData("""{"to": "2026-11-02T10:00:00+08:00"}""", "2026-11-02T02:00:00Z")]
    [InlineData("""{"to": "2026-11-02T01:00:00Z"}""", "2026-11-02T01:00:00Z")]
    [InlineData("""{"untilIdle": true}""", "2026-11-02T01:00:00Z")]
    public async Task Advances_and_answers_with_the_clock(string body, string expected)
    {
        await using var app = await StartAsync();

        var clock = await app.AdvanceAsync(body);

        Assert.Equal(DateTimeOffset.Parse(expected), clock.GetProperty("now").GetDateTimeOffset());
    }

    [Fact]
    public async Task Until_idle_waits_for_what_does_not_recur()
    {
        await using var app = await StartAsync();
        var sleeping = app.Http.GetStringAsync("/sleep");
        await UntilAsync(app, clock => clock.GetProperty("waitingFor").GetArrayLength() == 2);

        var after = await app.AdvanceAsync("""{"untilIdle": true}""");

        Assert.Equal(RunningApp.Start.AddHours(1), after.GetProperty("now").GetDateTimeOffset());
        Assert.Equal(RunningApp.Start.AddHours(1), DateTimeOffset.Parse(await sleeping));
    }

    [Fact]
    public async Task Does_not_wait_for_a_function_that_itself_waits_on_the_clock()
    {
        await using var app = await StartAsync();
        var sleeping = app.Http.GetStringAsync("/sleep");
        await UntilAsync(app, clock => clock.GetProperty("waitingFor").GetArrayLength() == 2);

        var clock = await app.AdvanceAsync("""{"by": "PT30M"}""");

        Assert.Equal("Sleep (waits on the clock)", Assert.Single(clock.GetProperty("working").EnumerateArray()).GetString());
        Assert.False(sleeping.IsCompleted);
        await app.AdvanceAsync("""{"by": "PT30M"}""");
        await sleeping;
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "exactly one of them")]
    [InlineData("{}", "exactly one of them")]
    [InlineData("""{"by": "PT1H", "untilIdle": true}""", "exactly one of them")]
    [InlineData("""{"by": "1 hour"}""", "'by' must be an ISO 8601 duration")]
    [InlineData("""{"by": "P"}""", "'by' must be an ISO 8601 duration")]
    [InlineData("""{"by": "P1M"}""", "'by' must be an ISO 8601 duration")]
    [InlineData("""{"by": "-PT1H"}""", "'by' must be an ISO 8601 duration")]
    [InlineData("""{"by": 3600}""", "it is 3600")]
    [InlineData("""{"by": "P999999999D"}""", "'by' must be")]
    [InlineData("""{"to": "2026-11-02T10:00:00"}""", "with its offset")]
    [InlineData("""{"to": "tomorrow"}""", "with its offset")]
    [InlineData("""{"to": "2026-11-02T00:59:59Z"}""", "never goes back")]
    [InlineData("""{"untilIdle": false}""", "'untilIdle'")]
    [InlineData("""{"until": true}""", "'until'")]
    public async Task A_body_that_it_does_not_understand_is_refused_with_the_reason(string body, string reason)
    {
        await using var app = await StartAsync();

        var answer = await app.Http.PostAsync("/admin/clock/advance", new StringContent(body));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("bad-advance", problem.GetProperty("code").GetString());
        Assert.Contains(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(RunningApp.Start, app.Runtime.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_real_clock_is_not_advanced()
    {
        await using var app = await StartAsync(virtualClock: false);

        var answer = await app.Http.PostAsync("/admin/clock/advance", new StringContent("""{"by": "PT1H"}"""));

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("real", (await app.ClockAsync()).GetProperty("mode").GetString());
    }

    private static Task<RunningApp> StartAsync(bool virtualClock = true) => RunningApp.StartAsync(
        [typeof(EveryMinute), typeof(Sleeper)],
        options => options.VirtualClock = virtualClock,
        builder => builder.Services.AddSingleton(new TimerRuns()));

    private static async Task UntilAsync(RunningApp app, Func<JsonElement, bool> condition)
    {
        while (!condition(await app.ClockAsync()))
        {
            await Task.Yield();
        }
    }
}
