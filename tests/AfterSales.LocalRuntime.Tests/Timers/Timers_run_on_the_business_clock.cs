using AfterSales.LocalRuntime.Tests.Host;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.LocalRuntime.Tests.Timers;

public sealed class Timers_run_on_the_business_clock
{
    private readonly TimerRuns _runs = new();

    [Fact]
    public async Task At_every_instant_of_their_schedule()
    {
        await using var app = await StartAsync(typeof(EveryMinute));

        await app.AdvanceAsync("""{"by": "PT3M"}""");

        Assert.Equal(
            [RunningApp.Start.AddMinutes(1), RunningApp.Start.AddMinutes(2), RunningApp.Start.AddMinutes(3)], _runs.All.Select(r => r.At));
        Assert.All(_runs.All, r => Assert.False(r.Info.IsPastDue));
        Assert.Equal(RunningApp.Start.AddMinutes(3).UtcDateTime, _runs.All.Last().Info.ScheduleStatus!.Next.AddMinutes(-1));
        Assert.Equal(RunningApp.Start.AddMinutes(2).UtcDateTime, _runs.All.Last().Info.ScheduleStatus!.Last);
    }

    [Fact]
    public async Task Not_while_the_virtual_clock_stands()
    {
        await using var app = await StartAsync(typeof(EveryMinute));

        await app.Runtime.Work.IdleAsync();

        Assert.Empty(_runs.All);
    }

    [Fact]
    public async Task A_schedule_may_be_a_setting_and_is_in_utc()
    {
        await using var app = await StartAsync(typeof(Nightly));

        await app.AdvanceAsync("""{"by": "P1D"}""");

        Assert.Equal(new DateTimeOffset(2026, 11, 2, 22, 30, 0, TimeSpan.Zero), Assert.Single(_runs.All).At);
    }

    [Fact]
    public async Task One_that_runs_on_start_up_does_and_then_by_its_schedule()
    {
        await using var app = await StartAsync(typeof(AtStart));
        await app.Runtime.Work.IdleAsync();
        Assert.Equal(RunningApp.Start, Assert.Single(_runs.All).At);

        await app.AdvanceAsync("""{"by": "PT2H"}""");

        Assert.Equal(RunningApp.Start.AddHours(2), _runs.All.Last().At);
        Assert.Equal(2, _runs.All.Count);
    }

    [Fact]
    public async Task A_run_that_was_missed_is_made_up_for_once_and_is_past_due()
    {
        var folder = await RunFromStartAndStopAsync();
        await using var app = await StartAsync(typeof(EveryMinute), folder, start: RunningApp.Start.AddMinutes(30));

        await app.Runtime.Work.IdleAsync();

        var missed = Assert.Single(_runs.All);
        Assert.True(missed.Info.IsPastDue);
        Assert.Equal(RunningApp.Start.AddMinutes(1).UtcDateTime, missed.Info.ScheduleStatus!.Last);
        await app.AdvanceAsync("""{"by": "PT1M"}""");
        Assert.False(_runs.All.Last().Info.IsPastDue);
        Assert.Equal(2, _runs.All.Count);
    }

    [Fact]
    public async Task One_that_is_seen_for_the_first_time_has_missed_nothing()
    {
        var folder = await RunFromStartAndStopAsync();
        await using var app = await StartAsync(typeof(Nightly), folder);

        await app.Runtime.Work.IdleAsync();

        Assert.Empty(_runs.All);
    }

    [Fact]
    public async Task A_run_that_lasts_is_never_overlapped()
    {
        await using var app = await StartAsync(typeof(Slow));

        await app.AdvanceAsync("""{"by": "PT7M"}""");

        // Each run lasts two and a half minutes; what fell due meanwhile is passed over.
        Assert.Equal(
            [RunningApp.Start.AddMinutes(1), RunningApp.Start.AddMinutes(4), RunningApp.Start.AddMinutes(7)], _runs.All.Select(r => r.At));
    }

    [Fact]
    public async Task One_that_failed_runs_again_when_it_is_next_due()
    {
        await using var app = await StartAsync(typeof(Failing));

        await app.AdvanceAsync("""{"by": "PT2M"}""");

        Assert.Equal(2, _runs.All.Count);
    }

    [Fact]
    public async Task One_more_frequent_than_every_minute_is_not_monitored()
    {
        await using var app = await StartAsync(typeof(Frequent));

        await app.AdvanceAsync("""{"by": "PT1M"}""");

        Assert.Equal(6, _runs.All.Count);
        Assert.All(_runs.All, r => Assert.Null(r.Info.ScheduleStatus));
    }

    [Fact]
    public async Task Thirty_days_of_minutes_pass_quickly_and_none_is_left_out()
    {
        await using var app = await StartAsync(typeof(EveryMinute));

        await app.AdvanceAsync("""{"by": "P30D"}""");

        Assert.Equal(30 * 24 * 60, _runs.All.Count);
    }

    private async Task<RunningApp> StartAsync(Type functions, string? folder = null, DateTimeOffset? start = null, bool keepsFolder = false)
    {
        var app = await RunningApp.StartAsync(
            [functions],
            configure: builder =>
            {
                builder.Services.AddSingleton(_runs);
                builder.Configuration.AddInMemoryCollection([new("Nightly:Schedule", "0 30 22 * * *")]);
            },
            folder: start is null ? folder : await MoveClockAsync(folder!, start.Value),
            keepsFolder: keepsFolder);
        return app;
    }

    private async Task<string> RunFromStartAndStopAsync()
    {
        await using var app = await StartAsync(typeof(EveryMinute), keepsFolder: true);
        await app.AdvanceAsync("""{"by": "PT1M"}""");
        _runs.All.Clear();
        return app.Folder;
    }

    /// <summary>Lets time pass on a stopped folder's clock, as it does on a real one.</summary>
    private static async Task<string> MoveClockAsync(string folder, DateTimeOffset now)
    {
        await using var store = AfterSales.LocalRuntime.Engine.Storage.SqliteStore.Open(Path.Combine(folder, "data"), []);
        await store.WriteAsync(session => session.Execute("UPDATE clock SET now_ticks = $1", now.UtcTicks));
        return folder;
    }
}
