using Microsoft.AspNetCore.Http;

namespace AfterSales.Functions.Http;

/// <summary>Reads a request's body whole, up to a limit.</summary>
public static class RequestBody
{
    /// <summary>The body, or null when it is larger than <paramref name="limit"/> bytes or than the server lets in.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadWithinAsync(this HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        try
        {
            using var buffer = new MemoryStream((int)(request.ContentLength ?? 4096));
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
