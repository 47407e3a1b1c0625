namespace AfterSales.LocalRuntime.Engine.Storage;

/// <summary>A request as the storage services read it: path below the account, query, headers and body.</summary>
internal sealed class StorageRequest
{
    private readonly HttpRequestMessage _message;
    private readonly bool _async;
    private readonly CancellationToken _cancellation;
    private readonly List<KeyValuePair<string, string>> _query = [];

    public StorageRequest(HttpRequestMessage message, bool async, CancellationToken cancellation)
    {
        _message = message;
        _async = async;
        _cancellation = cancellation;
        Uri = message.RequestUri
            ?? throw new StorageError(400, "InvalidUri", "The requested URI does not represent any resource on the server.");
        var path = Uri.AbsolutePath;
        // Path style (http://127.0.0.1:10002/devstoreaccount1/…) carries the account as the first segment, host style does not.
        var account = Uri.HostNameType == UriHostNameType.Dns && Uri.Host != "localhost" ? 0 : path.IndexOf('/', 1);
        AccountUrl = Uri.GetLeftPart(UriPartial.Authority) + (account < 0 ? path : path[..account]);
        Path = account < 0 ? "" : path[(account + 1)..];
        ReadQuery(Uri.Query);
    }

    /// <summary>The verb, in capitals.</summary>
    public string Method => _message.Method.Method;

    public Uri Uri { get; }

    /// <summary>Everything before <see cref="Path"/>, without the slash between them.</summary>
    public string AccountUrl { get; }

    /// <summary>The path below the account, still percent-encoded, without its leading slash.</summary>
    public string Path { get; }

    public CancellationToken Cancellation => _cancellation;

    /// <summary>The value of a query parameter, decoded; null if there is none.</summary>
    public string? Query(string name)
    {
        foreach (var (key, value) in _query)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>A request or content header; null if it is not there.</summary>
    public string? Header(string name)
    {
        if (_message.Headers.NonValidated.TryGetValues(name, out var values))
        {
            return values.ToString();
        }

        return _message.Content is { } content && content.Headers.NonValidated.TryGetValues(name, out values) ? values.ToString() : null;
    }

    /// <summary>All request headers whose name starts with <paramref name="prefix"/>, without it.</summary>
    public IEnumerable<KeyValuePair<string, string>> Headers(string prefix)
    {
        foreach (var (name, values) in _message.Headers.NonValidated)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                yield return new(name[prefix.Length..], values.ToString());
            }
        }
    }

    /// <summary>The length that the client announced; null for a body of unknown length.</summary>
    public long? ContentLength => _message.Content is { } content ? content.Headers.ContentLength : 0;

    /// <summary>Copies the body; asynchronously unless the client called the SDK's synchronous method.</summary>
    public async ValueTask CopyBodyAsync(Stream target)
    {
        if (_message.Content is not { } content)
        {
            return;
        }

        if (_async)
        {
            await content.CopyToAsync(target, _cancellation);
        }
        else
        {
            content.CopyTo(target, null, _cancellation);
        }
    }

    /// <summary>The whole body, which must not be longer than <paramref name="limit"/> bytes.</summary>
    /// <exception cref="StorageError">413 RequestBodyTooLarge.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(int limit)
    {
        if (ContentLength > limit)
        {
            throw TooLarge();
        }

        var body = new MemoryStream((int)(ContentLength ?? 256));
        await CopyBodyAsync(body);
        return body.Length <= limit ? body.GetBuffer().AsMemory(0, (int)body.Length) : throw TooLarge();
    }

    private static StorageError TooLarge() =>
        new(413, "RequestBodyTooLarge", "The request body is too large and exceeds the maximum permissible limit.");

    private void ReadQuery(string query)
    {
        var rest = query.AsSpan(query.StartsWith('?') ? 1 : 0);
        foreach (var range in rest.Split('&'))
        {
            var pair = rest[range];
            var equals = pair.IndexOf('=');
            if (pair.IsEmpty)
            {
                continue;
            }

            _query.Add(equals < 0
                ? new(Uri.UnescapeDataString(pair), "")
                : new(Uri.UnescapeDataString(pair[..equals]), Uri.UnescapeDataString(pair[(equals + 1)..])));
        }
    }
}
