using Microsoft.AspNetCore.Http;

namespace AfterSales.Functions.Http;

/// <summary>Reads a request's body whole, up to a limit.</summary>
public static class RequestBody
{
    private const int FirstBuffer = 64 * 1024;

    /// <summary>The body, or null when it is larger than <paramref name="limit"/> bytes or than the server lets in.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadWithinAsync(this HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        try
        {
            // A header is only a claim: memory is taken as bytes come.
            using var buffer = new MemoryStream((int)Math.Min(request.ContentLength ?? 4096, FirstBuffer));
            var chunk = new byte[81920];
            int read;
            while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
            {
                if (buffer.Length + read > limit)
                {
                    return null;
                }

                buffer.Write(chunk, 0, read);
            }

            return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == 413)
        {
            return null;
        }
    }
}
