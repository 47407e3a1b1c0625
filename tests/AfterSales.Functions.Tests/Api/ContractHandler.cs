namespace AfterSales.Functions.Tests.Api;

/// <summary>Holds every answer that a test gets from the app against openapi.yaml: one that is not as documented fails the test.</summary>
internal sealed class ContractHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    // The runtime's own, which the Functions host answers.
    private const string OfTheHost = "/runtime/";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Read beforehand: what is sent is gone afterwards.
        var sent = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        var response = await base.SendAsync(request, cancellationToken);
        var path = request.RequestUri!.AbsolutePath;
        if (path.StartsWith(OfTheHost, StringComparison.Ordinal)) return response;

        var faults = await FaultsAsync(request, path, sent, response, cancellationToken);
        Assert.True(
            faults.Count == 0,
            $"{request.Method} {path} is answered {(int)response.StatusCode}, not as openapi.yaml says:\n{string.Join('\n', faults)}");
        return response;
    }

    private static async Task<IReadOnlyList<string>> FaultsAsync(
        HttpRequestMessage request, string path, byte[] sent, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var document = await ApiDocument.Served;
        if (document.Find(request.Method, path) is not { } operation) return ["there is no such operation"];
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        var faults = document.FaultsOfAnswer(operation, (int)response.StatusCode, mediaType, await TextAsync(response, mediaType, cancellationToken));
        return response.IsSuccessStatusCode
            ? [.. faults, .. document.FaultsOfRequest(
                operation, request.Content?.Headers.ContentType?.MediaType, System.Text.Encoding.UTF8.GetString(sent))]
            : faults;
    }

    private static async Task<string> TextAsync(HttpResponseMessage response, string? mediaType, CancellationToken cancellationToken) =>
        mediaType?.EndsWith("json", StringComparison.Ordinal) == true ? await response.Content.ReadAsStringAsync(cancellationToken) : "";
}
