using System.Globalization;
using System.Net;

namespace AfterSales.LocalRuntime.Engine.Storage.Blobs;

/// <summary>The REST operations of Azure Blobs: this file routes them and answers those of containers.</summary>
internal sealed class BlobService
{
    private const int MaxListed = 5000;

    // What these ask for would silently not happen.
    private static readonly string[] UnsupportedHeaders =
    [
        "x-ms-lease-id", "x-ms-if-tags", "x-ms-tags", "x-ms-copy-source", "x-ms-content-crc64", "x-ms-structured-body",
        "x-ms-encryption-key", "x-ms-encryption-scope", "x-ms-access-tier", "x-ms-range-get-content-md5", "x-ms-range-get-content-crc64",
        "x-ms-blob-public-access", "x-ms-immutability-policy-until-date", "x-ms-legal-hold",
    ];

    private static readonly string[] UnsupportedParameters = ["snapshot", "versionid"];
    private static readonly string[] ListedAnyway = ["metadata", "copy", "snapshots", "deleted"];

    private readonly SqliteStore _store;
    private readonly BlobFiles _files;
    private readonly BlobRows _rows = new();
    private readonly BlobOperations _blobs;

    public BlobService(SqliteStore store)
    {
        _store = store;
        _files = new BlobFiles(Path.Combine(store.Folder, "blobs"));
        _files.RemoveOrphans(store.Read(BlobRows.Files));
        _blobs = new BlobOperations(store, _files, _rows);
    }

    public Task<HttpResponseMessage> AnswerAsync(StorageRequest request)
    {
        Refuse(request);
        var slash = request.Path.IndexOf('/');
        var container = Uri.UnescapeDataString(slash < 0 ? request.Path : request.Path[..slash]);
        var blob = slash < 0 ? "" : Uri.UnescapeDataString(request.Path[(slash + 1)..]);
        if (blob.Length > 0)
        {
            return _blobs.AnswerAsync(request, container, blob);
        }

        return (request.Method, request.Query("restype"), request.Query("comp")) switch
        {
            ("GET", null, "list") when container.Length == 0 => Task.FromResult(ListContainers(request)),
            ("PUT", "container", null) => CreateAsync(request, container),
            ("PUT", "container", "metadata") => SetMetadataAsync(request, container),
            ("GET" or "HEAD", "container", null or "metadata") => Task.FromResult(GetProperties(container)),
            ("DELETE", "container", null) => DeleteAsync(request, container),
            ("GET", "container", "list") => Task.FromResult(ListBlobs(request, container)),
            var (method, type, component) => throw StorageError.NotSupported($"{method} restype={type} comp={component}"),
        };
    }

    /// <summary>An answer with ETag and Last-Modified, without a body.</summary>
    internal static HttpResponseMessage Answer(HttpStatusCode status, long? version = null)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent([]) };
        if (version is { } known)
        {
            response.Headers.TryAddWithoutValidation("ETag", BlobTag.Format(known));
            response.Content.Headers.TryAddWithoutValidation("Last-Modified", BlobTag.HttpDate(known));
        }

        return response;
    }

    internal static HttpResponseMessage AnswerXml(byte[] xml)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(xml) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", "application/xml");
        return response;
    }

    private static void Refuse(StorageRequest request)
    {
        foreach (var header in UnsupportedHeaders)
        {
            if (request.Header(header) is not null)
            {
                throw StorageError.NotSupported($"the header {header}");
            }
        }

        foreach (var parameter in UnsupportedParameters)
        {
            if (request.Query(parameter) is not null)
            {
                throw StorageError.NotSupported($"the parameter {parameter}");
            }
        }
    }

    private async Task<HttpResponseMessage> CreateAsync(StorageRequest request, string container)
    {
        CheckName(container);
        var metadata = BlobProperties.MetadataFrom(request);
        return Answer(HttpStatusCode.Created, await _store.WriteAsync(session => _rows.CreateContainer(session, container, metadata)));
    }

    private static void CheckName(string name)
    {
        if (name.Length is < 3 or > 63)
        {
            throw new StorageError(400, "OutOfRangeInput", "The specified resource name length is not within the permissible limits.");
        }

        var valid = name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            && name[0] != '-' && name[^1] != '-' && !name.Contains("--", StringComparison.Ordinal);
        if (!valid)
        {
            throw new StorageError(400, "InvalidResourceName", "The specified resource name contains invalid characters.");
        }
    }

    private async Task<HttpResponseMessage> SetMetadataAsync(StorageRequest request, string container)
    {
        var metadata = BlobProperties.MetadataFrom(request);
        var conditions = BlobConditions.From(request);
        return Answer(
            HttpStatusCode.OK,
            await _store.WriteAsync(session => _rows.SetContainerMetadata(session, container, conditions, metadata)));
    }

    private HttpResponseMessage GetProperties(string name)
    {
        var container = _store.Read(session => BlobRows.Container(session, name));
        var response = Answer(HttpStatusCode.OK, container.Version);
        foreach (var (key, value) in container.Metadata)
        {
            response.Headers.TryAddWithoutValidation("x-ms-meta-" + key, value);
        }

        response.Headers.TryAddWithoutValidation("x-ms-lease-status", "unlocked");
        response.Headers.TryAddWithoutValidation("x-ms-lease-state", "available");
        return response;
    }

    private async Task<HttpResponseMessage> DeleteAsync(StorageRequest request, string container)
    {
        var conditions = BlobConditions.From(request);
        _files.Delete(await _store.WriteAsync(session => BlobRows.DeleteContainer(session, container, conditions)));
        return Answer(HttpStatusCode.Accepted);
    }

    private HttpResponseMessage ListContainers(StorageRequest request)
    {
        var limit = Limit(request);
        var found = _store.Read(session => BlobRows.Containers(
            session, request.Query("prefix") ?? "", BlobXml.FromMarker(request.Query("marker")), limit + 1));
        var next = found.Count > limit ? found[limit].Name : null;
        return AnswerXml(BlobXml.Containers(request.AccountUrl, [.. found.Take(limit)], next, Included(request).Contains("metadata")));
    }

    private HttpResponseMessage ListBlobs(StorageRequest request, string container)
    {
        var metadata = Included(request).Contains("metadata");
        var delimiter = request.Query("delimiter") is { Length: > 0 } text ? text : null;
        var page = _store.Read(session => BlobRows.List(
            session,
            BlobRows.Container(session, container).Id,
            request.Query("prefix") ?? "",
            delimiter,
            BlobXml.FromMarker(request.Query("marker")),
            Limit(request)));
        return AnswerXml(BlobXml.Blobs(request, container, page, metadata));
    }

    private static string[] Included(StorageRequest request)
    {
        var included = (request.Query("include") ?? "").ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries);
        return included.FirstOrDefault(i => !ListedAnyway.Contains(i)) is { } unknown
            ? throw StorageError.NotSupported($"a list that includes {unknown}")
            : included;
    }

    private static int Limit(StorageRequest request)
    {
        if (request.Query("maxresults") is not { } text)
        {
            return MaxListed;
        }

        return int.TryParse(text, CultureInfo.InvariantCulture, out var limit) && limit > 0
            ? Math.Min(limit, MaxListed)
            : throw new StorageError(
                400,
                "OutOfRangeQueryParameterValue",
                "One of the query parameters specified in the request URI is outside the permissible range.");
    }
}
