using AfterSales.Functions.Http;
using AfterSales.Functions.Messaging;

namespace AfterSales.Functions.Evidence;

/// <summary>Where files may be fetched from. <paramref name="AllowLoopback"/> lets http and this machine's own addresses in, for
/// development.</summary>
public sealed record FetchOptions(bool AllowLoopback);

/// <summary>A file was not fetched, for a reason that trying again will not change.</summary>
public sealed class FetchRefusedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>
/// Fetches files from addresses that strangers name: https only, public addresses only (checked on the address that is connected to, so
/// that no name can point inside), at most three redirects, a size and a time limit, no proxy, no cookies.
/// </summary>
public sealed class SafeFetch : IDisposable
{
    private const int MostRedirects = 3;
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);

    private readonly AddressGuard _guard;
    private readonly HttpClient _http;

    public SafeFetch(FetchOptions options)
    {
        _guard = new AddressGuard(options.AllowLoopback ? PrivateAddresses.Loopback : PrivateAddresses.Refused);
        _http = new HttpClient(_guard.Handler()) { Timeout = TimeLimit };
    }

    /// <summary>Whether an address may be asked for at all; what its name resolves to is checked at the connection.</summary>
    public bool MayFetch(Uri address) => _guard.MayAsk(address);

    /// <summary>The file's bytes.</summary>
    /// <exception cref="FetchRefusedException">Not allowed, too large, too many redirects, or the other side says there is none.</exception>
    /// <exception cref="HttpRequestException">The other side does not answer; trying again may help.</exception>
    public async Task<byte[]> GetAsync(Uri address, int limit, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            if (!MayFetch(address))
            {
                throw new FetchRefusedException("evidence-url-not-allowed", "Files are fetched from https addresses only.");
            }

            using var response = await SendAsync(address, cancellationToken);
            if ((int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } location)
            {
                address = redirects < MostRedirects
                    ? new Uri(address, location)
                    : throw new FetchRefusedException("evidence-too-many-redirects", $"More than {MostRedirects} redirects.");
                continue;
            }

            return await BodyAsync(response, limit, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e) when (e.InnerException is AddressRefusedException refused)
        {
            throw new FetchRefusedException("evidence-url-not-allowed", refused.Message);
        }
    }

    private static async Task<byte[]> BodyAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (status is 408 or 429 or >= 500)
        {
            throw new OutageException($"The file's address answered {status}.");
        }

        if (status != 200)
        {
            throw new FetchRefusedException("evidence-unreachable", $"The address answered {status}.");
        }

        if (response.Content.Headers.ContentLength > limit)
        {
            throw new FetchRefusedException(ExhibitFault.TooLarge.Code, ExhibitFault.TooLarge.Detail);
        }

        // Reading the body is not under the client's own timeout once the headers are in.
        using var timeLimit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeLimit.CancelAfter(TimeLimit);
        await using var body = await response.Content.ReadAsStreamAsync(timeLimit.Token);
        using var buffer = new MemoryStream();
        var chunk = new byte[81920];
        try
        {
            int read;
            while ((read = await body.ReadAsync(chunk, timeLimit.Token)) > 0)
            {
                if (buffer.Length + read > limit)
                {
                    throw new FetchRefusedException(ExhibitFault.TooLarge.Code, ExhibitFault.TooLarge.Detail);
                }

                buffer.Write(chunk, 0, read);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutageException("The file took too long.", e);
        }

        return buffer.ToArray();
    }
}
