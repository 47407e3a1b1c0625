using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Messaging;

public sealed class OutboundWebhookTests : IAsyncLifetime
{
    private AppHost _app = null!;
    private MarketplaceListener _marketplace = null!;

    public async Task InitializeAsync()
    {
        _marketplace = await MarketplaceListener.StartAsync();
        _app = await AppHost.StartAsync(new AppHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Marketplaces:0:CallbackUrl"] = _marketplace.Callback.ToString() },
        });
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _marketplace.DisposeAsync();
    }

    [Fact]
    public async Task The_marketplace_is_told_of_an_opened_case_by_a_signed_message()
    {
        await OpenAsync();

        var told = Assert.Single(_marketplace.Received);
        Assert.True(told.Signed);
        Assert.Equal("case.opened", told.Type);
        Assert.Equal("R-1001", told.Data["externalId"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_marketplace_that_is_out_is_told_later_under_the_same_id()
    {
        _marketplace.Status = 503;
        await OpenAsync();
        var missed = _marketplace.Received.Count;
        _marketplace.Status = 200;

        await _app.AdvanceAsync(Redelivery.Waits[0]);

        Assert.Equal(missed + 1, _marketplace.Received.Count);
        Assert.Single(_marketplace.Received.Select(m => m.Id).Distinct());
        Assert.Equal([503, 200], await DeliveriesAsync());
    }

    [Fact]
    public async Task After_the_last_attempt_the_message_is_parked_with_its_reason()
    {
        _marketplace.Status = 400;
        await OpenAsync();

        await _app.AdvanceAsync(TimeSpan.FromHours(7.5));

        var parked = Assert.Single(await ParkedAsync(), p => p["id"]!.GetValue<string>().EndsWith("-1", StringComparison.Ordinal));
        Assert.Equal(
            ("case-opened", "case-events/outbound", "OutageException"),
            (parked["type"]!.GetValue<string>(), parked["from"]!.GetValue<string>(), parked["reason"]!.GetValue<string>()));
    }

    [Fact]
    public async Task What_is_parked_is_told_when_it_is_replayed()
    {
        _marketplace.Status = 400;
        await OpenAsync();
        await _app.AdvanceAsync(TimeSpan.FromHours(7.5));
        _marketplace.Status = 200;
        _marketplace.Received.Clear();

        await _app.SendAsync(HttpMethod.Post, "/api/v1/parked/replay", Role.Manager).JsonAsync(HttpStatusCode.OK);
        await _app.SettleAsync();

        Assert.Contains(_marketplace.Received, m => m.Type == "case.opened");
        Assert.Empty(await ParkedAsync());
    }

    [Fact]
    public async Task What_is_replayed_while_the_marketplace_is_still_out_is_parked_again()
    {
        _marketplace.Status = 400;
        await OpenAsync();
        await _app.AdvanceAsync(TimeSpan.FromHours(7.5));
        var parked = (await ParkedAsync()).Count;

        await _app.SendAsync(HttpMethod.Post, "/api/v1/parked/replay", Role.Manager).JsonAsync(HttpStatusCode.OK);
        await _app.SettleAsync();
        Assert.Empty(await ParkedAsync());
        await _app.AdvanceAsync(TimeSpan.FromHours(7.5));

        Assert.True((await ParkedAsync()).Count >= parked);
    }

    private async Task<IReadOnlyList<JsonNode>> ParkedAsync() =>
        [.. (await _app.SendAsync(HttpMethod.Get, "/api/v1/parked", Role.Auditor).JsonAsync(HttpStatusCode.OK))["items"]!.AsArray().Select(p => p!)];

    private async Task OpenAsync()
    {
        await _app.WebhookAsync(WebhookBodies.ShoeClaim()).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
    }

    private async Task<IReadOnlyList<int?>> DeliveriesAsync()
    {
        var rows = new List<TableEntity>();
        await foreach (var row in _app.Services.GetRequiredService<Tables>().Get("deliveries").QueryAsync<TableEntity>())
        {
            rows.Add(row);
        }

        return [.. rows.Select(r => r.GetInt32("Status"))];
    }
}
