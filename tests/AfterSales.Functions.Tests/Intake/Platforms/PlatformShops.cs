using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Intake.Signatures;
using AfterSales.Functions.Storage;
using AfterSales.Functions.Tests.Architecture;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Intake.Platforms;

/// <summary>An app with a shop on each kind of platform, and their payloads as public documentation shows them.</summary>
public sealed class PlatformShops : IAsyncLifetime
{
    public const string Taobao = "taobao-shop";
    public const string Shopify = "shopify-shop";
    public const string Mapped = "demo-shop";

    private const string TaobaoSecret = "taobao-secret-for-local-use-only";
    private const string ShopifySecret = "shpss_shopify-secret-for-local-use-only";

    public static Dictionary<string, string?> Settings => new()
    {
        ["Marketplaces:1:Id"] = Taobao,
        ["Marketplaces:1:Rulebook"] = "mall-sanbao",
        ["Marketplaces:1:Adapter"] = "taobao",
        ["Marketplaces:1:Signature"] = "taobao",
        ["Marketplaces:1:Secrets:0"] = TaobaoSecret,
        ["Marketplaces:1:Supplier"] = "S-101",
        ["Marketplaces:1:Zone"] = "Asia/Shanghai",
        ["Marketplaces:2:Id"] = Shopify,
        ["Marketplaces:2:Rulebook"] = "mall-sanbao",
        ["Marketplaces:2:Adapter"] = "shopify",
        ["Marketplaces:2:Signature"] = "shopify",
        ["Marketplaces:2:Secrets:0"] = ShopifySecret,
        ["Marketplaces:2:Zone"] = "Asia/Shanghai",
        ["Marketplaces:3:Id"] = Mapped,
        ["Marketplaces:3:Rulebook"] = "mall-sanbao",
        ["Marketplaces:3:Adapter"] = "demo-shop",
        ["Marketplaces:3:Secrets:0"] = $"whsec_{AppHost.Secret}",
        ["Marketplaces:3:Zone"] = "Asia/Shanghai",
    };

    public AppHost App { get; private set; } = null!;

    public async Task InitializeAsync() => App = await AppHost.StartAsync(new AppHostOptions { Settings = Settings });

    public async Task DisposeAsync() => await App.DisposeAsync();

    /// <summary>A sample payload, about another refund, return or ticket for every number: a number never used has no case yet.</summary>
    public static string Sample(string file, int number) =>
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "AfterSales.Functions.Tests", "Intake", "Platforms", "Samples", file))
            .Replace("59282313800001", RefundId(number), StringComparison.Ordinal)
            .Replace("3547267221", ReturnId(number), StringComparison.Ordinal)
            .Replace("820982911946154508", $"8209829119{number:D8}", StringComparison.Ordinal)
            .Replace("T-20261102-7", TicketNo(number), StringComparison.Ordinal);

    public static JsonObject SampleJson(string file, int number) => JsonNode.Parse(Sample(file, number))!.AsObject();

    public static string RefundId(int number) => $"592823{number:D8}";

    public static string ReturnId(int number) => $"35472{number:D5}";

    public static string TicketNo(int number) => $"T-20261102-{number}";

    public async Task<Case?> FindAsync(string shop, string externalId) => await App.Services.GetRequiredService<CaseStore>()
        .LoadAsync(CaseId.For(shop, externalId), CancellationToken.None);

    public async Task<Case> CaseAsync(string shop, string externalId) =>
        await FindAsync(shop, externalId) ?? throw new InvalidOperationException($"{externalId} has no case.");

    /// <summary>Sends a payload as the platform does: the topic of a Shopify payload is its file's name.</summary>
    public Task<HttpResponseMessage> SendAsync(string shop, string file, int number) => shop switch
    {
        Taobao => TaobaoAsync(Sample(file, number)),
        Shopify => ShopifyAsync(TopicOf(file), Sample(file, number)),
        _ => App.WebhookAsync(Encoding.UTF8.GetBytes(Sample(file, number)), marketplace: shop),
    };

    public Task<JsonNode> AcceptedAsync(string shop, string file, int number) => SendAsync(shop, file, number).JsonAsync(HttpStatusCode.Accepted);

    public Task<HttpResponseMessage> TaobaoAsync(string body, TimeSpan off = default, string secret = TaobaoSecret) =>
        App.Http.SendAsync(TaobaoRequest(body, off, secret));

    public static HttpRequestMessage TaobaoRequest(string body, TimeSpan off = default, string secret = TaobaoSecret)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var at = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(8)) + off;
        Dictionary<string, string?> query = new()
        {
            ["app_key"] = "25500416",
            ["timestamp"] = at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        };
        query["sign"] = TaobaoSignature.Sign(Encoding.ASCII.GetBytes(secret), query.ToDictionary(p => p.Key, p => p.Value!), bytes);
        return new HttpRequestMessage(HttpMethod.Post, QueryHelpers.AddQueryString($"/api/v1/marketplaces/{Taobao}/webhooks", query))
        {
            Content = new ByteArrayContent(bytes),
        };
    }

    public Task<HttpResponseMessage> ShopifyAsync(string topic, string body, TimeSpan off = default, string secret = ShopifySecret)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/marketplaces/{Shopify}/webhooks") { Content = new ByteArrayContent(bytes) };
        request.Headers.Add(ShopifySignature.TopicHeader, topic);
        request.Headers.Add("X-Shopify-Webhook-Id", $"{Guid.NewGuid()}");
        request.Headers.Add(ShopifySignature.TriggeredAtHeader, (TimeProvider.System.GetUtcNow() + off).ToString("O", CultureInfo.InvariantCulture));
        request.Headers.Add(ShopifySignature.SignatureHeader, ShopifySignature.Sign(Encoding.ASCII.GetBytes(secret), bytes));
        return App.Http.SendAsync(request);
    }

    private static string TopicOf(string file) => Path.GetFileNameWithoutExtension(file).Replace('-', '/');
}
