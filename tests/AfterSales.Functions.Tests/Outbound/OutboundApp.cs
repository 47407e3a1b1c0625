using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using AfterSales.LocalRuntime.Engine.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Outbound;

/// <summary>The app with a marketplace and a supplier that listen, each on its own server.</summary>
public sealed class OutboundApp : IAsyncDisposable
{
    public const string Supplier = "/api/v1/endpoints/supplier/S-1";

    private OutboundApp(AppHost host, MarketplaceListener marketplace, MarketplaceListener supplier) =>
        (Host, Marketplace, Other) = (host, marketplace, supplier);

    public AppHost Host { get; }

    public MarketplaceListener Marketplace { get; }

    /// <summary>The supplier's server, or that of whoever else a test lets listen.</summary>
    public MarketplaceListener Other { get; }

    /// <summary>What goes wrong with the storage.</summary>
    public StorageFaults Faults { get; private init; } = new();

    public static async Task<OutboundApp> StartAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var (marketplace, other) = (await MarketplaceListener.StartAsync(), await MarketplaceListener.StartAsync());
        var all = new Dictionary<string, string?> { ["Marketplaces:0:CallbackUrl"] = marketplace.Callback.ToString() };
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>())
        {
            all[key] = value;
        }

        var faults = new StorageFaults();
        var host = await AppHost.StartAsync(new AppHostOptions
        {
            Settings = all,
            Configure = builder => builder.Services.AddSingleton(faults),
        });
        return new OutboundApp(host, marketplace, other) { Faults = faults };
    }

    /// <summary>Puts the supplier's endpoint; gives its secret.</summary>
    public async Task<string> PutSupplierAsync() =>
        (await PutAsync(Supplier, new { url = Other.Callback }, HttpStatusCode.Created))["secret"]!.GetValue<string>();

    public Task<JsonNode> PutAsync(string path, object body, HttpStatusCode status) =>
        Host.SendAsync(HttpMethod.Put, path, Role.Manager, body).JsonAsync(status);

    public Task<JsonNode> GetAsync(string path, Role role = Role.Manager) =>
        Host.SendAsync(HttpMethod.Get, path, role, supplier: "S-1", marketplace: AppHost.Marketplace).JsonAsync(HttpStatusCode.OK);

    /// <summary>The text that staff get at a path when they ask for a type.</summary>
    public async Task<string> GetTextAsync(string path, string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Host.Token(Role.Agent));
        request.Headers.Add("Accept", type);
        using var response = await Host.Http.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return await response.Content.ReadAsStringAsync();
    }

    public async Task<string> OpenAsync(string externalId = "R-1001")
    {
        var opened = await Host.WebhookAsync(WebhookBodies.ShoeClaim(externalId)).JsonAsync(HttpStatusCode.Accepted);
        await Host.SettleAsync();
        return opened["caseId"]!.GetValue<string>();
    }

    /// <summary>The deliveries that a query lists.</summary>
    public async Task<IReadOnlyList<JsonNode>> DeliveriesAsync(string query = "", Role role = Role.Manager) =>
        [.. (await GetAsync($"/api/v1/deliveries{query}", role))["items"]!.AsArray().Select(d => d!)];

    /// <summary>The one delivery of the case's opening to the marketplace, or to whom the query names.</summary>
    public async Task<JsonNode> OpeningAsync(string query = "?party=marketplace&id=demo-mall") =>
        Assert.Single(await DeliveriesAsync(query), d => d["type"]!.GetValue<string>() == "case.opened");

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Marketplace.DisposeAsync();
        await Other.DisposeAsync();
    }
}
