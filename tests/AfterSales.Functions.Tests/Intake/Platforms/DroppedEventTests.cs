using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Intake.Platforms;

/// <summary>Events that came before their request wait for it for thirty days.</summary>
public sealed class DroppedEventTests : IAsyncLifetime
{
    private const string Shipped = "taobao/3-buyer-returned-goods.json";
    private const string Created = "taobao/1-refund-created.json";

    private readonly PlatformShops _shops = new();

    public Task InitializeAsync() => _shops.InitializeAsync();

    public Task DisposeAsync() => _shops.DisposeAsync();

    [Fact]
    public async Task An_event_whose_request_does_not_come_within_thirty_days_is_dropped_and_staff_see_which_one_it_was()
    {
        Assert.Equal("kept", (await _shops.AcceptedAsync(PlatformShops.Taobao, Shipped, 1))["status"]!.GetValue<string>());
        await _shops.App.AdvanceAsync(TimeSpan.FromDays(29));
        Assert.Empty(await DroppedAsync());

        await _shops.App.AdvanceAsync(TimeSpan.FromDays(2));

        var dropped = Assert.Single(await DroppedAsync())!;
        Assert.Equal(PlatformShops.Taobao, dropped["marketplace"]!.GetValue<string>());
        await _shops.AcceptedAsync(PlatformShops.Taobao, Created, 1);
        Assert.Empty((await _shops.CaseAsync(PlatformShops.Taobao, PlatformShops.RefundId(1))).Reports);
    }

    [Fact]
    public async Task An_event_whose_request_comes_in_time_is_applied_and_not_dropped()
    {
        await _shops.AcceptedAsync(PlatformShops.Taobao, Shipped, 2);
        await _shops.App.AdvanceAsync(TimeSpan.FromDays(29));

        await _shops.AcceptedAsync(PlatformShops.Taobao, Created, 2);

        Assert.NotEmpty((await _shops.CaseAsync(PlatformShops.Taobao, PlatformShops.RefundId(2))).Reports);
        await _shops.App.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.Empty(await DroppedAsync());
    }

    private async Task<JsonArray> DroppedAsync() =>
        (await _shops.App.SendAsync(HttpMethod.Get, "/api/v1/dropped-events", Role.Manager).JsonAsync(HttpStatusCode.OK))["items"]!.AsArray();
}
