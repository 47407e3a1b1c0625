using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AfterSales.LocalRuntime.Tests.Durable;

public sealed class ManagementOverHttp : IAsyncLifetime, IDisposable
{
    private DurableHost _host = null!;
    private WebApplication _web = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _host = await DurableHost.OpenAsync(engine =>
        {
            engine.Activity("Double", (int n) => n * 2);
            engine.Orchestrator("Echo", async context => await context.CallActivityAsync<int>("Double", context.GetInput<int>()));
            engine.Orchestrator("Wait", async context =>
            {
                context.SetCustomStatus("waiting");
                return await context.WaitForExternalEvent<int>("number");
            });
        });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _web = builder.Build();
        _host.Engine.MapManagementApi(_web);
        await _web.StartAsync();
        var url = _web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        _http = new HttpClient { BaseAddress = new Uri(url + "/runtime/webhooks/durabletask/") };
    }

    public async Task DisposeAsync()
    {
        await _web.DisposeAsync();
        await _host.DisposeAsync();
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> GetAsync(string path) => await _http.GetFromJsonAsync<JsonElement>(path);

    [Fact]
    public async Task An_orchestration_is_started_and_its_status_shows_the_history()
    {
        var started = await _http.PostAsJsonAsync("orchestrators/Echo/x?taskHub=any&code=any", 21);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        var links = await started.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("x", links.GetProperty("id").GetString());
        Assert.Equal(started.Headers.Location!.ToString(), links.GetProperty("statusQueryGetUri").GetString());
        await _host.EndOfAsync("x");

        var status = await GetAsync("instances/x?showHistory=true&showHistoryOutput=true");

        Assert.Equal("Completed", status.GetProperty("runtimeStatus").GetString());
        Assert.Equal(21, status.GetProperty("input").GetInt32());
        Assert.Equal(42, status.GetProperty("output").GetInt32());
        Assert.Equal("2026-11-02T09:00:00Z", status.GetProperty("createdTime").GetString());
        Assert.Equal(
            ["ExecutionStarted", "TaskCompleted", "ExecutionCompleted"],
            status.GetProperty("historyEvents").EnumerateArray().Select(e => e.GetProperty("EventType").GetString()));
        Assert.Equal(42, status.GetProperty("historyEvents")[1].GetProperty("Result").GetInt32());
        Assert.Equal(JsonValueKind.Null, (await GetAsync("instances/x?showInput=false")).GetProperty("input").ValueKind);
    }

    [Fact]
    public async Task A_running_one_answers_202_takes_an_event_and_is_then_gone()
    {
        await _http.PostAsync("orchestrators/Wait/w", null);
        await _host.Work.IdleAsync();
        var running = await _http.GetAsync("instances/w");
        Assert.Equal(HttpStatusCode.Accepted, running.StatusCode);
        Assert.NotNull(running.Headers.Location);
        Assert.Equal("waiting", (await running.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("customStatus").GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await _http.PostAsync("orchestrators/Wait/w", null)).StatusCode);
        using var broken = new StringContent("{");
        Assert.Equal(HttpStatusCode.BadRequest, (await _http.PostAsync("instances/w/raiseEvent/number", broken)).StatusCode);

        Assert.Equal(HttpStatusCode.Accepted, (await _http.PostAsJsonAsync("instances/w/raiseEvent/number", 5)).StatusCode);

        Assert.Equal(5, (await GetAsync("instances/w")).GetProperty("output").GetInt32());
        Assert.Equal(HttpStatusCode.Gone, (await _http.PostAsJsonAsync("instances/w/raiseEvent/number", 5)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.PostAsJsonAsync("instances/nobody/raiseEvent/number", 5)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("instances/nobody")).StatusCode);
    }

    [Fact]
    public async Task One_is_terminated_restarted_and_purged()
    {
        await _http.PostAsync("orchestrators/Wait/w", null);
        Assert.Equal(HttpStatusCode.Accepted, (await _http.PostAsync("instances/w/terminate?reason=enough", null)).StatusCode);
        Assert.Equal("enough", (await GetAsync("instances/w")).GetProperty("output").GetString());
        Assert.Equal(HttpStatusCode.Gone, (await _http.PostAsync("instances/w/terminate", null)).StatusCode);

        var restarted = await (await _http.PostAsync("instances/w/restart", null)).Content.ReadFromJsonAsync<JsonElement>();
        var other = restarted.GetProperty("id").GetString();
        Assert.NotEqual("w", other);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.DeleteAsync($"instances/{other}")).StatusCode);

        var purged = await _http.DeleteAsync("instances/w");
        Assert.Equal("""{"instancesDeleted":1}""", await purged.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await _http.DeleteAsync("instances/w")).StatusCode);
        Assert.Equal(HttpStatusCode.NotImplemented, (await _http.PostAsync($"instances/{other}/suspend", null)).StatusCode);
    }

    [Fact]
    public async Task Lists_are_filtered_paged_and_purged()
    {
        for (var i = 0; i < 7; i++)
        {
            await _http.PostAsJsonAsync($"orchestrators/Echo/e{i}", i);
        }

        await _http.PostAsync("orchestrators/Wait/w", null);
        await _host.Work.IdleAsync();

        using var first = await _http.GetAsync("instances?top=5&runtimeStatus=Completed");
        var token = first.Headers.GetValues("x-ms-continuation-token").Single();
        Assert.Equal(5, (await first.Content.ReadFromJsonAsync<JsonElement>()).GetArrayLength());
        using var more = new HttpRequestMessage(HttpMethod.Get, "instances?top=5&runtimeStatus=Completed");
        more.Headers.Add("x-ms-continuation-token", token);
        using var second = await _http.SendAsync(more);
        Assert.Equal(2, (await second.Content.ReadFromJsonAsync<JsonElement>()).GetArrayLength());
        Assert.False(second.Headers.Contains("x-ms-continuation-token"));
        Assert.Equal("w", (await GetAsync("instances?runtimeStatus=Running,Pending"))[0].GetProperty("instanceId").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await _http.GetAsync("instances?runtimeStatus=Sleepy")).StatusCode);

        Assert.Equal(HttpStatusCode.BadRequest, (await _http.DeleteAsync("instances")).StatusCode);
        var purged = await _http.DeleteAsync("instances?createdTimeFrom=2026-11-01T00:00:00Z&runtimeStatus=Completed");
        Assert.Equal("""{"instancesDeleted":7}""", await purged.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await _http.DeleteAsync("instances?createdTimeFrom=2026-11-01T00:00:00Z")).StatusCode);
    }
}
