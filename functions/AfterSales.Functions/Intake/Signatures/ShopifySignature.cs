using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace AfterSales.Functions.Intake.Signatures;

/// <summary>
/// Shopify's own scheme: <c>X-Shopify-Hmac-Sha256</c> is the base64 of HMAC-SHA256 over the body, with the app's client secret.
/// <para>
/// Only the body is signed. So no header protects from repetition: a body under a topic is one message however often it comes and
/// whatever <c>X-Shopify-Webhook-Id</c> says, and the adapter holds the topic against the status in the body.
/// <c>X-Shopify-Triggered-At</c> stays the same over Shopify's tries, which go on for four hours.
/// </para>
/// </summary>
public sealed class ShopifySignature : WebhookSignature
{
    public const string SignatureHeader = "X-Shopify-Hmac-Sha256";
    public const string TopicHeader = "X-Shopify-Topic";
    public const string TriggeredAtHeader = "X-Shopify-Triggered-At";

    private const int LongestTopic = 100;

    private static readonly TimeSpan Past = TimeSpan.FromHours(5);
    private static readonly TimeSpan Future = TimeSpan.FromMinutes(5);

    public override (SignedDelivery? Delivery, Answer? Refusal) Read(HttpRequest request)
    {
        var (signature, topic, triggeredAt) = (Header(SignatureHeader), Header(TopicHeader), Header(TriggeredAtHeader));
        var missing = new[] { SignatureHeader, TopicHeader, TriggeredAtHeader }.Where(name => Header(name).Length == 0).ToList();
        if (missing.Count > 0)
        {
            return Refused(401, "webhook-headers-missing", $"The message is not signed: {string.Join(", ", missing)} missing.");
        }

        if (topic.Length > LongestTopic)
        {
            return Refused(400, "webhook-topic-invalid", $"{TopicHeader} has at most {LongestTopic} characters.");
        }

        if (!DateTimeOffset.TryParse(triggeredAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sentAt))
        {
            return Refused(400, "webhook-timestamp-invalid", $"{TriggeredAtHeader} must be a date and time.");
        }

        return WhyNotNow(sentAt, Past, Future, TriggeredAtHeader) is { } refusal
            ? (null, refusal)
            : (new SignedDelivery(
                topic,
                sentAt,
                body => $"{topic}:{Convert.ToHexStringLower(SHA256.HashData(body.Span))}",
                (secrets, body) => IsSigned(secrets, body.Span, signature)), null);

        string Header(string name) => request.Headers[name].ToString();
    }

    /// <summary>The signature of a body.</summary>
    public static string Sign(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> body) => Convert.ToBase64String(HMACSHA256.HashData(secret, body));

    public override byte[]? Secret(Settings settings, string key, string value) => settings.SecretText(key, value, 16, 128);

    private static bool IsSigned(IReadOnlyList<byte[]> secrets, ReadOnlySpan<byte> body, string signature)
    {
        var given = Encoding.ASCII.GetBytes(signature);
        var valid = false;
        foreach (var secret in secrets)
        {
            // No early end: how long it takes tells nothing about which secret matched.
            valid |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(secret, body)), given);
        }

        return valid;
    }
}
