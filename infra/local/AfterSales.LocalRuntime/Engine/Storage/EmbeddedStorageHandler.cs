using System.Globalization;
using System.Net;
using AfterSales.LocalRuntime.Engine.Storage.Blobs;
using AfterSales.LocalRuntime.Engine.Storage.Tables;

namespace AfterSales.LocalRuntime.Engine.Storage;

/// <summary>
/// Answers the Table and Blob REST operations of Azure Storage from the data folder, in process. Give it to the genuine SDKs as
/// <c>new HttpClientTransport(new HttpClient(handler))</c> with the connection string <c>UseDevelopmentStorage=true</c>.
/// Whatever it acknowledges is on disk. What it does not answer (leases, snapshots, tags, copies, access policies) gets 501 with
/// a message that names it. Requests are not authenticated: the process is its own client.
/// </summary>
public sealed class EmbeddedStorageHandler : HttpMessageHandler
{
    /// <summary>The tables that the handler needs in the store it is given.</summary>
    public const string Schema = TableRows.Schema + BlobRows.Schema;

    private const int DevelopmentBlobPort = 10000;
    private const int DevelopmentTablePort = 10002;

    private readonly TableService _tables;
    private readonly BlobService _blobs;
    private readonly StorageFaults? _faults;

    /// <summary>Answers from <paramref name="store"/>; removes blob files that no row names (left by a crash).</summary>
    public EmbeddedStorageHandler(SqliteStore store, StorageFaults? faults = null)
    {
        _tables = new TableService(store);
        _blobs = new BlobService(store);
        _faults = faults;
    }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        AnswerAsync(request, async: true, cancellationToken);

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        AnswerAsync(request, async: false, cancellationToken).GetAwaiter().GetResult();

    private static bool IsTable(Uri uri) => uri.Port switch
    {
        DevelopmentTablePort => true,
        DevelopmentBlobPort => false,
        _ when uri.Host.Contains(".table.", StringComparison.OrdinalIgnoreCase) => true,
        _ when uri.Host.Contains(".blob.", StringComparison.OrdinalIgnoreCase) => false,
        _ => throw StorageError.NotSupported($"{uri.Host}:{uri.Port}, which is neither a table nor a blob endpoint"),
    };

    private static HttpResponseMessage Refusal(HttpRequestMessage message, bool table, StorageError error)
    {
        var response = new HttpResponseMessage((HttpStatusCode)error.Status);
        response.Headers.TryAddWithoutValidation("x-ms-error-code", error.Code);
        if (message.Method == HttpMethod.Head || error.Status == (int)HttpStatusCode.NotModified)
        {
            response.Content = new ByteArrayContent([]);
            return response;
        }

        var (body, type) = table
            ? (TableErrorBody.Json(error), TableJson.ContentType)
            : (BlobXml.Error(error), "application/xml");
        response.Content = new ByteArrayContent(body);
        response.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        return response;
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage message, bool async, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var fault = _faults?.Decide?.Invoke(message);
        var response = fault is { AfterEffect: false } ? null : await AnswerAsync(new RequestContext(message, async), cancellation);
        if (fault is not null)
        {
            response?.Dispose();
            response = Fail(message, fault);
        }

        response!.RequestMessage = message;
        response.Headers.TryAddWithoutValidation("Date", DateTime.UtcNow.ToString("R", CultureInfo.InvariantCulture));
        response.Headers.TryAddWithoutValidation("x-ms-request-id", Guid.NewGuid().ToString());
        if (message.Headers.NonValidated.TryGetValues("x-ms-version", out var version))
        {
            response.Headers.TryAddWithoutValidation("x-ms-version", version.ToString());
        }

        return response;
    }

    private async Task<HttpResponseMessage> AnswerAsync(RequestContext context, CancellationToken cancellation)
    {
        var table = true;
        try
        {
            var request = new StorageRequest(context.Message, context.Async, cancellation);
            table = IsTable(request.Uri);
            return await (table ? _tables.AnswerAsync(request) : _blobs.AnswerAsync(request));
        }
        catch (StorageError error)
        {
            return Refusal(context.Message, table, error);
        }
    }

    private static HttpResponseMessage Fail(HttpRequestMessage message, StorageFault fault) => fault switch
    {
        StorageFault.Answer answer => Refusal(
            message,
            IsTable(message.RequestUri!),
            new StorageError((int)answer.Status, answer.Code, "A fault that the local storage was told to have.")),
        StorageFault.Timeout => throw new TaskCanceledException("The storage did not answer in time (an injected fault)."),
        _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "The connection was lost (an injected fault)."),
    };

    private readonly record struct RequestContext(HttpRequestMessage Message, bool Async);
}
