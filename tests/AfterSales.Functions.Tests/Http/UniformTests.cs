using System.Net;
using System.Net.Http.Headers;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Http;

/// <summary>What is so of every operation is so in the same way.</summary>
public sealed class UniformTests(SharedApp shared) : IClassFixture<SharedApp>
{
    [Theory]
    [InlineData("POST", "/api/v1/cases/case_kgzfn7yqtqfpqsg23zlau3asxb/actions", Role.Agent)]
    [InlineData("POST", "/api/v1/quotes", Role.Agent)]
    [InlineData("POST", "/api/v1/rulebooks/mall-sanbao/evaluate", Role.Agent)]
    [InlineData("POST", "/api/v1/rulebooks/mall-sanbao/what-if", Role.PolicyOwner)]
    [InlineData("POST", "/api/v1/rulebooks/mall-sanbao/versions/1/publish", Role.PolicyOwner)]
    [InlineData("POST", "/api/v1/rulebooks/mall-sanbao/versions/1/withdraw", Role.PolicyOwner)]
    [InlineData("PUT", "/api/v1/suppliers/S-1", Role.Finance)]
    [InlineData("POST", "/api/v1/suppliers/S-1/entries", Role.Finance)]
    [InlineData("PUT", "/api/v1/endpoints/supplier/S-1", Role.Manager)]
    public async Task A_body_that_is_no_json_is_a_bad_request(string method, string path, Role role)
    {
        foreach (var body in new[] { "{\"a\":", "[]" })
        {
            Assert.Equal([("", "not-json")], await shared.App.SendAsync(new HttpMethod(method), path, role, body).FaultsAsync(HttpStatusCode.BadRequest));
        }
    }

    [Theory]
    [InlineData("POST", "/api/v1/parked/replay")]
    [InlineData("POST", "/api/v1/index/rebuilds")]
    [InlineData("DELETE", "/api/v1/endpoints/supplier/S-2")]
    public async Task What_changes_something_without_a_body_takes_an_idempotency_key_too(string method, string path)
    {
        using var put = await shared.App.SendAsync(
            HttpMethod.Put, "/api/v1/endpoints/supplier/S-2", Role.Manager, new { url = "http://127.0.0.1:9/" });
        using var first = await SendAsync(method, path, "once");
        using var again = await SendAsync(method, path, "once");

        Assert.True(first.IsSuccessStatusCode);
        Assert.Equal(
            (first.StatusCode, await first.Content.ReadAsStringAsync(), "true"),
            (again.StatusCode, await again.Content.ReadAsStringAsync(), Assert.Single(again.Headers.GetValues(Idempotency.ReplayedHeader))));
        using var spoilt = await SendAsync(method, path, new string('k', 256));
        Assert.Equal(HttpStatusCode.BadRequest, spoilt.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string key)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", shared.App.Token(Role.Manager));
        request.Headers.Add(Idempotency.Header, key);
        return await shared.App.Http.SendAsync(request);
    }
}
