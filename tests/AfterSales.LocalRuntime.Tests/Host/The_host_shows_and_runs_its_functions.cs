using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AfterSales.LocalRuntime.Tests.Timers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.LocalRuntime.Tests.Host;

public sealed class The_host_shows_and_runs_its_functions
{
    private readonly TimerRuns _runs = new();

    [Fact]
    public async Task They_are_printed_at_start_by_trigger_with_their_urls()
    {
        var banner = new StringWriter();
        await using var app = await StartAsync(options => options.Banner = banner);

        var text = banner.ToString().ReplaceLineEndings("\n");

        var http = $"\nFunctions:\n\n  HTTP\n    Action: [POST] {app.Runtime.Url}/v1/action\n    ByName: {app.Runtime.Url}/v1/ByName\n";
        const string timers = "\n\n  Timers (UTC)\n    AtStart: timerTrigger 0 0 3 * * *\n    EveryMinute: timerTrigger 0 * * * * *\n\n";
        Assert.StartsWith(http, text, StringComparison.Ordinal);
        Assert.EndsWith(timers, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_listed()
    {
        await using var app = await StartAsync();

        var functions = await app.Http.GetFromJsonAsync<JsonElement>("/admin/functions");

        var timer = Assert.Single(functions.EnumerateArray(), f => f.GetProperty("name").GetString() == "EveryMinute");
        Assert.Equal("timerTrigger", timer.GetProperty("trigger").GetString());
        Assert.Equal("0 * * * * *", timer.GetProperty("source").GetString());
    }

    [Fact]
    public async Task The_prefix_and_headers_of_host_json_apply()
    {
        await using var app = await StartAsync();

        var answer = await app.Http.PostAsync("/v1/action", new StringContent("x"));

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal(HttpStatusCode.NotFound, (await app.Http.PostAsync("/action", new StringContent("x"))).StatusCode);
    }

    [Fact]
    public async Task A_timer_is_run_by_hand()
    {
        await using var app = await StartAsync();

        var answer = await app.Http.PostAsync("/admin/functions/EveryMinute", null);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await app.Runtime.Work.IdleAsync();
        Assert.Single(_runs.All, r => r.Info.ScheduleStatus is null);
    }

    [Theory]
    [InlineData("Nobody", "", HttpStatusCode.NotFound, "function-not-found")]
    [InlineData("Action", "", HttpStatusCode.BadRequest, "bad-run")]
    [InlineData("EveryMinute", "nonsense", HttpStatusCode.BadRequest, "bad-run")]
    [InlineData("EveryMinute", "[1]", HttpStatusCode.BadRequest, "bad-run")]
    public async Task What_cannot_be_run_by_hand_is_refused_with_the_reason(
        string function, string body, HttpStatusCode status, string code)
    {
        await using var app = await StartAsync();

        var answer = await app.Http.PostAsync($"/admin/functions/{function}", new StringContent(body));

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Host", "elsewhere.example")]
    public async Task The_host_s_own_paths_are_not_for_other_sites(string header, string value)
    {
        await using var app = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/clock/advance");
        request.Content = new StringContent("""{"by": "PT1H"}""");
        request.Headers.Add(header, value);

        Assert.Equal(HttpStatusCode.Forbidden, (await app.Http.SendAsync(request)).StatusCode);
        Assert.Equal(RunningApp.Start, app.Runtime.Clock.GetUtcNow());
    }

    [Fact]
    public async Task Settings_come_from_a_file_and_storage_and_bus_are_the_embedded_ones()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("settings-").FullName, "local.settings.json");
        await File.WriteAllTextAsync(
            file, """{ "IsEncrypted": false, "Values": { "A__B": "from the file", "AzureWebJobsStorage": "elsewhere" } }""");
        await using var app = await StartAsync(options => options.SettingsFile = file);

        var settings = app.Host.Services.GetRequiredService<IConfiguration>();

        Assert.Equal("from the file", settings["A:B"]);
        Assert.Equal("UseDevelopmentStorage=true", settings["AzureWebJobsStorage"]);
        Assert.StartsWith("Endpoint=sb://", settings["ServiceBus"], StringComparison.Ordinal);
        Assert.Same(app.Runtime.Clock, app.Host.Services.GetRequiredService<TimeProvider>());
        Assert.NotNull(app.Host.Services.GetService<Azure.Core.Pipeline.HttpPipelineTransport>());
    }

    [Fact]
    public async Task With_a_storage_account_of_its_own_the_embedded_one_is_not_offered()
    {
        await using var app = await StartAsync(options => options.StorageConnection = "an account");

        Assert.Equal("an account", app.Host.Services.GetRequiredService<IConfiguration>()["AzureWebJobsStorage"]);
        Assert.Null(app.Host.Services.GetService<Azure.Core.Pipeline.HttpPipelineTransport>());
    }

    [Fact]
    public async Task A_folder_in_use_is_refused()
    {
        await using var app = await StartAsync();

        var host = RunningApp.Build([], app.Folder);

        await Assert.ThrowsAsync<AfterSales.LocalRuntime.Engine.Storage.DataFolderInUseException>(() => host.StartAsync());
        host.Dispose();
    }

    [Fact]
    public async Task A_folder_on_a_virtual_clock_is_refused_on_a_real_one()
    {
        var folder = await RunOnceAsync();
        var host = RunningApp.Build([], folder, options => options.VirtualClock = false);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());

        Assert.Contains("virtual clock", refusal.Message, StringComparison.Ordinal);
        host.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_port_in_use_is_refused_and_the_folder_let_go()
    {
        await using var app = await StartAsync();
        var folder = Directory.CreateTempSubdirectory("runtime-").FullName;
        var host = RunningApp.Build([], folder, options => options.Url = app.Runtime.Url);

        await Assert.ThrowsAnyAsync<IOException>(() => host.StartAsync());
        host.Dispose();

        await using var other = await RunningApp.StartAsync([], folder: folder);
    }

    private static async Task<string> RunOnceAsync()
    {
        await using var app = await RunningApp.StartAsync([], keepsFolder: true);
        return app.Folder;
    }

    private Task<RunningApp> StartAsync(Action<LocalRuntimeOptions>? options = null) => RunningApp.StartAsync(
        [typeof(HttpTestFunctions), typeof(EveryMinute), typeof(AtStart)],
        options,
        builder => builder.Services.AddSingleton(_runs).AddScoped<GreetingService>(),
        """
        { "version": "2.0",
          "extensions": { "http": { "routePrefix": "v1", "customHeaders": { "X-Content-Type-Options": "nosniff" } } } }
        """);
}
