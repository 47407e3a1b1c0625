using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Intake.Signatures;

/// <summary>
/// The scheme by which Taobao's open platform signs calls to a seller's service (SPI): the query has <c>sign</c>, upper-case hex of MD5
/// over secret, the query's parameters and the headers named in <c>top-sign-list</c> (sorted, name and value run together), body, secret;
/// and <c>timestamp</c>, China time, good for five minutes. The body alone says which message it is, so a repetition under a new
/// timestamp is known.
/// </summary>
public sealed class TaobaoSignature : WebhookSignature
{
    private const string SignParameter = "sign";
    private const string TimestampParameter = "timestamp";
    private const string SignedHeaders = "top-sign-list";
    private const int MostSignedHeaders = 20;

    private static readonly LocalDateTimePattern Timestamps = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss");
    private static readonly Offset China = Offset.FromHours(8);

    public override (SignedDelivery? Delivery, Answer? Refusal) Read(HttpRequest request)
    {
        if (request.Query.FirstOrDefault(parameter => parameter.Value.Count != 1) is { Key: { } twice })
        {
            return Refused(400, "webhook-parameters-invalid", $"The parameter {twice} is given more than once.");
        }

        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var header in request.Headers[SignedHeaders].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries).Take(MostSignedHeaders))
        {
            signed[header] = Uri.UnescapeDataString(request.Headers[header].ToString().Replace('+', ' '));
        }

        foreach (var (name, value) in request.Query)
        {
            signed[name] = value.ToString();
        }

        var missing = new[] { SignParameter, TimestampParameter }.Where(name => string.IsNullOrEmpty(signed.GetValueOrDefault(name))).ToList();
        if (missing.Count > 0)
        {
            return Refused(401, "webhook-parameters-missing", $"The message is not signed: {string.Join(", ", missing)} missing in the address.");
        }

        if (!Timestamps.Parse(signed[TimestampParameter]).TryGetValue(default, out var local))
        {
            return Refused(400, "webhook-timestamp-invalid", "timestamp must be China time such as 2026-11-02 09:00:00.");
        }

        var sentAt = local.WithOffset(China).ToDateTimeOffset();
        signed.Remove(SignParameter, out var sign);
        return WhyNotNow(sentAt, StandardWebhook.Window, StandardWebhook.Window, TimestampParameter) is { } refusal
            ? (null, refusal)
            : (new SignedDelivery(
                null,
                sentAt,
                body => $"taobao:{Convert.ToHexStringLower(SHA256.HashData(body.Span))}",
                (secrets, body) => IsSigned(secrets, signed, body.Span, sign!)), null);
    }

    /// <summary>The sign of a message with these parameters.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "The platform's scheme; what it protects is also kept by TLS and the window.")]
    public static string Sign(ReadOnlySpan<byte> secret, IEnumerable<KeyValuePair<string, string>> parameters, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(secret);
        foreach (var (name, value) in parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name + value));
        }

        hash.AppendData(body);
        hash.AppendData(secret);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public override byte[]? Secret(Settings settings, string key, string value) => settings.SecretText(key, value, 16, 128);

    private static bool IsSigned(
        IReadOnlyList<byte[]> secrets, SortedDictionary<string, string> signed, ReadOnlySpan<byte> body, string sign)
    {
        var given = Encoding.UTF8.GetBytes(sign);
        var valid = false;
        foreach (var secret in secrets)
        {
            // No early end: how long it takes tells nothing about which secret matched.
            valid |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(secret, signed, body)), given);
        }

        return valid;
    }
}
