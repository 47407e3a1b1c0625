using System.Net;
using AfterSales.Functions.Http;
using AfterSales.Functions.Outbound;

namespace AfterSales.Functions.Tests.Outbound;

public sealed class PrivateAddressTests : IAsyncLifetime
{
    private MarketplaceListener _inside = null!;

    public async Task InitializeAsync() => _inside = await MarketplaceListener.StartAsync();

    public async Task DisposeAsync() => await _inside.DisposeAsync();

    /// <summary>A name is checked by the address that is connected to, so none can be turned to the inside between check and connection.</summary>
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task Without_the_setting_nothing_is_posted_to_the_inside(string host)
    {
        using var sender = new WebhookSender(new WebhookOptions(PrivateAddresses.Refused));

        var result = await sender.PostAsync(
            new Uri($"https://{host}:{_inside.Url.Port}/callback"), [new byte[32]], "msg_1", "{}"u8.ToArray(), CancellationToken.None);

        Assert.Equal((AttemptVerdict.TryAgain, "address-not-allowed"), (result.Verdict, result.Fault));
        Assert.Empty(_inside.Posted);
    }

    [Theory]
    [InlineData("http", "example.com")]
    [InlineData("https", "10.1.2.3")]
    [InlineData("https", "[fd00::1]")]
    [InlineData("https", "0x7f.1")]
    [InlineData("https", "2130706433")]
    [InlineData("https", "localhost")]
    [InlineData("https", "LocalHost.")]
    [InlineData("https", "app.localhost")]
    public void Without_the_setting_an_address_inside_or_http_is_not_asked(string scheme, string host) =>
        Assert.False(new AddressGuard(PrivateAddresses.Refused).MayAsk(new Uri($"{scheme}://{host}/")));

    [Fact]
    public async Task Without_the_setting_an_endpoint_inside_is_refused_when_it_is_put_and_a_callback_inside_at_start()
    {
        var settings = new Dictionary<string, string?> { ["Outbound:AllowPrivateAddresses"] = "false" };
        await using var app = await AppHost.StartAsync(new AppHostOptions { Settings = settings });

        var put = app.SendAsync(HttpMethod.Put, OutboundApp.Supplier, Role.Manager, new { url = "https://192.168.0.7/hook" });
        Assert.Equal(("/url", "address-not-allowed"), Assert.Single(await put.FaultsAsync(HttpStatusCode.UnprocessableEntity)));

        settings["Marketplaces:0:CallbackUrl"] = _inside.Callback.ToString();
        var refused = await Assert.ThrowsAsync<SettingsException>(() => AppHost.StartAsync(new AppHostOptions { Settings = settings }));
        Assert.Equal(["Marketplaces:0:CallbackUrl"], refused.Faults.Keys);
    }
}
