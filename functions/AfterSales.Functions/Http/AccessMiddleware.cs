using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace AfterSales.Functions.Http;

/// <summary>Lets a request through to its function if its token or link may call it; answers 401 or 403 otherwise.</summary>
public sealed class AccessMiddleware(AccessRules rules, Tokens tokens, SignedLinks links) : IFunctionsWorkerMiddleware
{
    private const string Scheme = "Bearer ";

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is { } http
            && rules.For(context.FunctionDefinition.EntryPoint) is { } roles
            && await RefusalAsync(http, roles) is { } refusal)
        {
            context.GetInvocationResult().Value = refusal;
            return;
        }

        await next(context);
    }

    private async Task<Answer?> RefusalAsync(HttpContext http, IReadOnlyList<Role> roles)
    {
        var (caller, refusal) = await IdentifyAsync(http.Request);
        if (caller is null)
        {
            return refusal;
        }

        http.Items[typeof(Caller)] = caller;
        return roles.Count == 0 && caller.Role != Role.Customer || roles.Contains(caller.Role)
            ? null
            : Problem.Of(403, "role-not-allowed", $"The role '{caller.Role.Name()}' may not do this.");
    }

    private async Task<(Caller? Caller, Answer? Refusal)> IdentifyAsync(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            var (caller, fault) = await tokens.ReadAsync(authorization[Scheme.Length..].Trim());
            return (caller, caller is null ? Unauthorized("token-invalid", fault) : null);
        }

        if (request.Query.TryGetValue("link", out var link) && link.ToString() is { Length: > 0 } text)
        {
            return links.Read(text, SignedLinks.CasePurpose) switch
            {
                LinkReading.Valid valid => (new Caller(Role.Customer, valid.Subject, CaseId: valid.Subject), null),
                LinkReading.Expired => (null, Unauthorized("link-expired", "The link has expired.")),
                LinkReading.Invalid => (null, Unauthorized("link-invalid", "The link is not one of ours, or it was changed.")),
                var other => throw new InvalidOperationException($"No such reading: {other}"),
            };
        }

        return (null, Unauthorized("token-missing", "A bearer token is needed."));
    }

    private static Answer Unauthorized(string code, string detail) => Problem.Of(401, code, detail).With("WWW-Authenticate", "Bearer");
}
