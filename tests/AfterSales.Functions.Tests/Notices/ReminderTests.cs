using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using AfterSales.Functions.Tests.Outbound;
using AfterSales.LocalRuntime.Engine.Storage;

namespace AfterSales.Functions.Tests.Notices;

public sealed class ReminderTests : IAsyncLifetime
{
    private OutboundApp _app = null!;

    public async Task InitializeAsync() => _app = await OutboundApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_supplier_is_reminded_when_a_quarter_of_its_time_is_left()
    {
        await _app.PutSupplierAsync();
        var caseId = await _app.OpenAsync();
        await _app.Host.AdvanceToAsync("2026-11-02T09:07:29+08:00");
        Assert.DoesNotContain(_app.Other.Received, m => m.Type == "deadline.reminder");

        await _app.Host.AdvanceToAsync("2026-11-02T09:07:30+08:00");

        var reminder = Assert.Single(_app.Other.Received, m => m.Type == "deadline.reminder");
        Assert.Equal("2026-11-02T09:10:00+08:00", reminder.Data["deadlines"]![0]!["due"]!.GetValue<string>());
        Assert.Equal(("sent", null), StateOf(await ReminderAsync(caseId, "counter-1")));
    }

    [Fact]
    public async Task A_reminder_of_what_was_done_in_the_meantime_is_suppressed_and_recorded_as_such()
    {
        await _app.PutSupplierAsync();
        var caseId = await _app.OpenAsync();
        Assert.Equal(("scheduled", null), StateOf(await ReminderAsync(caseId, "counter-1")));
        await AcceptAsync(caseId);

        await _app.Host.AdvanceAsync(TimeSpan.FromMinutes(8));

        Assert.DoesNotContain(_app.Other.Received, m => m.Type == "deadline.reminder");
        Assert.Equal(("suppressed", "step-done"), StateOf(await ReminderAsync(caseId, "counter-1")));
    }

    [Fact]
    public async Task Where_nobody_listens_that_is_recorded()
    {
        var caseId = await _app.OpenAsync();

        await _app.Host.AdvanceAsync(TimeSpan.FromMinutes(8));

        Assert.Equal(("suppressed", "no-endpoint"), StateOf(await ReminderAsync(caseId, "counter-1")));
    }

    [Fact]
    public async Task A_reminder_survives_a_restart_of_the_app()
    {
        await _app.PutSupplierAsync();
        await _app.OpenAsync();
        await _app.Host.RestartAsync();

        await _app.Host.AdvanceAsync(TimeSpan.FromMinutes(8));

        Assert.Single(_app.Other.Received, m => m.Type == "deadline.reminder");
    }

    /// <summary>Planned at nine, looked at seven and a half minutes later: each call to the table that this makes goes wrong once, before or after it
    /// took effect, as an outage (501) or as the end of the handler (400).</summary>
    [Fact]
    public async Task Whatever_call_to_the_table_goes_wrong_the_reminder_is_sent()
    {
        // Half a day passes.
        await _app.DisposeAsync();
        _app = await OutboundApp.StartAsync(new Dictionary<string, string?> { ["Reminders:QuietHours"] = "none" });
        await _app.PutSupplierAsync();
        var met = true;
        var faults = 0;
        for (var call = 1; met; call++)
        {
            met = false;
            foreach (var (status, after) in new[] { (400, false), (400, true), (501, false), (501, true) })
            {
                var calls = 0;
                _app.Faults.Decide = request => IsAboutReminders(request) && Interlocked.Increment(ref calls) == call
                    ? new StorageFault.Answer((HttpStatusCode)status, "Out", after)
                    : null;
                var caseId = await _app.OpenAsync($"R-{call}-{status}-{after}");
                await _app.Host.AdvanceAsync(TimeSpan.FromMinutes(9));
                _app.Faults.Decide = null;

                Assert.Equal(("sent", null), StateOf(await ReminderAsync(caseId, "counter-1")));
                met |= calls >= call;
                faults += calls >= call ? 1 : 0;
            }
        }

        // Writing, sending and forgetting each of the four plans, finding one and writing what became of it.
        Assert.True(faults >= 4 * 6, $"only {faults} faults were met");
    }

    /// <summary>The 48 hours end on 4 November at nine in Shanghai; a quarter before is nine in the evening there, three in the morning in
    /// Auckland, whose night ends at three in Shanghai.</summary>
    [Fact]
    public async Task Quiet_hours_are_those_of_each_recipient()
    {
        await _app.PutAsync("/api/v1/endpoints/manager/here", new { url = _app.Other.Callback }, HttpStatusCode.Created);
        await _app.PutAsync("/api/v1/endpoints/manager/auckland", new { url = _app.Other.Callback, zone = "Pacific/Auckland" }, HttpStatusCode.Created);
        var caseId = await _app.OpenAsync();

        var at = (await RemindersAsync(caseId)).Where(r => r["deadline"]!.GetValue<string>() == "gm_in_charge-3").Select(r => r["at"]!.GetValue<string>());

        Assert.Equal(["2026-11-03T21:00:00+08:00", "2026-11-04T03:00:00+08:00"], at);
        await _app.Host.AdvanceToAsync("2026-11-04T03:00:00+08:00");
        Assert.Equal(2, _app.Other.Received.Count(m => m.Type == "deadline.reminder"));
    }

    [Fact]
    public async Task The_customer_is_reminded_by_a_letter()
    {
        var caseId = await _app.OpenAsync();
        await AcceptAsync(caseId);

        await _app.Host.AdvanceToAsync("2026-11-08T08:00:00+08:00");

        var letters = (await _app.GetAsync($"/api/v1/cases/{caseId}/letters", Role.Agent))["items"]!.AsArray();
        Assert.Contains(letters, l => l!["subjectZh"]!.GetValue<string>() == "提醒：请在2026年11月9日 23:59之前答复（申请 R-1001）");
    }

    [Fact]
    public async Task A_supplier_sees_its_own_reminders_and_no_others()
    {
        var caseId = await _app.OpenAsync();

        var own = (await _app.GetAsync($"/api/v1/cases/{caseId}/reminders", Role.Supplier))["items"]!.AsArray();
        Assert.All(own, r => Assert.Equal("supplier", r!["owner"]!.GetValue<string>()));
        Assert.Equal("not-your-case", await _app.Host.SendAsync(HttpMethod.Get, $"/api/v1/cases/{caseId}/reminders", Role.Supplier, supplier: "S-2")
            .ProblemAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task The_policy_is_read_from_the_settings_and_checked_at_start()
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(() => AppHost.StartAsync(new AppHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Reminders:Before:0"] = "soon", ["Reminders:QuietHours"] = "at night" },
        }));
        Assert.Equal(["Reminders:Before:0", "Reminders:QuietHours"], refused.Faults.Keys);

        await using var app = await OutboundApp.StartAsync(new Dictionary<string, string?>
        {
            ["Reminders:Before:0"] = "PT1M",
            ["Reminders:Before:1"] = "50%",
            ["Reminders:QuietHours"] = "none",
        });
        var caseId = await app.OpenAsync();
        var at = (await app.GetAsync($"/api/v1/cases/{caseId}/reminders"))["items"]!.AsArray()
            .Where(r => r!["deadline"]!.GetValue<string>() == "counter-1").Select(r => r!["at"]!.GetValue<string>());
        Assert.Equal(["2026-11-02T09:05:00+08:00", "2026-11-02T09:09:00+08:00"], at);
    }

    private static bool IsAboutReminders(HttpRequestMessage request) =>
        Uri.UnescapeDataString(request.RequestUri!.PathAndQuery).Contains("reminders", StringComparison.Ordinal)
        || request.RequestUri.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal)
            && request.Content!.ReadAsStringAsync().GetAwaiter().GetResult().Contains("/reminders", StringComparison.Ordinal);

    private static (string State, string? Why) StateOf(JsonNode reminder) =>
        (reminder["state"]!.GetValue<string>(), reminder["why"]?.GetValue<string>());

    private async Task<JsonNode> ReminderAsync(string caseId, string deadline) =>
        Assert.Single(await RemindersAsync(caseId), r => r["deadline"]!.GetValue<string>() == deadline);

    private async Task<IReadOnlyList<JsonNode>> RemindersAsync(string caseId) =>
        [.. (await _app.GetAsync($"/api/v1/cases/{caseId}/reminders"))["items"]!.AsArray().Select(r => r!)];

    private async Task AcceptAsync(string caseId)
    {
        await _app.Host.SendAsync(HttpMethod.Post, $"/api/v1/cases/{caseId}/actions", Role.Supplier, new { action = "accept" }, supplier: "S-1")
            .JsonAsync(HttpStatusCode.OK);
        await _app.Host.SettleAsync();
    }
}
