using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using AfterSales.LocalRuntime.Engine.Storage;

namespace AfterSales.Functions.Tests.Outbound;

public sealed class DeliveryUnderFaultsTests : IAsyncLifetime
{
    // The SDK repeats neither of these: the first is an outage to the app, the second ends the handler at that very call, as a crash does,
    // and the bus gives the message out again.
    private static readonly StorageFault OutBefore = new StorageFault.Answer(HttpStatusCode.NotImplemented, "Out");
    private static readonly StorageFault OutAfter = new StorageFault.Answer(HttpStatusCode.NotImplemented, "Out", AfterEffect: true);
    private static readonly StorageFault CrashBefore = new StorageFault.Answer(HttpStatusCode.BadRequest, "Crash");
    private static readonly StorageFault CrashAfter = new StorageFault.Answer(HttpStatusCode.BadRequest, "Crash", AfterEffect: true);

    private OutboundApp _app = null!;

    public async Task InitializeAsync() => _app = await OutboundApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    /// <summary>Each call to the storage that telling, failing and telling again makes is the one that goes wrong, in four ways.</summary>
    [Fact]
    public async Task Whatever_call_to_the_storage_is_the_last_before_a_crash_or_an_outage_the_message_arrives()
    {
        StorageFault[] faults = [CrashBefore, CrashAfter, OutBefore, OutAfter];
        var wrong = 0;
        for (var call = 1; ; call++)
        {
            var met = 0;
            foreach (var (kind, fault) in faults.Index())
            {
                met += await ArrivesAsync($"R-{call}-{kind}", call, fault) ? 1 : 0;
            }

            wrong += met;
            if (met == 0) break;
        }

        // Noting, writing, finding, logging, twice, and the case itself: fewer calls than these would mean that faults are not met.
        Assert.True(wrong > 4 * 12, $"only {wrong} faults were met");
    }

    [Fact]
    public async Task An_outage_of_the_table_for_hours_only_delays_it()
    {
        _app.Faults.Decide = request => IsAbout(request, "deliveries") ? OutBefore : null;
        await _app.OpenAsync();
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Empty(_app.Marketplace.Posted);

        _app.Faults.Decide = null;
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(6.5));

        Assert.Equal("delivered", (await _app.OpeningAsync())["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_an_outage_of_the_table_parked_is_told_when_it_is_replayed()
    {
        _app.Faults.Decide = request => IsAbout(request, "deliveries") ? OutBefore : null;
        await _app.OpenAsync();
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(7.5));
        var parked = Assert.Single(await ParkedAsync(), p => p["id"]!.GetValue<string>().EndsWith("-1", StringComparison.Ordinal));
        Assert.Equal(
            ("case-opened", "case-events/outbound", "RequestFailedException"),
            (parked["type"]!.GetValue<string>(), parked["from"]!.GetValue<string>(), parked["reason"]!.GetValue<string>()));

        await ReplayParkedAsync();
        Assert.Empty(await ParkedAsync());
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(7.5));
        Assert.NotEmpty(await ParkedAsync());

        _app.Faults.Decide = null;
        await ReplayParkedAsync();
        Assert.Empty(await ParkedAsync());
        Assert.Contains(_app.Marketplace.Received, m => m.Type == "case.opened");
    }

    /// <summary>Opens a case whose marketplace fails once, with a fault at the given call to the tables of deliveries. True if there was such
    /// a call.</summary>
    private async Task<bool> ArrivesAsync(string externalId, int call, StorageFault fault)
    {
        var calls = 0;
        _app.Marketplace.Posted.Clear();
        _app.Marketplace.Status = 503;
        _app.Faults.Decide = request =>
            IsAbout(request, "deliver") && Interlocked.Increment(ref calls) == call ? fault : null;
        var caseId = await _app.OpenAsync(externalId);
        _app.Marketplace.Status = 200;
        await _app.Host.AdvanceAsync(TimeSpan.FromMinutes(7));
        _app.Faults.Decide = null;

        var delivery = Assert.Single(
            await _app.DeliveriesAsync($"?case={caseId}&party=marketplace&id=demo-mall"), d => d["type"]!.GetValue<string>() == "case.opened");
        Assert.True(delivery["state"]!.GetValue<string>() == "delivered", $"call {call}, {fault}: {delivery}");
        Assert.Contains(
            await _app.DeliveriesAsync("?party=marketplace&id=demo-mall&state=delivered"), d => d["id"]!.ToString() == delivery["id"]!.ToString());
        var posted = _app.Marketplace.Posted.Where(p => p.Id == delivery["webhookId"]!.GetValue<string>());
        Assert.Single(posted.Select(p => Convert.ToHexString(p.Body)).Distinct());
        return calls >= call;
    }

    // The tables of deliveries, and the outbox's notes about them.
    private static bool IsAbout(HttpRequestMessage request, string table) =>
        Uri.UnescapeDataString(request.RequestUri!.PathAndQuery).Contains(table, StringComparison.Ordinal)
        || request.RequestUri.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal)
            && request.Content!.ReadAsStringAsync().GetAwaiter().GetResult().Contains($"/{table}", StringComparison.Ordinal);

    private async Task<IReadOnlyList<JsonNode>> ParkedAsync() =>
        [.. (await _app.Host.SendAsync(HttpMethod.Get, "/api/v1/parked", Role.Auditor).JsonAsync(HttpStatusCode.OK))["items"]!.AsArray().Select(p => p!)];

    private async Task ReplayParkedAsync()
    {
        await _app.Host.SendAsync(HttpMethod.Post, "/api/v1/parked/replay", Role.Manager).JsonAsync(HttpStatusCode.OK);
        await _app.Host.SettleAsync();
    }
}
