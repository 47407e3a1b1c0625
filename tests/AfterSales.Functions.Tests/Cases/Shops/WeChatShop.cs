using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Domain.Tests.Cases.Shops;
using AfterSales.Functions.Http;
using AfterSales.Functions.Tests.Rulebooks;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Cases.Shops;

/// <summary>
/// A marketplace that is WeChat Store by its settings and by the rulebook that a policy owner has published, on a running app. Days are
/// counted from the morning of the request; the clock of the app only ever goes on.
/// </summary>
public sealed class WeChatShop : IAsyncLifetime
{
    private const string Mall = "wechat-store";
    private MarketplaceListener _listener = null!;
    private int _requests;

    private AppHost App { get; set; } = null!;

    public async Task InitializeAsync()
    {
        _listener = await MarketplaceListener.StartAsync();
        App = await AppHost.StartAsync();
        await OwnMarketplace.AddAsync(App, Mall, "1.0.0", System.Text.Encoding.UTF8.GetString(Shop.Text), _listener.Callback);
    }

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        await _listener.DisposeAsync();
    }

    /// <summary>Somebody asks for something on the next morning at nine, for an item of 300.00 of his own.</summary>
    /// <param name="item">The order; null: one that nobody has asked about.</param>
    public async Task<WeChatCase> AskAsync(string kind, JsonObject facts, string? item = null)
    {
        var morning = new DateTimeOffset(App.Now.ToOffset(Shanghai).Date.AddDays(1).AddHours(9), Shanghai);
        await App.Runtime.Clock.AdvanceToAsync(morning, CancellationToken.None);
        var opened = await SendRequestAsync(kind, facts, item).JsonAsync(HttpStatusCode.Accepted);
        await App.SettleAsync();
        return new WeChatCase(this, opened["caseId"]!.GetValue<string>(), morning);
    }

    public Task<HttpResponseMessage> SendRequestAsync(string kind, JsonObject facts, string? item = null)
    {
        var number = $"R-{++_requests}";
        var body = WebhookBodies.ShoeClaim(number, customer: $"C-{number}")
            .With("/timestamp", App.Now.ToString("O", CultureInfo.InvariantCulture))
            .With("/data/order/id", item ?? $"O-{number}")
            .With("/data/claim/kind", kind)
            .With("/data/facts", facts);
        return App.WebhookAsync(body, marketplace: Mall);
    }

    internal Task AdvanceToAsync(DateTimeOffset instant) => App.Runtime.Clock.AdvanceToAsync(instant, CancellationToken.None);

    internal async Task<JsonNode> ReadAsync(string id)
    {
        await App.SettleAsync();
        return await App.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}", Role.Manager).JsonAsync(HttpStatusCode.OK);
    }

    /// <summary>The buyer comes by his signed link, everybody else with a token.</summary>
    internal async Task ActAsync(string id, Role role, JsonObject action)
    {
        var path = $"/api/v1/cases/{id}/actions";
        var link = App.Services.GetRequiredService<SignedLinks>().Token(SignedLinks.CasePurpose, id, App.Now.AddDays(90));
        using var body = new StringContent(action.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        await (role == Role.Customer
            ? App.Http.PostAsync($"{path}?link={link}", body)
            : App.SendAsync(HttpMethod.Post, path, role, body, supplier: "S-1")).JsonAsync(HttpStatusCode.OK);
    }

    /// <summary>What the marketplace was told to pay for the case.</summary>
    internal IEnumerable<string> ToldToPay(string id) => _listener.Received
        .Where(told => told.Type == "refund.instructed" && told.Data["caseId"]!.GetValue<string>() == id)
        .Select(told => told.Data["amount"]!.GetValue<string>());

    internal static TimeSpan Shanghai { get; } = TimeSpan.FromHours(8);
}

/// <summary>A request for an after-sale at the shop. Times are as in <c>day 2 09:00:00</c>.</summary>
public sealed class WeChatCase(WeChatShop shop, string id, DateTimeOffset asked)
{
    /// <param name="act">When, who and what, as in <c>day 1 10:00:00 supplier accept</c>; then the action's fields, as in
    /// <c>outcome=uphold</c>; <c>customer=day+2</c> asks the buyer for evidence within two days.</param>
    public async Task DoAsync(string act)
    {
        var words = act.Split(' ');
        var at = Instant($"{words[0]} {words[1]} {words[2]}");
        await shop.AdvanceToAsync(at);
        await shop.ActAsync(id, Enum.Parse<Role>(words[3].Replace("-", "", StringComparison.Ordinal), ignoreCase: true), Action(words[4], words[5..], at));
    }

    /// <summary>Lets time pass until right after the instant.</summary>
    public Task UntilAfterAsync(string time) => shop.AdvanceToAsync(Instant(time).AddSeconds(1));

    /// <summary>Whose time runs until when, the next one first: the instant, the clock's owner and its name.</summary>
    public async Task<IEnumerable<string>> WaitsAsync() => (await shop.ReadAsync(id))["deadlines"]!.AsArray()
        .OrderBy(clock => clock!["due"]!.GetValue<string>(), StringComparer.Ordinal).Select(clock => $"{Day(clock!["due"]!)} {clock["owner"]} {clock["name"]}");

    /// <summary>What has happened since the request, without it.</summary>
    public async Task<IEnumerable<string>> HistoryAsync() => (await shop.ReadAsync(id))["timeline"]!.AsArray()
        .Select(line => $"{Day(line!["at"]!)} {line["event"]}").Skip(1);

    /// <summary>How it stands, and what the marketplace has been told to pay.</summary>
    public async Task<string> StandsAsync()
    {
        var shown = await shop.ReadAsync(id);
        var money = string.Join(" + ", shop.ToldToPay(id).DefaultIfEmpty("nothing"));
        return $"{shown["outcome"] ?? shown["level"]}, {money} to be paid";
    }

    private JsonObject Action(string name, string[] fields, DateTimeOffset at)
    {
        var action = new JsonObject { ["action"] = name };
        var asks = new JsonArray();
        foreach (var (field, value) in fields.Select(word => word.Split('=')).Select(parts => (parts[0], parts[1])))
        {
            if (!value.StartsWith("day+", StringComparison.Ordinal)) action[field] = value;
            else asks.Add((JsonNode)new JsonObject { ["party"] = field, ["due"] = Shown(at.AddDays(int.Parse(value[4..], CultureInfo.InvariantCulture))) });
        }

        if (asks.Count > 0) action["from"] = asks;
        return action;
    }

    private DateTimeOffset Instant(string time)
    {
        var words = time.Split(' ');
        return new DateTimeOffset(asked.Date.AddDays(int.Parse(words[1], CultureInfo.InvariantCulture)), WeChatShop.Shanghai)
            + TimeSpan.Parse(words[2], CultureInfo.InvariantCulture);
    }

    private string Day(JsonNode instant)
    {
        var at = DateTimeOffset.Parse(instant.GetValue<string>(), CultureInfo.InvariantCulture);
        return $"day {(at.Date - asked.Date).Days} {at:HH:mm:ss}";
    }

    private static string Shown(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
}
