using System.Net;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using NodaTime.Extensions;

namespace AfterSales.Functions.Tests.Cases;

/// <summary>Whatever comes in whichever order, the orchestration waits for the right deadline and ends with its case.</summary>
public sealed class CaseOrchestratorTests : IAsyncLifetime
{
    private AppHost _app = null!;

    public async Task InitializeAsync() => _app = await AppHost.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    private CaseStore Store => _app.Services.GetRequiredService<CaseStore>();

    [Fact]
    public async Task Actions_may_race_with_the_start()
    {
        var ids = await Task.WhenAll(Enumerable.Range(1, 6).Select(async n =>
        {
            var id = await OpenAsync($"R-{n}");
            using var acted = await _app.SendAsync(
                HttpMethod.Post, $"/api/v1/cases/{id}/actions", Role.Supplier, new { action = "refuse", statement = "no" }, supplier: "S-1");
            Assert.Equal(HttpStatusCode.OK, acted.StatusCode);
            return id;
        }));

        await _app.AdvanceToAsync("2026-11-02T13:00:01+08:00");
        Assert.All(ids, id => Assert.Equal(new StepCode("inspection_department"), Load(id).Level));
        await _app.AdvanceToAsync("2026-11-02T13:30:01+08:00");
        Assert.All(ids, id => Assert.Equal(new StepCode("gm_in_charge"), Load(id).Level));
    }

    [Fact]
    public async Task A_case_that_is_over_before_its_orchestration_starts_leaves_nothing_waiting()
    {
        var id = await OpenAsync("R-1");
        await Store.ExecuteAsync(id, new WithdrawCase(_app.Now.ToInstant(), new Actor(Party.Customer)), null, default);
        await _app.SettleAsync();
        await _app.AdvanceToAsync("2026-11-20T00:00:00+08:00");

        var instance = await _app.Runtime.Durable.Client.GetInstanceAsync($"{id}:1");
        Assert.True(instance is null || instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed);
    }

    [Fact]
    public async Task However_often_a_case_is_opened_again_one_orchestration_drives_it()
    {
        var id = await OpenAsync("R-1");
        await _app.SettleAsync();
        var customer = new Actor(Party.Customer);
        for (var n = 0; n < 3; n++)
        {
            // At once, so that nobody has looked at the closed case before it goes on.
            await Store.ExecuteAsync(id, new WithdrawCase(_app.Now.ToInstant(), customer), null, default);
            await Store.ExecuteAsync(id, new ReopenCase(_app.Now.ToInstant(), customer, "sealed"), null, default);
        }

        await _app.SettleAsync();
        await _app.AdvanceAsync(TimeSpan.FromMinutes(9));

        var running = new List<int>();
        for (var run = 1; run <= 4; run++)
        {
            var instance = await _app.Runtime.Durable.Client.GetInstanceAsync($"{id}:{run}");
            if (instance?.RuntimeStatus == OrchestrationRuntimeStatus.Running) running.Add(run);
        }

        Assert.Equal([4], running);
        await _app.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(new StepCode("inspection_department"), Load(id).Level);
    }

    [Fact]
    public async Task A_deadline_that_moves_earlier_is_served_earlier_and_one_that_ends_is_not_served()
    {
        // With the floor head the next clock is at 13:00; passed on at 09:20, it is 09:50; decided at 09:40, it is the payout's.
        var id = await OpenAsync("R-1");
        var now = _app.Now.ToInstant();
        await Store.ExecuteAsync(id, new SupplierRefuses(now, new Actor(Party.Supplier, "S-1"), "sealed"), null, default);
        await _app.AdvanceToAsync("2026-11-02T09:20:00+08:00");
        await Store.ExecuteAsync(id, new PassOn(_app.Now.ToInstant(), new Actor(Party.FloorManager, "f")), null, default);
        await _app.SettleAsync();
        Assert.Contains(_app.Runtime.Clock.Waiting(100), waiting => waiting.Due == DateTimeOffset.Parse("2026-11-02T09:50:00.0000001+08:00"));

        await _app.AdvanceToAsync("2026-11-02T09:40:00+08:00");
        var decide = new DecideClaim(_app.Now.ToInstant(), new Actor(Party.Inspection, "i"), Outcome.Refuse, "sealed");
        await Store.ExecuteAsync(id, decide, null, default);
        await _app.AdvanceToAsync("2026-11-04T10:00:00+08:00");

        Assert.Empty(Load(id).Breaches);
        Assert.Equal(CaseStatus.AwaitingCustomer, Load(id).Status);
    }

    [Fact]
    public async Task More_changes_than_a_history_holds_lose_no_deadline()
    {
        var id = await OpenAsync("R-1");
        for (var n = 0; n < 60; n++)
        {
            var @case = Load(id);
            await Store.ExecuteAsync(id, new UpdateCase(_app.Now.ToInstant(), Actor.Clock, [$"fact {n}"], [], @case.Decision), null, default);
            await _app.SettleAsync();
        }

        await _app.AdvanceToAsync("2026-11-20T00:00:00+08:00");
        Assert.Equal(["counter", "inspection_department", "floor_head", "gm_in_charge"],
            Load(id).Breaches.Select(breach => breach.Deadline).Where(clock => clock != "payout"));
    }

    [Fact]
    public async Task The_history_of_a_long_case_stays_under_two_hundred_events()
    {
        var id = await OpenAsync("R-1");
        var longest = 0;
        for (var n = 0; n < 80; n++)
        {
            var @case = Load(id);
            var updates = Enumerable.Range(0, 1 + n % 3)
                .Select(k => new UpdateCase(_app.Now.ToInstant(), Actor.Clock, [$"fact {n} {k}"], [], @case.Decision)).ToList();
            await Store.ExecuteAsync(id, _ => updates, null, default);
            await _app.SettleAsync();
            longest = Math.Max(longest, await HistoryAsync(id));
        }

        Assert.InRange(longest, 100, 199);
        await _app.AdvanceToAsync("2026-11-02T09:10:01+08:00");
        Assert.Equal(new StepCode("inspection_department"), Load(id).Level);
    }

    /// <summary>How many events the history has as the genuine engine counts: a start and an end of each episode, the task or timer asked
    /// for, and what came.</summary>
    private async Task<int> HistoryAsync(CaseId id)
    {
        var shown = await _app.Http.GetAsync($"/runtime/webhooks/durabletask/instances/{id}:1?showHistory=true").JsonAsync(HttpStatusCode.Accepted);
        return shown["historyEvents"]!.AsArray().Sum(e => e!["EventType"]!.GetValue<string>() switch
        {
            "TaskCompleted" or "TimerFired" => 5,
            "EventRaised" => 3,
            _ => 1,
        });
    }

    private Case Load(CaseId id) => Store.LoadAsync(id, default).GetAwaiter().GetResult()!;

    private async Task<CaseId> OpenAsync(string externalId)
    {
        var accepted = await _app.WebhookAsync(WebhookBodies.ShoeClaim(externalId)).JsonAsync(HttpStatusCode.Accepted);
        return CaseId.Parse(accepted["caseId"]!.GetValue<string>());
    }
}
