using System.Net;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Outbound;

public sealed class EndpointTests : IAsyncLifetime
{
    private OutboundApp _app = null!;

    public async Task InitializeAsync() => _app = await OutboundApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_secret_is_shown_once_and_signs_what_is_sent()
    {
        var secret = await _app.PutSupplierAsync();

        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Null((await _app.GetAsync(OutboundApp.Supplier))["secret"]);
        Assert.Null((await _app.PutAsync(OutboundApp.Supplier, new { url = _app.Other.Callback }, HttpStatusCode.OK))["secret"]);
        await _app.OpenAsync();
        Assert.True(Assert.Single(_app.Other.Posted).IsSignedWith(secret));
    }

    [Fact]
    public async Task After_a_rotation_both_secrets_sign_until_the_overlap_is_over()
    {
        var old = await _app.PutSupplierAsync();
        var fresh = await RotateAsync(new { overlapHours = 2 });

        await _app.OpenAsync();
        var during = _app.Other.Posted.Single();
        Assert.True(during.IsSignedWith(old) && during.IsSignedWith(fresh));
        Assert.Equal(2, during.Signatures.Split(' ').Length);

        await _app.Host.AdvanceAsync(TimeSpan.FromHours(2.1));
        _app.Other.Posted.Clear();
        await _app.OpenAsync("R-2");
        var after = Assert.Single(_app.Other.Posted);
        Assert.False(after.IsSignedWith(old));
        Assert.True(after.IsSignedWith(fresh));
    }

    [Fact]
    public async Task With_an_overlap_of_nothing_the_secret_before_signs_no_more()
    {
        var old = await _app.PutSupplierAsync();
        await RotateAsync(new { overlapHours = 0 });
        await _app.Host.AdvanceAsync(TimeSpan.FromMinutes(1));

        await _app.OpenAsync();

        Assert.False(_app.Other.Posted.First().IsSignedWith(old));
    }

    [Fact]
    public async Task No_more_than_three_secrets_are_live_at_a_time()
    {
        await _app.PutSupplierAsync();
        await RotateAsync(new { });
        await RotateAsync(new { });

        var answer = _app.Host.SendAsync(HttpMethod.Post, $"{OutboundApp.Supplier}/secrets", Role.Manager, new { });

        Assert.Equal("too-many-secrets", await answer.ProblemAsync(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task A_supplier_looks_after_its_own_endpoint_and_no_other()
    {
        await _app.Host.SendAsync(HttpMethod.Put, OutboundApp.Supplier, Role.Supplier, new { url = _app.Other.Callback }, supplier: "S-1")
            .JsonAsync(HttpStatusCode.Created);

        foreach (var path in new[] { "/api/v1/endpoints/supplier/S-2", "/api/v1/endpoints/manager/desk", "/api/v1/endpoints/marketplace/demo-mall" })
        {
            var put = _app.Host.SendAsync(HttpMethod.Put, path, Role.Supplier, new { url = _app.Other.Callback }, supplier: "S-1");
            Assert.Equal("not-your-endpoint", await put.ProblemAsync(HttpStatusCode.Forbidden));
        }

        Assert.Equal("role-not-allowed", await _app.Host.SendAsync(HttpMethod.Put, OutboundApp.Supplier, Role.Agent, new { })
            .ProblemAsync(HttpStatusCode.Forbidden));
    }

    [Theory]
    [InlineData("""{"url":"ftp://example.com/"}""", "/url")]
    [InlineData("""{"url":"not an address"}""", "/url")]
    [InlineData("""{"url":"https://user:secret@example.com/"}""", "/url")]
    [InlineData("""{"zone":"Asia/Shanghai"}""", "/url")]
    [InlineData("""{"url":"https://example.com/","zone":"Mars/Olympus"}""", "/zone")]
    [InlineData("""{"url":"https://example.com/","colour":"red"}""", "/colour")]
    public async Task What_cannot_be_an_endpoint_is_refused(string body, string pointer)
    {
        var answer = _app.Host.SendAsync(HttpMethod.Put, OutboundApp.Supplier, Role.Manager, body);

        Assert.Equal(pointer, Assert.Single(await answer.FaultsAsync(HttpStatusCode.UnprocessableEntity)).Pointer);
    }

    [Theory]
    [InlineData("customer", "C-1")]
    [InlineData("clock", "x")]
    [InlineData("manager", "Desk%20One")]
    [InlineData("nobody", "x")]
    public async Task Where_there_can_be_no_endpoint_there_is_none(string party, string id) => Assert.Equal(
        "no-such-endpoint",
        await _app.Host.SendAsync(HttpMethod.Put, $"/api/v1/endpoints/{party}/{id}", Role.Manager, new { url = _app.Other.Callback })
            .ProblemAsync(HttpStatusCode.NotFound));

    [Fact]
    public async Task The_endpoint_of_a_marketplace_stands_in_the_settings()
    {
        const string path = "/api/v1/endpoints/marketplace/demo-mall";

        Assert.Equal(_app.Marketplace.Callback.ToString(), (await _app.GetAsync(path))["url"]!.GetValue<string>());
        (HttpMethod Method, string To, string? Body)[] changes =
        [
            (HttpMethod.Put, path, """{"url":"https://example.com/"}"""), (HttpMethod.Delete, path, null), (HttpMethod.Post, $"{path}/secrets", "{}"),
        ];
        foreach (var (method, to, body) in changes)
        {
            Assert.Equal("endpoint-from-settings", await _app.Host.SendAsync(method, to, Role.Manager, body).ProblemAsync(HttpStatusCode.Conflict));
        }
    }

    private async Task<string> RotateAsync(object body) =>
        (await _app.Host.SendAsync(HttpMethod.Post, $"{OutboundApp.Supplier}/secrets", Role.Manager, body).JsonAsync(HttpStatusCode.Created))
            ["secret"]!.GetValue<string>();
}
