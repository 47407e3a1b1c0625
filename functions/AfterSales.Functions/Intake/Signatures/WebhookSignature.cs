using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace AfterSales.Functions.Intake.Signatures;

/// <summary>A request whose signature headers are well-formed; whether they are true is for <paramref name="IsSignedBy"/> to say.</summary>
/// <param name="Topic">The event's name where the platform sends it beside the body; null otherwise.</param>
/// <param name="SentAt">When the platform says that it sent it, or that it happened.</param>
/// <param name="Id">By which a repetition is known, from the body.</param>
/// <param name="IsSignedBy">Whether one of the secrets signed the body.</param>
public sealed record SignedDelivery(
    string? Topic,
    DateTimeOffset SentAt,
    Func<ReadOnlyMemory<byte>, string> Id,
    Func<IReadOnlyList<byte[]>, ReadOnlyMemory<byte>, bool> IsSignedBy);

/// <summary>How a marketplace signs what it sends.</summary>
public abstract class WebhookSignature
{
    /// <summary>The rules of Standard Webhooks, which we sign by ourselves.</summary>
    public static WebhookSignature Standard { get; } = new StandardSignature();

    /// <summary>The schemes by the names that the setting <c>Signature</c> has.</summary>
    public static IReadOnlyDictionary<string, WebhookSignature> ByName { get; } = new SortedDictionary<string, WebhookSignature>(StringComparer.Ordinal)
    {
        ["shopify"] = new ShopifySignature(),
        ["standard-webhooks"] = Standard,
        ["taobao"] = new TaobaoSignature(),
    };

    /// <summary>Reads what the request says of its signature, before its body is read; or why it cannot be one.</summary>
    public abstract (SignedDelivery? Delivery, Answer? Refusal) Read(HttpRequest request);

    /// <summary>A signing secret of this scheme from its setting.</summary>
    public abstract byte[]? Secret(Settings settings, string key, string value);

    protected static (SignedDelivery? Delivery, Answer? Refusal) Refused(int status, string code, string detail) =>
        (null, Problem.Of(status, code, detail));

    protected static Answer? WhyNotNow(DateTimeOffset at, TimeSpan past, TimeSpan future, string header)
    {
        var age = TimeProvider.System.GetUtcNow() - at;
        return age > past || age < -future
            ? Problem.Of(401, "webhook-timestamp-outside-window", $"{header} is more than {Span(age > past ? past : future)} away from now.")
            : null;
    }

    private static string Span(TimeSpan span) => span == TimeSpan.FromMinutes(5) ? "five minutes" : $"{span.TotalHours:0} hours";
}
