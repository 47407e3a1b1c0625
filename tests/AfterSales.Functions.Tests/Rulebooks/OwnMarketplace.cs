using System.Net;

namespace AfterSales.Functions.Tests.Rulebooks;

/// <summary>A marketplace beside the one that every app knows, which goes by a rulebook of its own and is called like it.</summary>
internal static class OwnMarketplace
{
    /// <summary>Has a policy owner put the rulebook in force through the API, and starts the app again with the marketplace in its settings.</summary>
    /// <param name="callback">Where the marketplace is told what happened; null: it is told nothing.</param>
    public static async Task AddAsync(AppHost app, string rulebook, string version, string text, Uri? callback = null)
    {
        var desk = new PolicyDesk(app, rulebook);
        await desk.PutAsync(version, text, "li").JsonAsync(HttpStatusCode.Created);
        await desk.PublishAsync(version, "du").JsonAsync(HttpStatusCode.OK);
        await app.RestartAsync(new Dictionary<string, string?>
        {
            ["Marketplaces:1:Id"] = rulebook,
            ["Marketplaces:1:Rulebook"] = rulebook,
            ["Marketplaces:1:Adapter"] = "canonical",
            ["Marketplaces:1:Secrets:0"] = $"whsec_{AppHost.Secret}",
            ["Marketplaces:1:Zone"] = "Asia/Shanghai",
            ["Marketplaces:1:CallbackUrl"] = callback?.ToString(),
        });
    }
}
