using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace AfterSales.Functions.Intake.Signatures;

/// <summary>Standard Webhooks: three headers, all of them signed, good for five minutes.</summary>
public sealed class StandardSignature : WebhookSignature
{
    private const int LongestId = 255;

    public override (SignedDelivery? Delivery, Answer? Refusal) Read(HttpRequest request)
    {
        var id = Header(StandardWebhook.IdHeader);
        var timestamp = Header(StandardWebhook.TimestampHeader);
        var signatures = Header(StandardWebhook.SignatureHeader);
        var missing = new[] { StandardWebhook.IdHeader, StandardWebhook.TimestampHeader, StandardWebhook.SignatureHeader }
            .Where(name => Header(name).Length == 0).ToList();
        if (missing.Count > 0)
        {
            return Refused(401, "webhook-headers-missing", $"The message is not signed: {string.Join(", ", missing)} missing.");
        }

        if (id.Length > LongestId)
        {
            return Refused(400, "webhook-id-invalid", $"A webhook-id has at most {LongestId} characters.");
        }

        if (!long.TryParse(timestamp, out var seconds) || seconds is < 0 or > 253402300799)
        {
            return Refused(400, "webhook-timestamp-invalid", "webhook-timestamp must be a number of Unix seconds.");
        }

        var sentAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return WhyNotNow(sentAt, StandardWebhook.Window, StandardWebhook.Window, StandardWebhook.TimestampHeader) is { } refusal
            ? (null, refusal)
            : (new SignedDelivery(
                null,
                sentAt,
                _ => id,
                (secrets, body) => StandardWebhook.Verify(secrets, id, timestamp, body.Span, signatures)), null);

        string Header(string name) => request.Headers[name].ToString();
    }

    public override byte[]? Secret(Settings settings, string key, string value)
    {
        if (value.StartsWith(StandardWebhook.SecretPrefix, StringComparison.Ordinal))
        {
            return settings.SecretKey(key, value[StandardWebhook.SecretPrefix.Length..], 24, 64);
        }

        settings.Refuse(key, $"does not begin with {StandardWebhook.SecretPrefix}");
        return null;
    }
}
