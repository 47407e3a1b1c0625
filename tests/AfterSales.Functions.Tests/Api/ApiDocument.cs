using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using NJsonSchema;
using NJsonSchema.Validation;

namespace AfterSales.Functions.Tests.Api;

/// <summary>openapi.yaml, and what by it an answer may be.</summary>
internal sealed class ApiDocument
{
    private const string SchemasInDocument = "#/components/schemas/";
    private const string SchemasInJson = "#/definitions/";

    private static readonly Lazy<Task<ApiDocument>> OfTheApp = new(async () =>
    {
        await using var stream = typeof(FunctionApp).Assembly.GetManifestResourceStream("openapi.yaml")!;
        using var reader = new StreamReader(stream);
        return await ReadAsync(await reader.ReadToEndAsync());
    });

    private readonly JsonObject _root;
    private readonly JsonSchema _schemas;

    private ApiDocument(JsonObject root, IReadOnlyList<ApiOperation> operations, JsonSchema schemas, IReadOnlyList<string> faults) =>
        (_root, Operations, _schemas, Faults) = (root, operations, schemas, faults);

    /// <summary>The document that the app serves.</summary>
    public static Task<ApiDocument> Served => OfTheApp.Value;

    public IReadOnlyList<ApiOperation> Operations { get; }

    /// <summary>What its reader finds wrong with it.</summary>
    public IReadOnlyList<string> Faults { get; }

    public static async Task<ApiDocument> ReadAsync(string yaml)
    {
        var settings = new OpenApiReaderSettings();
        settings.AddYamlReader();
        var (document, diagnostic) = OpenApiDocument.Parse(yaml, OpenApiConstants.Yaml, settings);
        var faults = diagnostic!.Errors.Concat(diagnostic.Warnings).Select(fault => $"{fault.Pointer}: {fault.Message}").ToList();
        var root = JsonNode.Parse(await document!.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!.AsObject();
        var operations = root["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Where(member => member.Key is "get" or "put" or "post" or "delete")
            .Select(member => new ApiOperation(new HttpMethod(member.Key.ToUpperInvariant()), path.Key, member.Value!.AsObject()))).ToList();
        return new ApiDocument(root, operations, await SchemasAsync(root, operations), faults);
    }

    /// <summary>The codes that an enumeration of the document lists.</summary>
    public IEnumerable<string> Codes(string schema) =>
        _root["components"]!["schemas"]![schema]!["enum"]!.AsArray().Select(code => code!.GetValue<string>());

    /// <summary>The operation that a request asks for: the one with the fewest parameters that its path fits.</summary>
    public ApiOperation? Find(HttpMethod method, string path) =>
        Operations.Where(operation => operation.Fits(method, path)).MinBy(operation => operation.Parameters);

    /// <summary>What is wrong with an answer; empty when it is as documented.</summary>
    /// <param name="mediaType">Null for an answer without a body.</param>
    /// <param name="body">Looked at where it is JSON.</param>
    public IReadOnlyList<string> FaultsOfAnswer(ApiOperation operation, int status, string? mediaType, string body)
    {
        if (Resolve(_root, operation.Said["responses"]![$"{status}"]) is not { } answer) return [$"the status {status} is not documented"];
        var content = answer["content"]?.AsObject();
        if (mediaType is null) return content is null ? [] : [$"the status {status} is documented to have a body"];
        if (content?[mediaType] is null) return [$"the content type {mediaType} is not documented for the status {status}"];
        return FaultsOfJson(AnswerName(operation, $"{status}", mediaType), mediaType, body);
    }

    /// <summary>What is wrong with a request that was taken; empty when it is as documented. Null counts as not given.</summary>
    public IReadOnlyList<string> FaultsOfRequest(ApiOperation operation, string? mediaType, string body)
    {
        if (mediaType is not "application/json" || body.Length == 0) return [];
        if (operation.Said["requestBody"]?["content"]?[mediaType] is null) return [$"a body of {mediaType} is not documented"];
        var given = JsonNode.Parse(body)!;
        if (given is JsonObject members)
        {
            foreach (var name in members.Where(member => member.Value is null).Select(member => member.Key).ToList()) members.Remove(name);
        }

        return FaultsOfJson(RequestName(operation, mediaType), mediaType, given.ToJsonString());
    }

    private IReadOnlyList<string> FaultsOfJson(string schema, string mediaType, string body) => mediaType.EndsWith("json", StringComparison.Ordinal)
        ? [.. _schemas.Definitions[schema].Validate(body).SelectMany(Said)]
        : [];

    /// <summary>The fault, and beneath it why none of several schemas fits.</summary>
    private static IEnumerable<string> Said(ValidationError fault) => fault is ChildSchemaValidationError several
        ? several.Errors.SelectMany(one => one.Value).SelectMany(Said)
        : [$"{fault.Path}: {fault.Kind}"];

    private static async Task<JsonSchema> SchemasAsync(JsonObject root, IEnumerable<ApiOperation> operations)
    {
        var definitions = root["components"]!["schemas"]!.DeepClone().AsObject();
        foreach (var operation in operations)
        {
            foreach (var (status, response) in operation.Said["responses"]!.AsObject())
            {
                foreach (var (mediaType, content) in Resolve(root, response)!["content"]?.AsObject() ?? [])
                {
                    definitions[AnswerName(operation, status, mediaType)] = content!["schema"]!.DeepClone();
                }
            }

            foreach (var (mediaType, content) in operation.Said["requestBody"]?["content"]?.AsObject() ?? [])
            {
                definitions[RequestName(operation, mediaType)] = content!["schema"]!.DeepClone();
            }
        }

        var all = new JsonObject { ["definitions"] = definitions }.ToJsonString().Replace(SchemasInDocument, SchemasInJson, StringComparison.Ordinal);
        return await JsonSchema.FromJsonAsync(all);
    }

    private static string AnswerName(ApiOperation operation, string status, string mediaType) => $"{operation.Id} {status} {mediaType}";

    private static string RequestName(ApiOperation operation, string mediaType) => $"{operation.Id} {mediaType}";

    private static JsonNode? Resolve(JsonObject root, JsonNode? node) => node?["$ref"] is { } reference
        ? reference.GetValue<string>()[2..].Split('/').Aggregate((JsonNode?)root, (at, name) => at![name])
        : node;
}

/// <summary>An operation of the document.</summary>
/// <param name="Route">Such as <c>/api/v1/cases/{id}</c>.</param>
/// <param name="Said">What the document says of it.</param>
internal sealed record ApiOperation(HttpMethod Method, string Route, JsonObject Said)
{
    private readonly string[] _segments = Route.Split('/');

    public string Id => Said["operationId"]!.GetValue<string>();

    public int Parameters => _segments.Count(IsParameter);

    public bool Fits(HttpMethod method, string path) => method == Method && path.Split('/') is var given && given.Length == _segments.Length
        && given.Zip(_segments).All(pair => IsParameter(pair.Second) ? pair.First.Length > 0 : pair.First == pair.Second);

    private static bool IsParameter(string segment) => segment.StartsWith('{');
}
