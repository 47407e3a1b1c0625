using System.Globalization;
using System.Net;

namespace AfterSales.LocalRuntime.Engine.Storage.Blobs;

/// <summary>The REST operations on one blob.</summary>
internal sealed class BlobOperations(SqliteStore store, BlobFiles files, BlobRows rows)
{
    private const int MaxBlockListBytes = 8 * 1024 * 1024;
    private const int MaxBlockIdBytes = 64;

    // How often a read starts again because the blob was overwritten between looking at its row and opening its file.
    private const int MaxReadTries = 20;

    public Task<HttpResponseMessage> AnswerAsync(StorageRequest request, string container, string blob) =>
        (request.Method, request.Query("comp")) switch
        {
            ("GET", null) => Task.FromResult(Get(request, container, blob)),
            ("HEAD", null or "metadata") or ("GET", "metadata") => Task.FromResult(GetProperties(request, container, blob)),
            ("GET", "blocklist") => Task.FromResult(GetBlockList(request, container, blob)),
            ("PUT", null) => PutAsync(request, container, blob),
            ("PUT", "block") => PutBlockAsync(request, container, blob),
            ("PUT", "blocklist") => PutBlockListAsync(request, container, blob),
            ("PUT", "appendblock") => AppendAsync(request, container, blob),
            ("PUT", "metadata") => SetAsync(request, container, blob, BlobProperties.MetadataFrom(request), null),
            ("PUT", "properties") => SetAsync(request, container, blob, null, BlobProperties.HeadersFrom(request)),
            ("DELETE", null) => DeleteAsync(request, container, blob),
            var (method, component) => throw StorageError.NotSupported($"{method} comp={component} on a blob"),
        };

    private async Task<HttpResponseMessage> PutAsync(StorageRequest request, string container, string name)
    {
        var kind = request.Header("x-ms-blob-type") switch
        {
            "BlockBlob" => BlobKind.BlockBlob,
            "AppendBlob" => BlobKind.AppendBlob,
            var other => throw StorageError.NotSupported($"a blob of type {other ?? "(none)"}"),
        };
        var conditions = BlobConditions.From(request);
        var properties = BlobProperties.From(request);
        if (request.Header("x-ms-blob-content-type") is null && request.Header("Content-Type") is { } type)
        {
            properties.Headers["Content-Type"] = type;
        }

        var bytes = await files.ReceiveAsync(request);
        if (kind == BlobKind.BlockBlob)
        {
            properties.Headers.TryAdd("Content-MD5", Convert.ToBase64String(bytes.Md5));
        }

        var change = await KeepAsync(bytes, session => rows.Put(session, container, name, kind, conditions, properties, bytes));
        files.Delete(change.Garbage);
        return Written(change.Blob.Version, bytes);
    }

    private async Task<HttpResponseMessage> PutBlockAsync(StorageRequest request, string container, string name)
    {
        var id = request.Query("blockid") ?? "";
        var buffer = new byte[id.Length];
        if (id.Length == 0 || !Convert.TryFromBase64String(id, buffer, out var length) || length > MaxBlockIdBytes)
        {
            throw new StorageError(
                400,
                "InvalidQueryParameterValue",
                "Value for one of the query parameters specified in the request URI is invalid: blockid.");
        }

        var bytes = await ReceiveSomeAsync(request);
        files.Delete(await KeepAsync(bytes, session => BlobRows.PutBlock(session, container, name, id, bytes)));
        return Written(null, bytes);
    }

    private async Task<HttpResponseMessage> PutBlockListAsync(StorageRequest request, string container, string name)
    {
        var blocks = BlobXml.ReadBlockList(await request.ReadBodyAsync(MaxBlockListBytes));
        var conditions = BlobConditions.From(request);
        var properties = BlobProperties.From(request);
        var change = await store.WriteAsync(session => rows.PutBlockList(session, container, name, conditions, properties, blocks));
        files.Delete(change.Garbage);
        return Written(change.Blob.Version, null);
    }

    private async Task<HttpResponseMessage> AppendAsync(StorageRequest request, string container, string name)
    {
        var conditions = BlobConditions.From(request);
        var position = Number(request, "x-ms-blob-condition-appendpos");
        var maxLength = Number(request, "x-ms-blob-condition-maxsize");
        var bytes = await ReceiveSomeAsync(request);
        var blob = await KeepAsync(bytes, session => rows.Append(session, container, name, conditions, position, maxLength, bytes));
        var response = Written(blob.Version, bytes);
        response.Headers.TryAddWithoutValidation("x-ms-blob-append-offset", (blob.Length - bytes.Length).ToString());
        response.Headers.TryAddWithoutValidation("x-ms-blob-committed-block-count", blob.Blocks.ToString());
        return response;
    }

    private async Task<HttpResponseMessage> SetAsync(
        StorageRequest request, string container, string name, Dictionary<string, string>? metadata, Dictionary<string, string>? headers)
    {
        var conditions = BlobConditions.From(request);
        var blob = await store.WriteAsync(session => rows.SetProperties(
            session, container, name, conditions, p => new(headers ?? p.Headers, metadata ?? p.Metadata)));
        return BlobService.Answer(HttpStatusCode.OK, blob.Version);
    }

    private async Task<HttpResponseMessage> DeleteAsync(StorageRequest request, string container, string name)
    {
        if (request.Header("x-ms-delete-snapshots") == "only")
        {
            throw StorageError.NotSupported("snapshots");
        }

        var conditions = BlobConditions.From(request);
        files.Delete(await store.WriteAsync(session => BlobRows.Delete(session, container, name, conditions)));
        return BlobService.Answer(HttpStatusCode.Accepted);
    }

    private HttpResponseMessage GetProperties(StorageRequest request, string container, string name)
    {
        var blob = store.Read(session => BlobRows.Blob(session, container, name));
        BlobConditions.From(request).CheckRead(blob);
        var response = Describe(blob, HttpStatusCode.OK, new ByteArrayContent([]), whole: true);
        response.Content.Headers.ContentLength = request.Method == "HEAD" ? blob.Length : 0;
        return response;
    }

    private HttpResponseMessage Get(StorageRequest request, string container, string name)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return store.Read(session => Get(session, request, container, name));
            }
            catch (FileNotFoundException) when (attempt < MaxReadTries)
            {
                // Overwritten since this snapshot was taken: the next snapshot shows what it is now.
            }
        }
    }

    private HttpResponseMessage Get(StoreSession session, StorageRequest request, string container, string name)
    {
        var blob = BlobRows.Blob(session, container, name);
        BlobConditions.From(request).CheckRead(blob);
        var range = Range(request.Header("x-ms-range") ?? request.Header("Range"), blob.Length);
        var (start, end) = range ?? (0, blob.Length);
        var segments = start < end ? BlobRows.Segments(session, blob.Id, start, end) : [];
        var content = new StreamContent(new SegmentStream(Open(segments, start, end)));
        var response = Describe(blob, range is null ? HttpStatusCode.OK : HttpStatusCode.PartialContent, content, range is null);
        content.Headers.ContentLength = end - start;
        if (range is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Range", $"bytes {start}-{end - 1}/{blob.Length}");
        }

        return response;
    }

    private List<Piece> Open(List<Segment> segments, long start, long end)
    {
        var pieces = new List<Piece>(segments.Count);
        try
        {
            foreach (var segment in segments)
            {
                var skipped = Math.Max(0, start - segment.Start);
                var length = Math.Min(segment.Start + segment.Length, end) - segment.Start - skipped;
                pieces.Add(new(segment.Content, segment.File is null ? null : files.Open(segment.File), skipped, length));
            }

            return pieces;
        }
        catch
        {
            // The stream that would own the open files is not made.
            pieces.ForEach(p => p.File?.Dispose());
            throw;
        }
    }

    private static HttpResponseMessage Describe(BlobRow blob, HttpStatusCode status, HttpContent content, bool whole)
    {
        var response = new HttpResponseMessage(status) { Content = content };
        response.Headers.TryAddWithoutValidation("ETag", BlobTag.Format(blob.Version));
        content.Headers.TryAddWithoutValidation("Last-Modified", BlobTag.HttpDate(blob.Version));
        response.Headers.TryAddWithoutValidation("x-ms-creation-time", BlobTag.HttpDate(blob.Created));
        response.Headers.TryAddWithoutValidation("x-ms-blob-type", blob.Kind.ToString());
        response.Headers.TryAddWithoutValidation("x-ms-lease-status", "unlocked");
        response.Headers.TryAddWithoutValidation("x-ms-lease-state", "available");
        response.Headers.TryAddWithoutValidation("x-ms-server-encrypted", "true");
        response.Headers.TryAddWithoutValidation("Accept-Ranges", "bytes");
        if (blob.Kind == BlobKind.AppendBlob)
        {
            response.Headers.TryAddWithoutValidation("x-ms-blob-committed-block-count", blob.Blocks.ToString());
        }

        foreach (var (name, value) in blob.Properties.Headers)
        {
            // The MD5 of the whole must not be taken for that of a range.
            var sent = name == "Content-MD5" && !whole ? "x-ms-blob-content-md5" : name;
            if (!response.Headers.TryAddWithoutValidation(sent, value))
            {
                content.Headers.TryAddWithoutValidation(sent, value);
            }
        }

        foreach (var (name, value) in blob.Properties.Metadata)
        {
            response.Headers.TryAddWithoutValidation("x-ms-meta-" + name, value);
        }

        return response;
    }

    private HttpResponseMessage GetBlockList(StorageRequest request, string container, string name)
    {
        var kind = request.Query("blocklisttype") ?? "committed";
        var (blob, committed, uncommitted) = store.Read(session => BlobRows.Blocks(session, container, name));
        var response = BlobService.AnswerXml(BlobXml.BlockList(
            kind is "committed" or "all" ? committed : null,
            kind is "uncommitted" or "all" ? uncommitted : null));
        if (blob is not null)
        {
            response.Headers.TryAddWithoutValidation("ETag", BlobTag.Format(blob.Version));
            response.Content.Headers.TryAddWithoutValidation("Last-Modified", BlobTag.HttpDate(blob.Version));
        }

        response.Headers.TryAddWithoutValidation("x-ms-blob-content-length", (blob?.Length ?? 0).ToString());
        return response;
    }

    /// <summary>Commits rows that name received bytes; if the rows are refused, the bytes go too.</summary>
    private async Task<T> KeepAsync<T>(ReceivedBytes bytes, Func<StoreSession, T> write)
    {
        try
        {
            return await store.WriteAsync(write);
        }
        catch
        {
            files.Discard(bytes);
            throw;
        }
    }

    private async Task<ReceivedBytes> ReceiveSomeAsync(StorageRequest request) => request.ContentLength == 0
        ? throw new StorageError(
            400,
            "InvalidHeaderValue",
            "The value for one of the HTTP headers is not in the correct format: Content-Length.")
        : await files.ReceiveAsync(request);

    private static HttpResponseMessage Written(long? version, ReceivedBytes? bytes)
    {
        var response = BlobService.Answer(HttpStatusCode.Created, version);
        response.Headers.TryAddWithoutValidation("x-ms-request-server-encrypted", "true");
        if (bytes is not null)
        {
            response.Content.Headers.TryAddWithoutValidation("Content-MD5", Convert.ToBase64String(bytes.Md5));
        }

        return response;
    }

    /// <summary>[start, end) of <c>bytes=a-b</c> or <c>bytes=a-</c>; null without such a header.</summary>
    /// <exception cref="StorageError">416 InvalidRange: it begins behind the end.</exception>
    private static (long Start, long End)? Range(string? header, long length)
    {
        const string Unit = "bytes=";
        if (header is null || !header.StartsWith(Unit, StringComparison.Ordinal))
        {
            return null;
        }

        var dash = header.IndexOf('-', Unit.Length);
        if (dash < 0 || !long.TryParse(header.AsSpan(Unit.Length, dash - Unit.Length), CultureInfo.InvariantCulture, out var start))
        {
            return null;
        }

        if (start >= length)
        {
            throw new StorageError(416, "InvalidRange", "The range specified is invalid for the current size of the resource.");
        }

        var last = long.TryParse(header.AsSpan(dash + 1), CultureInfo.InvariantCulture, out var asked)
            ? Math.Min(asked, length - 1)
            : length - 1;
        return last >= start ? (start, last + 1) : null;
    }

    private static long? Number(StorageRequest request, string header) => request.Header(header) is not { } text
        ? null
        : long.TryParse(text, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new StorageError(400, "InvalidHeaderValue", $"The value '{text}' of {header} is no number.");
}
