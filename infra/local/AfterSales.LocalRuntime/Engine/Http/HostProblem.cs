using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AfterSales.LocalRuntime.Engine.Http;

/// <summary>Answers of the host itself that are errors: RFC 9457 problem documents.</summary>
internal static class HostProblem
{
    public static Task WriteAsync(HttpContext http, int status, string code, string detail)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/problem+json";
        var problem = new { type = "about:blank", title = ReasonPhrases.GetReasonPhrase(status), status, detail, code, errors = Array.Empty<object>() };
        return http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(problem)).AsTask();
    }
}
