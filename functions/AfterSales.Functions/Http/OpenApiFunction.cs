using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Http;

public static class OpenApiFunction
{
    private const string Resource = "openapi.yaml";

    private static readonly Answer Document = Answer.Bytes("application/yaml; charset=utf-8", Read());

    /// <summary>The description of this API, kept by hand; the tests hold every answer against it.</summary>
    [Function("openapi")]
    [Access.Anyone]
    public static IResult Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Resource)] HttpRequest request) => Document;

    private static byte[] Read()
    {
        using var stream = typeof(OpenApiFunction).Assembly.GetManifestResourceStream(Resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
