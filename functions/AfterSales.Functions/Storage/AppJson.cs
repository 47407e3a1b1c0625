using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;

namespace AfterSales.Functions.Storage;

/// <summary>The one JSON dialect of the app: camelCase, NodaTime, enums as kebab-case names, absent instead of null, Chinese as written.</summary>
public static class AppJson
{
    /// <summary>Used for stored events, messages and HTTP bodies.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    public static byte[] ToBytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static string ToText<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <exception cref="JsonException">The text is not a <typeparamref name="T"/>.</exception>
    public static T From<T>(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize<T>(utf8, Options) ?? throw new JsonException($"null is no {typeof(T).Name}");

    /// <exception cref="JsonException">The text is not a <typeparamref name="T"/>.</exception>
    public static T From<T>(string text) =>
        JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException($"null is no {typeof(T).Name}");

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            AllowOutOfOrderMetadataProperties = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        };
        return options.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);
    }
}
