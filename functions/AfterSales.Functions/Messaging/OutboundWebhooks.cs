using System.Net.Http.Headers;
using AfterSales.Functions.Intake;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace AfterSales.Functions.Messaging;

/// <summary>What a marketplace is told: a type such as <c>refund.instructed</c> and its data.</summary>
public sealed record OutboundMessage(string Type, DateTimeOffset Timestamp, object Data);

/// <summary>
/// Posts messages to marketplaces, signed by the Standard Webhooks rules with the marketplace's newest secret. An answer other than 2xx is
/// tried again within seconds, then counts as an outage. Every delivery and every failure is a row of the table <c>deliveries</c>.
/// </summary>
public sealed class OutboundWebhooks(Tables tables, TimeProvider clock, ILogger<OutboundWebhooks> log) : IDisposable
{
    internal const string Table = "deliveries";

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    { Timeout = TimeSpan.FromSeconds(10) };

    // Within a call only: wall time, whatever the business clock does.
    private readonly ResiliencePipeline<int> _retries = new ResiliencePipelineBuilder<int> { TimeProvider = TimeProvider.System }
        .AddRetry(new RetryStrategyOptions<int>
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(200),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = new PredicateBuilder<int>().HandleResult(status => status is 408 or 429 or >= 500).Handle<HttpRequestException>(),
        })
        .Build();

    /// <summary>Delivers the message, or says that it could not be delivered now.</summary>
    /// <param name="id">The webhook-id, the same for every attempt, by which the receiver knows a repetition.</param>
    /// <exception cref="OutageException">No 2xx answer.</exception>
    public async Task DeliverAsync(
        Marketplace marketplace, string caseId, string id, int attempt, OutboundMessage message, CancellationToken cancellationToken)
    {
        if (marketplace.CallbackUrl is not { } address)
        {
            OutboundLog.NoCallback(log, marketplace.Id, message.Type, id);
            return;
        }

        var body = AppJson.ToBytes(message);
        var status = 0;
        try
        {
            status = await _retries.ExecuteAsync(token => PostAsync(marketplace, address, id, body, token), cancellationToken);
        }
        catch (Exception e) when (Outage.Is(e))
        {
            OutboundLog.Unreachable(log, marketplace.Id, message.Type, id, e);
        }

        await LogAsync(caseId, id, attempt, message.Type, status, cancellationToken);
        if (status is < 200 or >= 300)
        {
            throw new OutageException($"{marketplace.Id} answered {status} to {message.Type}.");
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<int> PostAsync(Marketplace marketplace, Uri address, string id, byte[] body, CancellationToken cancellationToken)
    {
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(StandardWebhook.IdHeader, id);
        request.Headers.Add(StandardWebhook.TimestampHeader, timestamp);
        request.Headers.Add(StandardWebhook.SignatureHeader, StandardWebhook.Sign(marketplace.Secrets[0], id, timestamp, body));
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return (int)response.StatusCode;
    }

    private Task LogAsync(string caseId, string id, int attempt, string type, int status, CancellationToken cancellationToken) =>
        tables.Get(Table).UpsertEntityAsync(
            new TableEntity(caseId, $"{id}~{attempt:D2}")
            {
                ["Type"] = type,
                ["Status"] = status,
                ["At"] = clock.GetUtcNow(),
            },
            TableUpdateMode.Replace,
            cancellationToken);
}

internal static partial class OutboundLog
{
    [LoggerMessage(1121, LogLevel.Information, "{Marketplace} has no callback URL: {Type} {Id} is not sent")]
    public static partial void NoCallback(ILogger log, string marketplace, string type, string id);

    [LoggerMessage(1122, LogLevel.Warning, "{Marketplace} cannot be reached with {Type} {Id}")]
    public static partial void Unreachable(ILogger log, string marketplace, string type, string id, Exception fault);
}
