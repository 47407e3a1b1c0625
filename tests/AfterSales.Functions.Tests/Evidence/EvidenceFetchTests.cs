using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Evidence;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Evidence;

public sealed class EvidenceFetchTests : IAsyncLifetime
{
    private AppHost _app = null!;
    private MarketplaceListener _files = null!;

    public async Task InitializeAsync() => (_app, _files) = (await AppHost.StartAsync(), await MarketplaceListener.StartAsync());

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _files.DisposeAsync();
    }

    [Fact]
    public async Task A_photo_given_by_address_is_fetched_afterwards()
    {
        _files.Files["box.jpg"] = TestPhotos.Jpeg(90, 60);

        var @case = await FetchAsync("/away/box.jpg");

        var file = Assert.Single(@case.Evidence);
        Assert.Equal(("box.jpg", 90, 60), (file.Name, file.Width, file.Height));
        Assert.Equal(Party.Marketplace, file.By.Party);
        Assert.Empty(@case.AwaitedEvidence);
    }

    [Theory]
    [InlineData("/files/none.jpg", "evidence-unreachable")]
    [InlineData("/files/text.jpg", "evidence-type-not-accepted")]
    [InlineData("/files/large.jpg", "evidence-too-large")]
    [InlineData("/round", "evidence-too-many-redirects")]
    public async Task What_cannot_be_had_is_noted_on_the_case(string path, string code)
    {
        _files.Files["text.jpg"] = Encoding.ASCII.GetBytes("not a photo");
        _files.Files["large.jpg"] = new byte[Exhibit.LargestFile + 1];

        Assert.Equal(code, Assert.Single((await FetchAsync(path)).RejectedEvidence).Code);
    }

    [Fact]
    public async Task An_address_that_is_out_is_tried_again_and_noted_in_the_end()
    {
        var @case = await FetchAsync("/out");
        Assert.Single(@case.AwaitedEvidence);

        await _app.AdvanceAsync(TimeSpan.FromHours(8));

        @case = await LoadAsync();
        Assert.Equal("evidence-unreachable", Assert.Single(@case.RejectedEvidence).Code);
        Assert.Empty(@case.AwaitedEvidence);
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:a00:1::")]
    public void Addresses_inside_are_not_public(string address) => Assert.False(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("2400:3200::1")]
    public void Other_addresses_are(string address) => Assert.True(PublicAddress.Is(IPAddress.Parse(address)));

    [Fact]
    public async Task Without_the_development_setting_neither_http_nor_this_machine_is_fetched_from()
    {
        using var fetch = new SafeFetch(new FetchOptions(AllowLoopback: false));

        Assert.False(fetch.MayFetch(new Uri("http://example.com/a.jpg")));
        Assert.False(fetch.MayFetch(new Uri("https://user:pass@example.com/a.jpg")));
        var refused = await Assert.ThrowsAsync<FetchRefusedException>(
            () => fetch.GetAsync(new Uri($"https://localhost:{_files.Url.Port}/files/box.jpg"), 100, CancellationToken.None));
        Assert.Equal("evidence-url-not-allowed", refused.Code);
    }

    private async Task<Case> FetchAsync(string path)
    {
        var url = new Uri(_files.Url, path).ToString();
        await _app.WebhookAsync(WebhookBodies.ShoeClaim().WithFile(new JsonObject { ["name"] = "box.jpg", ["url"] = url })).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
        return await LoadAsync();
    }

    private async Task<Case> LoadAsync() => (await _app.Services.GetRequiredService<CaseStore>()
        .LoadAsync(CaseId.For(AppHost.Marketplace, "R-1001"), CancellationToken.None))!;
}
