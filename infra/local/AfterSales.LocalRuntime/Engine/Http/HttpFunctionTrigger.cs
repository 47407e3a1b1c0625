using System.Reflection;
using AfterSales.LocalRuntime.Engine.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.LocalRuntime.Engine.Http;

/// <summary>An HTTP request at a route. Parameters take the request and, by name, the route's values.</summary>
internal sealed class HttpFunctionTrigger : FunctionTrigger
{
    private static readonly string[] HostPaths = ["admin", "runtime"];

    private readonly string? _fault;

    public HttpFunctionTrigger(HttpTriggerAttribute attribute, string functionName, string routePrefix)
    {
        Methods = [.. (attribute.Methods ?? []).Select(m => m.ToUpperInvariant()).Distinct()];
        var route = (attribute.Route ?? functionName).Trim('/');
        Route = routePrefix.Trim('/') is { Length: > 0 } prefix ? $"{prefix}/{route}" : route;
        try
        {
            Pattern = RoutePatternFactory.Parse(Route);
        }
        catch (RoutePatternException e)
        {
            _fault = $"the route '{Route}' is not a route template: {e.Message}";
            Pattern = RoutePatternFactory.Parse("");
        }

        var first = Route.Split('/')[0];
        if (HostPaths.Contains(first, StringComparer.OrdinalIgnoreCase))
        {
            _fault = $"the route '{Route}' is under /{first}, which belongs to the host";
        }
    }

    public override string Type => "httpTrigger";

    public override string Accepts => "an HttpRequest";

    public override string Named => Pattern.Parameters.Count == 0
        ? "the route has no values"
        : $"the route's values are {string.Join(", ", Pattern.Parameters.Select(p => p.Name))}";

    public override string Source => $"[{(Methods.Count == 0 ? "ANY" : string.Join(',', Methods))}] /{Route}";

    /// <summary>Upper-case HTTP methods; empty = all.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>The template with host.json's prefix, without leading slash.</summary>
    public string Route { get; }

    public RoutePattern Pattern { get; }

    /// <summary>The template without the parameters' names: two routes of one shape serve the same requests.</summary>
    public string Shape => string.Join('/', Pattern.PathSegments.Select(s => string.Concat(s.Parts.Select(Part)))).ToUpperInvariant();

    public override ParameterBinder? BindTrigger(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(HttpRequest) ? Request : null;

    public override ParameterBinder? BindNamed(ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(HttpRequest))
        {
            return Request;
        }

        var part = Pattern.Parameters.FirstOrDefault(p => p.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase));
        if (part is null || TextValues.ParserOf(parameter.ParameterType) is not { } parse)
        {
            return null;
        }

        var name = part.Name;
        var absent = parameter.HasDefaultValue ? parameter.DefaultValue : AbsentValue(parameter.ParameterType);
        return context => ((HttpContext)context.Payload).Request.RouteValues[name] is string { Length: > 0 } text
            ? parse(text)
            : absent;
    }

    public override IEnumerable<string> Faults => _fault is null ? [] : [_fault];

    public override IReadOnlyDictionary<string, object?> BindingData(InvocationContext context) =>
        new Dictionary<string, object?>(((HttpContext)context.Payload).Request.RouteValues, StringComparer.OrdinalIgnoreCase);

    private static object Request(InvocationContext context) => ((HttpContext)context.Payload).Request;

    private static object? AbsentValue(Type type) =>
        type.IsValueType && Nullable.GetUnderlyingType(type) is null ? Activator.CreateInstance(type) : null;

    private static string Part(RoutePatternPart part) => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter =>
            $"{{{(parameter.IsCatchAll ? "*" : "")}{string.Concat(parameter.ParameterPolicies.Select(p => $":{p.Content}"))}}}",
        _ => "",
    };
}
