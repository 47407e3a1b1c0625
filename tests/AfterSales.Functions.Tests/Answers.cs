using System.Net;
using System.Text.Json.Nodes;

namespace AfterSales.Functions.Tests;

/// <summary>Reads answers of the app in tests.</summary>
public static class Answers
{
    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsByteArrayAsync()) ?? throw new InvalidOperationException("The answer is null.");

    /// <summary>The answer's JSON, which must have come with this status.</summary>
    public static async Task<JsonNode> JsonAsync(this Task<HttpResponseMessage> sending, HttpStatusCode status)
    {
        using var response = await sending;
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await response.JsonAsync();
    }

    /// <summary>The problem's code; the answer must be a problem document with this status.</summary>
    public static async Task<string> ProblemAsync(this Task<HttpResponseMessage> sending, HttpStatusCode status) =>
        (await sending.ProblemBodyAsync(status))["code"]!.GetValue<string>();

    /// <summary>The pointers and codes of the problem's faults.</summary>
    public static async Task<IReadOnlyList<(string Pointer, string Code)>> FaultsAsync(this Task<HttpResponseMessage> sending, HttpStatusCode status) =>
        [.. (await sending.ProblemBodyAsync(status))["errors"]!.AsArray()
            .Select(e => (e!["pointer"]!.GetValue<string>(), e["code"]!.GetValue<string>()))];

    private static async Task<JsonNode> ProblemBodyAsync(this Task<HttpResponseMessage> sending, HttpStatusCode status)
    {
        using var response = await sending;
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var body = await response.JsonAsync();
        Assert.Equal((int)status, body["status"]!.GetValue<int>());
        return body;
    }
}
