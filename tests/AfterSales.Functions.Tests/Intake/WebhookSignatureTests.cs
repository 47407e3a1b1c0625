using System.Net;
using System.Text;
using AfterSales.Functions.Intake;

namespace AfterSales.Functions.Tests.Intake;

public sealed class WebhookSignatureTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly AppHost _app = shared.App;

    [Fact]
    public void The_published_example_of_Standard_Webhooks_verifies()
    {
        var secret = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        var body = Encoding.UTF8.GetBytes("{\"test\": 2432232314}");
        const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

        Assert.Equal(Signature, StandardWebhook.Sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body));
        Assert.True(StandardWebhook.Verify([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body, Signature));
    }

    [Fact]
    public void One_good_signature_among_others_and_one_live_secret_among_others_is_enough()
    {
        byte[] old = [.. Enumerable.Repeat((byte)1, 32)], current = [.. Enumerable.Repeat((byte)2, 32)];
        var good = StandardWebhook.Sign(old, "msg_1", "1", "{}"u8);

        Assert.True(StandardWebhook.Verify([current, old], "msg_1", "1", "{}"u8, $"v1a,xyz v1,AAAA {good}"));
        Assert.False(StandardWebhook.Verify([current], "msg_1", "1", "{}"u8, good));
    }

    [Fact]
    public async Task A_signed_request_opens_a_case()
    {
        var answer = await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-signed")).JsonAsync(HttpStatusCode.Accepted);

        Assert.StartsWith("case_", answer["caseId"]!.GetValue<string>());
        Assert.Equal("open", answer["status"]!.GetValue<string>());
        Assert.Empty(answer["missing"]!.AsArray());
        Assert.Equal($"/api/v1/cases/{answer["caseId"]}", answer["links"]!["self"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_unknown_marketplace_is_not_found() =>
        Assert.Equal("unknown-marketplace", await _app.WebhookAsync(WebhookBodies.ShoeClaim(), marketplace: "nobody").ProblemAsync(HttpStatusCode.NotFound));

    [Fact]
    public async Task A_message_without_signature_headers_is_unauthorized()
    {
        using var content = new StringContent("{}");
        Assert.Equal(
            "webhook-headers-missing",
            await _app.Http.PostAsync("/api/v1/marketplaces/demo-mall/webhooks", content).ProblemAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task A_body_changed_after_signing_is_unauthorized()
    {
        using var request = Signed();
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(WebhookBodies.ShoeClaim("R-other").ToJsonString()));

        Assert.Equal("webhook-signature-invalid", await _app.Http.SendAsync(request).ProblemAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task A_signature_by_another_secret_is_unauthorized()
    {
        using var request = Signed(secret: Convert.ToBase64String(new byte[32]));

        Assert.Equal("webhook-signature-invalid", await _app.Http.SendAsync(request).ProblemAsync(HttpStatusCode.Unauthorized));
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(301)]
    public async Task A_timestamp_more_than_five_minutes_off_is_unauthorized_by_a_code_of_its_own(int seconds)
    {
        using var request = Signed(seconds);

        Assert.Equal("webhook-timestamp-outside-window", await _app.Http.SendAsync(request).ProblemAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task A_timestamp_four_minutes_off_is_fine()
    {
        using var request = Signed(-240);

        await _app.Http.SendAsync(request).JsonAsync(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_timestamp_that_is_no_number_is_a_bad_request()
    {
        using var request = Signed();
        request.Headers.Remove(StandardWebhook.TimestampHeader);
        request.Headers.Add(StandardWebhook.TimestampHeader, "yesterday");

        Assert.Equal("webhook-timestamp-invalid", await _app.Http.SendAsync(request).ProblemAsync(HttpStatusCode.BadRequest));
    }

    private static HttpRequestMessage Signed(int secondsOff = 0, string secret = AppHost.Secret) => AppHost.SignedWebhook(
        Encoding.UTF8.GetBytes(WebhookBodies.ShoeClaim("R-window").ToJsonString()),
        $"msg_{Guid.NewGuid():n}",
        TimeProvider.System.GetUtcNow().AddSeconds(secondsOff),
        secret: secret);
}
