using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AfterSales.Local.Month;

/// <summary>What the app's clock says.</summary>
/// <param name="NextDue">The next instant at which something falls due by itself, or null; schedules that recur for ever do not
/// count.</param>
public sealed record ClockReading(DateTimeOffset Now, DateTimeOffset? NextDue);

/// <summary>
/// The app as the outside world sees it: HTTP and nothing else. Every call can be repeated without another effect, and is
/// repeated while the app cannot be reached, so that an app that was killed and started again sees the same month.
/// </summary>
/// <param name="token">Gives a bearer token for a role, a supplier id and a marketplace id.</param>
/// <param name="patience">How long an app that cannot be reached is waited for.</param>
public sealed class AppClient(Uri address, string marketplace, string secret, Func<string, string?, string?, string> token,
    TimeSpan patience) : IDisposable
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(20);

    private readonly StandardWebhooks _webhooks = new(secret);
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>Told before each request, with its number from 0.</summary>
    public Action<int>? Sending { get; set; }

    /// <summary>The marketplace in whose name this client speaks.</summary>
    public string Marketplace { get; } = marketplace;

    /// <summary>How many requests were made, repetitions included.</summary>
    public int Requests { get; private set; }

    public void Dispose() => _http.Dispose();

    /// <summary>Posts a signed message.</summary>
    /// <param name="change">Changes the finished request, to make one that must be refused.</param>
    public Task<HttpResponseMessage> SendWebhookAsync(
        string id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken, Action<HttpRequestMessage>? change = null,
        string? to = null) =>
        SendAsync(() =>
        {
            var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/marketplaces/{to ?? Marketplace}/webhooks")
            {
                Content = new ReadOnlyMemoryContent(body),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add("webhook-id", id);
            request.Headers.Add("webhook-timestamp", timestamp.ToString());
            request.Headers.Add("webhook-signature", _webhooks.Sign(id, timestamp, body.Span));
            change?.Invoke(request);
            return request;
        }, cancellationToken);

    /// <summary>Posts or puts JSON in a role's name.</summary>
    public Task<HttpResponseMessage> SendJsonAsync(
        HttpMethod method, string path, JsonNode body, string idempotencyKey, string? bearer, CancellationToken cancellationToken) =>
        SendAsync(() =>
        {
            var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", idempotencyKey);
            Authorize(request, bearer);
            return request;
        }, cancellationToken);

    /// <summary>Puts a file on a case.</summary>
    public Task<HttpResponseMessage> PutFileAsync(
        string caseId, string name, ReadOnlyMemory<byte> bytes, string contentType, string idempotencyKey, string bearer,
        CancellationToken cancellationToken) =>
        SendAsync(() =>
        {
            var request = new HttpRequestMessage(
                HttpMethod.Put, $"api/v1/cases/{caseId}/evidence/{name}")
            { Content = new ReadOnlyMemoryContent(bytes) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
            request.Headers.Add("Idempotency-Key", idempotencyKey);
            Authorize(request, bearer);
            return request;
        }, cancellationToken);

    /// <summary>Posts a form, as a browser does from a page.</summary>
    public Task<HttpResponseMessage> PostFormAsync(
        string path, IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) }, cancellationToken);

    /// <summary>Gets a path.</summary>
    public Task<HttpResponseMessage> GetAsync(string path, string? bearer, CancellationToken cancellationToken) =>
        SendAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            Authorize(request, bearer);
            return request;
        }, cancellationToken);

    /// <summary>Gets JSON.</summary>
    /// <exception cref="HttpRequestException">The answer is not a success; the message holds its body.</exception>
    public async Task<JsonNode> GetJsonAsync(string path, string? bearer, CancellationToken cancellationToken)
    {
        using var answer = await GetAsync(path, bearer, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    /// <summary>A bearer token.</summary>
    public string Token(string role, string? supplier = null, string? ofMarketplace = null) => token(role, supplier, ofMarketplace);

    public async Task<ClockReading> ReadClockAsync(CancellationToken cancellationToken)
    {
        using var answer = await GetAsync("admin/clock", bearer: null, cancellationToken);
        return await ReadingAsync(answer, cancellationToken);
    }

    /// <summary>Lets time pass up to an instant; answers when everything that fell due on the way has been done.</summary>
    public async Task<ClockReading> AdvanceToAsync(DateTimeOffset instant, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, "admin/clock/advance") { Content = JsonContent.Create(new { to = instant }) },
            cancellationToken);
        return await ReadingAsync(answer, cancellationToken);
    }

    /// <summary>The answer's JSON.</summary>
    /// <exception cref="HttpRequestException">The answer is not a success.</exception>
    public static async Task<JsonNode> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await EnsureSuccessAsync(answer, cancellationToken);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!;
    }

    private static async Task EnsureSuccessAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccessStatusCode)
        {
            var request = answer.RequestMessage;
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            throw new HttpRequestException(
                $"{request?.Method} {request?.RequestUri} answered {(int)answer.StatusCode}: {text}", null, answer.StatusCode);
        }
    }

    /// <summary>The list of what waits is long and asked for often: it is read to the first item that counts.</summary>
    private static async Task<ClockReading> ReadingAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await EnsureSuccessAsync(answer, cancellationToken);
        using var clock = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
        var next = clock.RootElement.GetProperty("waitingFor").EnumerateArray()
            .Where(item => !item.GetProperty("recurring").GetBoolean())
            .Select(item => (DateTimeOffset?)item.GetProperty("due").GetDateTimeOffset())
            .FirstOrDefault();
        return new ClockReading(clock.RootElement.GetProperty("now").GetDateTimeOffset(), next);
    }

    private static void Authorize(HttpRequestMessage request, string? bearer)
    {
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        var until = DateTimeOffset.UtcNow + patience;
        while (true)
        {
            try
            {
                var number = Requests++;
                Sending?.Invoke(number);
                var answer = await _http.SendAsync(make(), HttpCompletionOption.ResponseContentRead, cancellationToken);
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || DateTimeOffset.UtcNow > until)
                {
                    return answer;
                }

                answer.Dispose();
            }
            catch (HttpRequestException e) when (e.StatusCode is null && DateTimeOffset.UtcNow < until)
            {
                // Not there, or gone in the middle of the answer: the request is asked again when it is back.
            }

            await Task.Delay(BetweenAttempts, cancellationToken);
        }
    }
}
