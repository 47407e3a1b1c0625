using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Ledger;

/// <summary>What finance asks of the app in these tests.</summary>
internal static class Finance
{
    public static Task<HttpResponseMessage> BookAsync(this AppHost app, string supplier, object entry, string? key = null) =>
        app.SendAsync(HttpMethod.Post, $"/api/v1/suppliers/{supplier}/entries", Role.Finance, entry, idempotencyKey: key);

    /// <summary>Makes the supplier known on the usual terms, unless it is.</summary>
    public static async Task KnowAsync(this AppHost app, string supplier)
    {
        using HttpResponseMessage found = await app.ReadAsync($"/api/v1/suppliers/{supplier}");
        if (found.StatusCode == HttpStatusCode.NotFound)
            await app.SendAsync(HttpMethod.Put, $"/api/v1/suppliers/{supplier}", Role.Finance, new { }).JsonAsync(HttpStatusCode.OK);
    }

    public static async Task<string> DepositAsync(
        this AppHost app, string supplier, string amount, string? effectiveOn = null, string? reference = null)
    {
        await app.KnowAsync(supplier);
        return (await app.BookAsync(supplier, new { kind = "deposit", amount, reference, effectiveOn }).JsonAsync(HttpStatusCode.Created))["id"]!
            .GetValue<string>();
    }

    public static Task<HttpResponseMessage> ReadAsync(this AppHost app, string path) => app.SendAsync(HttpMethod.Get, path, Role.Finance);

    public static Task<JsonNode> VerifyAsync(this AppHost app) => app.ReadAsync("/api/v1/ledger/verify").JsonAsync(HttpStatusCode.OK);

    public static Task<HttpResponseMessage> CloseAsync(this AppHost app, string month) =>
        app.SendAsync(HttpMethod.Post, $"/api/v1/ledger/periods/{month}/close", Role.Finance);
}
