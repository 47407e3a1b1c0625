using AfterSales.Functions.Storage;
using Microsoft.AspNetCore.Http;

namespace AfterSales.Functions.Http;

/// <summary>An HTTP answer held in memory, so that it can be stored under an idempotency key and given again.</summary>
public sealed record Answer(int Status, string ContentType, ReadOnlyMemory<byte> Body) : IResult
{
    /// <summary>Headers beside the content type.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Whose personal data the body holds; where the answer is kept, it is sealed for them. Null = nobody's.</summary>
    public PersonId? Of { get; init; }

    public static Answer Json<T>(int status, T value) => new(status, "application/json; charset=utf-8", AppJson.ToBytes(value));

    public static Answer Bytes(string contentType, ReadOnlyMemory<byte> body) => new(200, contentType, body);

    public Answer With(string header, string value) =>
        this with { Headers = new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase) { [header] = value } };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }

        if (Body.IsEmpty)
        {
            return;
        }

        response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        await response.Body.WriteAsync(Body, httpContext.RequestAborted);
    }
}
