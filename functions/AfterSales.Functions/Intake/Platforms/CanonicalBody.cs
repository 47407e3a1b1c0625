using System.Text.Json;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Intake.Platforms;

/// <summary>A body of the canonical shape in the making, which knows where in the platform's payload each of its fields comes from, so
/// that a fault can be shown to the sender in the sender's own terms.</summary>
public sealed class CanonicalBody
{
    private readonly Dictionary<string, string> _origins = new(StringComparer.Ordinal);
    private readonly JsonObject _root;

    public CanonicalBody(string type)
    {
        Type = type;
        _root = new JsonObject { ["type"] = type };
    }

    public string Type { get; }

    /// <summary>Sets a field; null leaves it out and only notes where it would be.</summary>
    /// <param name="target">Dotted, such as <c>data.order.paid</c>.</param>
    /// <param name="origin">JSON pointer into the payload.</param>
    public void Set(string target, JsonNode? value, string origin)
    {
        var names = target.Split('.');
        _origins[$"/{string.Join('/', names)}"] = origin;
        if (value is not null)
        {
            Parent(names)[names[^1]] = value;
        }
    }

    /// <summary>Adds a file that can be fetched.</summary>
    public void AddFile(string? name, JsonNode? url, string origin)
    {
        var data = Parent(["data", "evidence"]);
        if (data["evidence"] is not JsonArray files)
        {
            data["evidence"] = files = [];
        }

        _origins[$"/data/evidence/{files.Count}"] = origin;
        files.Add((JsonNode)new JsonObject { ["name"] = name ?? $"{files.Count + 1}", ["url"] = url });
    }

    public bool Has(string target)
    {
        JsonNode? node = _root;
        foreach (var name in target.Split('.'))
        {
            node = (node as JsonObject)?[name];
        }

        return node is not null;
    }

    public JsonElement ToElement() => JsonSerializer.SerializeToElement(_root);

    /// <summary>The field's value as text; null when it has none.</summary>
    public string? TextOf(string target)
    {
        JsonNode? node = _root;
        foreach (var name in target.Split('.'))
        {
            node = (node as JsonObject)?[name];
        }

        return node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
    }

    /// <summary>The fault as the sender sees it: at the place of the payload that the field comes from.</summary>
    public Fault AtOrigin(Fault fault)
    {
        for (var pointer = fault.Pointer; pointer.Length > 0; pointer = pointer[..pointer.LastIndexOf('/')])
        {
            if (_origins.TryGetValue(pointer, out var origin))
            {
                return fault with { Pointer = origin };
            }
        }

        return fault with { Pointer = "", Detail = $"{fault.Pointer} of the message {Type} made of it: {fault.Detail}" };
    }

    private JsonObject Parent(string[] names)
    {
        var parent = _root;
        foreach (var name in names[..^1])
        {
            if (parent[name] is not JsonObject child)
            {
                parent[name] = child = [];
            }

            parent = child;
        }

        return parent;
    }
}
