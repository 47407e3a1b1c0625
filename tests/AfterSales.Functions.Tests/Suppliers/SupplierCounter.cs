using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Suppliers;

/// <summary>One supplier of the mall and what happens at its counter, over HTTP on the virtual clock.</summary>
public sealed class SupplierCounter : IAsyncDisposable
{
    public const string Id = "S-1";
    public const string Root = $"/api/v1/suppliers/{Id}";

    private int _cases;

    private SupplierCounter(AppHost app) => App = app;

    public AppHost App { get; }

    /// <param name="start">ISO 8601 with offset.</param>
    /// <param name="terms">Beside the deposit of 10,000.00 that is required and paid in.</param>
    public static async Task<SupplierCounter> OpenAsync(string start = AppHost.DefaultStart, object? terms = null, string deposit = "10000.00")
    {
        var counter = new SupplierCounter(await AppHost.StartAsync(new AppHostOptions { Start = start }));
        await counter.App.SendAsync(HttpMethod.Put, Root, Role.Finance, terms ?? new { depositRequired = deposit }).JsonAsync(HttpStatusCode.OK);
        if (deposit != "0.00") await counter.BookAsync("deposit", deposit);
        return counter;
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();

    public Task<JsonNode> BookAsync(string kind, string amount) =>
        App.SendAsync(HttpMethod.Post, $"{Root}/entries", Role.Finance, new { kind, amount }).JsonAsync(HttpStatusCode.Created);

    /// <summary>Finance claims money of the supplier for something else.</summary>
    public Task<JsonNode> ClaimAsync(string amount) => App.SendAsync(HttpMethod.Post, $"{Root}/entries", Role.Finance, new
    {
        kind = "journal",
        lines = new object[] { new { account = $"supplier:{Id}:claims", debit = amount }, new { account = "house:corrections", credit = amount } },
    }).JsonAsync(HttpStatusCode.Created);

    /// <summary>Registers a complaint now about a leather shoe bought today, or when it is said: a return gives the whole price back, an exchange is free.</summary>
    /// <returns>The case's id.</returns>
    public async Task<string> ComplainAsync(string issue, string paid = "300.00", string kind = "return", string? soldOn = null)
    {
        var externalId = $"R-{++_cases}";
        var now = App.Now.ToOffset(TimeSpan.FromHours(8));
        var body = WebhookBodies.ShoeClaim(externalId, Id)
            .With("/timestamp", now.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture))
            .With("/data/order/soldAt", $"{soldOn ?? now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}T00:00:00+08:00")
            .With("/data/order/id", $"O-{externalId}")
            .With("/data/claim/kind", kind)
            .With("/data/order/paid", paid)
            .With("/data/facts/issue", issue);
        var opened = await App.WebhookAsync(body).JsonAsync(HttpStatusCode.Accepted);
        await App.SettleAsync();
        return opened["caseId"]!.GetValue<string>();
    }

    /// <summary>Complaints that cost the supplier no money.</summary>
    public async Task<IReadOnlyList<string>> ComplainAsync(string issue, int times, string? soldOn = null)
    {
        var cases = new List<string>();
        for (var i = 0; i < times; i++) cases.Add(await ComplainAsync(issue, kind: "exchange", soldOn: soldOn));
        return cases;
    }

    /// <summary>The customer does not want it any more.</summary>
    public async Task WithdrawAsync(string caseId)
    {
        var external = (await App.SendAsync(HttpMethod.Get, $"/api/v1/cases/{caseId}", Role.Agent).JsonAsync(HttpStatusCode.OK))["externalId"]!;
        await App.WebhookAsync(WebhookBodies.About("case.withdrawn", external.GetValue<string>())).JsonAsync(HttpStatusCode.Accepted);
        await App.SettleAsync();
    }

    public async Task<JsonNode> ActAsync(string caseId, Role role, object action)
    {
        var @case = await App.SendAsync(HttpMethod.Post, $"/api/v1/cases/{caseId}/actions", role, action, supplier: Id).JsonAsync(HttpStatusCode.OK);
        await App.SettleAsync();
        return @case;
    }

    /// <summary>The marketplace has paid what the case grants.</summary>
    public async Task ConfirmAsync(string caseId)
    {
        var @case = await App.SendAsync(HttpMethod.Get, $"/api/v1/cases/{caseId}", Role.Agent).JsonAsync(HttpStatusCode.OK);
        var payout = new JsonObject { ["payoutId"] = @case["refund"]!["payouts"]![0]!["id"]!.GetValue<string>() };
        await App.WebhookAsync(WebhookBodies.About("refund.confirmed", Word(@case, "externalId"), payout)).JsonAsync(HttpStatusCode.Accepted);
        await App.SettleAsync();
    }

    /// <summary>A complaint that the counter accepts and the marketplace pays at once.</summary>
    public async Task<string> PayOutAsync(string paid, string issue = "quality")
    {
        var caseId = await ComplainAsync(issue, paid);
        await ActAsync(caseId, Role.Supplier, new { action = "accept" });
        await ConfirmAsync(caseId);
        return caseId;
    }

    public Task<JsonNode> GetAsync(string path = "", Role role = Role.Finance) =>
        App.SendAsync(HttpMethod.Get, Root + path, role, supplier: Id).JsonAsync(HttpStatusCode.OK);

    /// <summary>Somebody of the mall, by name, or the supplier itself.</summary>
    public Task<HttpResponseMessage> SendAsync(string path, Role role, object? body = null, string subject = "someone", HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Post, Root + path)
        {
            Content = body is null ? null : new StringContent(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", App.Token(role, role == Role.Supplier ? Id : null, subject: subject));
        return App.Http.SendAsync(request);
    }

    /// <summary>As <see cref="SendAsync"/>, and all that follows from it is done.</summary>
    public async Task<JsonNode> DoAsync(
        string path, Role role, object? body = null, string subject = "someone", HttpStatusCode status = HttpStatusCode.OK, HttpMethod? method = null)
    {
        var done = await SendAsync(path, role, body, subject, method).JsonAsync(status);
        await App.SettleAsync();
        return done;
    }

    /// <summary>The supplier wants to be told of what concerns it.</summary>
    public Task ListenAsync() => App.SendAsync(
        HttpMethod.Put, $"/api/v1/endpoints/supplier/{Id}", Role.Manager, new { url = "https://supplier.example/hooks" }).JsonAsync(HttpStatusCode.Created);

    /// <summary>What the supplier is told, by type, the newest first.</summary>
    public async Task<IReadOnlyList<string>> ToldAsync(string about) =>
        [.. (await App.SendAsync(HttpMethod.Get, "/api/v1/deliveries", Role.Supplier, supplier: Id).JsonAsync(HttpStatusCode.OK))["items"]!.AsArray()
            .Select(delivery => Word(delivery!, "type")).Where(type => type.StartsWith(about, StringComparison.Ordinal))];

    /// <summary>The penalties of a kind, as they are.</summary>
    public async Task<IReadOnlyList<JsonNode>> PenaltiesAsync(string kind) =>
        [.. (await GetAsync("/penalties"))["items"]!.AsArray().Where(penalty => Word(penalty!, "kind") == kind).Select(penalty => penalty!)];

    /// <summary>How many penalties of a kind stand.</summary>
    public async Task<int> StandingAsync(string kind) =>
        (await PenaltiesAsync(kind)).Count(penalty => Word(penalty, "status") is "announced" or "under-appeal" or "final");

    /// <summary>The posted balance of an account of the supplier's book.</summary>
    public async Task<string> BalanceAsync(string account) => (await GetAsync())["accounts"]!.AsArray()
        .SingleOrDefault(one => Word(one!, "account") == account) is { } found ? Word(found, "posted") : "0.00";

    public async Task<IReadOnlyList<JsonNode>> EntriesAsync(string? kind = null) =>
        [.. (await GetAsync("/entries"))["items"]!.AsArray().Where(entry => kind is null || Word(entry!, "kind") == kind).Select(entry => entry!)];

    public static string Word(JsonNode node, string name) => node[name]!.GetValue<string>();

    public static string? WordOrNone(JsonNode node, string name) => node[name]?.GetValue<string>();
}
