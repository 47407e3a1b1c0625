using System.Net.Http.Headers;
using AfterSales.Functions.Http;
using AfterSales.Functions.Intake;

namespace AfterSales.Functions.Outbound;

/// <summary>Where webhooks may be posted to.</summary>
public sealed record WebhookOptions(PrivateAddresses PrivateAddresses);

/// <summary>
/// Posts webhooks by the Standard Webhooks rules, signed with every live secret. Redirects are not followed; the answer's body is not read.
/// </summary>
public sealed class WebhookSender : IDisposable
{
    /// <summary>How long an endpoint has to answer. Wall time.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http;

    public WebhookSender(WebhookOptions options)
    {
        Guard = new AddressGuard(options.PrivateAddresses);
        _http = new HttpClient(Guard.Handler()) { Timeout = TimeLimit };
    }

    /// <summary>Says which addresses may be posted to.</summary>
    public AddressGuard Guard { get; }

    /// <param name="secrets">The live ones, the newest first.</param>
    /// <param name="id">The webhook-id.</param>
    public async Task<AttemptResult> PostAsync(
        Uri address, IReadOnlyList<byte[]> secrets, string id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!Guard.MayAsk(address))
        {
            return NotDelivered(null, "address-not-allowed");
        }

        try
        {
            using var request = Signed(address, secrets, id, body);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return Read((int)response.StatusCode);
        }
        catch (HttpRequestException e)
        {
            return NotDelivered(null, e.InnerException is AddressRefusedException ? "address-not-allowed" : "unreachable");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return NotDelivered(null, "timeout");
        }
    }

    public void Dispose() => _http.Dispose();

    private static AttemptResult Read(int status) => status switch
    {
        >= 200 and < 300 => new AttemptResult(AttemptVerdict.Delivered, status, null),
        >= 300 and < 400 => NotDelivered(status, "redirect-not-followed"),
        410 => new AttemptResult(AttemptVerdict.Gone, status, "gone"),
        _ => NotDelivered(status, "refused"),
    };

    private static AttemptResult NotDelivered(int? status, string fault) => new(AttemptVerdict.TryAgain, status, fault);

    private static HttpRequestMessage Signed(Uri address, IReadOnlyList<byte[]> secrets, string id, ReadOnlyMemory<byte> body)
    {
        // Transport time: the receiver compares it with the wall clock.
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString();
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(StandardWebhook.IdHeader, id);
        request.Headers.Add(StandardWebhook.TimestampHeader, timestamp);
        request.Headers.Add(
            StandardWebhook.SignatureHeader,
            string.Join(' ', secrets.Select(secret => StandardWebhook.Sign(secret, id, timestamp, body.Span))));
        return request;
    }
}
