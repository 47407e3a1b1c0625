using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AfterSales.Functions.Intake;

namespace AfterSales.Functions.Tests.Intake.StandardWebhooks;

/// <summary>What we sign and verify is what everybody else signs and verifies.</summary>
public sealed class PublishedLibraryTests : IAsyncLifetime
{
    private const string Secret = $"whsec_{AppHost.Secret}";

    private AppHost _app = null!;
    private MarketplaceListener _marketplace = null!;

    public async Task InitializeAsync()
    {
        _marketplace = await MarketplaceListener.StartAsync();
        _app = await AppHost.StartAsync(new AppHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Marketplaces:0:CallbackUrl"] = _marketplace.Callback.ToString() },
        });
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _marketplace.DisposeAsync();
    }

    [Fact]
    public async Task A_request_that_the_library_signed_is_accepted_and_with_one_byte_changed_it_is_not()
    {
        var body = WebhookBodies.ShoeClaim().ToJsonString();
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var signature = await PublishedLibrary.SignAsync(Secret, "msg_npm", timestamp, body);

        var changed = body.Replace("R-1001", "R-1002", StringComparison.Ordinal);
        Assert.Equal("webhook-signature-invalid", await SentAsync(changed).ProblemAsync(HttpStatusCode.Unauthorized));
        var answer = await SentAsync(body).JsonAsync(HttpStatusCode.Accepted);

        Assert.Equal("open", answer["status"]!.GetValue<string>());

        Task<HttpResponseMessage> SentAsync(string sent)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/marketplaces/{AppHost.Marketplace}/webhooks")
            {
                Content = new ByteArrayContent(Encoding.UTF8.GetBytes(sent)),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add(StandardWebhook.IdHeader, "msg_npm");
            request.Headers.Add(StandardWebhook.TimestampHeader, $"{timestamp}");
            request.Headers.Add(StandardWebhook.SignatureHeader, signature);
            return _app.Http.SendAsync(request);
        }
    }

    [Fact]
    public async Task What_the_marketplace_is_told_verifies_with_the_library_and_with_one_byte_changed_it_does_not()
    {
        await _app.WebhookAsync(WebhookBodies.ShoeClaim()).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();

        var (headers, body) = Assert.Single(_marketplace.Wire);
        Assert.Null(await PublishedLibrary.WhyNotAsync(Secret, headers, body));
        var changed = body.Replace("R-1001", "R-1002", StringComparison.Ordinal);
        Assert.Contains("No matching signature", await PublishedLibrary.WhyNotAsync(Secret, headers, changed));
    }
}
