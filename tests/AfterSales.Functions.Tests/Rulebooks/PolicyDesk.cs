using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Rulebooks;

/// <summary>Policy owners at work on one rulebook, through the API.</summary>
public sealed class PolicyDesk(AppHost app, string rulebook)
{
    public Task<HttpResponseMessage> GetAsync(string path) => app.SendAsync(HttpMethod.Get, Path(path), Role.Agent);

    public async Task<string> TextAsync(string version)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Path($"/versions/{version}"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/yaml"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", app.Token(Role.Agent));
        using var response = await app.Http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    public Task<HttpResponseMessage> PutAsync(
        string version, string text, string author, EntityTagHeaderValue? ifMatch = null, string? key = null,
        string contentType = "application/yaml") =>
        SendAsync(HttpMethod.Put, $"/versions/{version}", author, text, contentType, ifMatch, key);

    /// <summary>Publishes, with what the lint remarks accepted.</summary>
    public Task<HttpResponseMessage> PublishAsync(string version, string publisher, string? from = null) => SendAsync(
        HttpMethod.Post, $"/versions/{version}/publish", publisher,
        from is null ? """{"acceptFindings":true}""" : $$"""{"acceptFindings":true,"from":"{{from}}"}""");

    public Task<HttpResponseMessage> WithdrawAsync(string version, string reason) =>
        SendAsync(HttpMethod.Post, $"/versions/{version}/withdraw", "du", $$"""{"reason":"{{reason}}"}""");

    public Task<HttpResponseMessage> EvaluateAsync(string question) => app.SendAsync(HttpMethod.Post, Path("/evaluate"), Role.Agent, question);

    /// <param name="query">As in <c>?cases=1</c>.</param>
    public Task<HttpResponseMessage> WhatIfAsync(string body, string contentType = "application/yaml", string query = "") =>
        SendAsync(HttpMethod.Post, $"/what-if{query}", "li", body, contentType);

    public static string Word(JsonNode node, string name) => node[name]!.GetValue<string>();

    private Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string subject, string body, string contentType = "application/json",
        EntityTagHeaderValue? ifMatch = null, string? key = null)
    {
        var request = new HttpRequestMessage(method, Path(path)) { Content = new StringContent(body, Encoding.UTF8, contentType) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", app.Token(Role.PolicyOwner, subject: subject));
        if (ifMatch is not null) request.Headers.IfMatch.Add(ifMatch);
        if (key is not null) request.Headers.Add(Idempotency.Header, key);
        return app.Http.SendAsync(request);
    }

    private string Path(string rest) => $"/api/v1/rulebooks/{rulebook}{rest}";
}
