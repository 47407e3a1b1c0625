using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AfterSales.LocalRuntime.Engine.Storage.Tables;

/// <summary>The keys that a sent entity carries, and its other properties in stored form.</summary>
internal readonly record struct SentEntity(string? PartitionKey, string? RowKey, byte[] Body);

/// <summary>
/// The properties of an entity as they are stored: one JSON object in the form of minimal metadata, without keys and timestamp, so
/// that an answer copies it. Int64, DateTime, Guid and Binary carry their type in front; a Double is written with a point or an exponent.
/// </summary>
internal static class EntityBody
{
    private const int MaxEntityBytes = 1024 * 1024;
    private const int MaxProperties = 252;
    private const int MaxNameLength = 255;
    private const int MaxTextLength = 32 * 1024;
    private const int MaxBinaryBytes = 64 * 1024;
    private const int MaxKeyLength = 512;
    private static readonly DateTime Earliest = new(1601, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly JsonWriterOptions Stored =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // The rows are parsed on the caller's thread, one at a time; what they are written to is kept.
    [ThreadStatic]
    private static Scratch? _scratch;

    private enum SystemName
    {
        None,
        PartitionKey,
        RowKey,
        Annotation,
        Ignored,
    }

    /// <summary>Reads and checks what a client sent.</summary>
    /// <exception cref="StorageError">400: not an entity, or over one of the service's limits.</exception>
    public static SentEntity Parse(ReadOnlySpan<byte> sent)
    {
        try
        {
            return ParseObject(sent);
        }
        catch (JsonException)
        {
            throw Invalid("the body is not JSON");
        }
    }

    /// <summary>Properties of <paramref name="sent"/> replace those of <paramref name="stored"/> with the same name; the rest
    /// stays.</summary>
    public static byte[] Merge(byte[] stored, byte[] sent)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        ForEach(sent, (name, _, _) => names.Add(name));
        var output = new ArrayBufferWriter<byte>(stored.Length + sent.Length);
        output.Write("{"u8);
        var count = Copy(stored, output, name => !names.Contains(name), annotations: true, 0);
        count = Copy(sent, output, _ => true, annotations: true, count);
        output.Write("}"u8);
        CheckSize(output.WrittenCount, count);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes the chosen properties of a stored body, each with a comma in front unless it is the first.</summary>
    /// <param name="annotations">False: without the types (<c>odata=nometadata</c>).</param>
    /// <param name="written">How many properties stand in front.</param>
    /// <returns>How many there are now.</returns>
    public static int Copy(byte[] body, ArrayBufferWriter<byte> output, Func<string, bool> wanted, bool annotations, int written)
    {
        ForEach(body, (name, annotated, plain) =>
        {
            if (wanted(name))
            {
                output.Write(written++ > 0 ? ","u8 : ""u8);
                output.Write(body.AsSpan(annotations ? annotated : plain));
            }
        });
        return written;
    }

    /// <summary>True on the name of a property that gives another one's type: <c>Amount@odata.type</c>.</summary>
    public static bool IsTypeAnnotation(ref Utf8JsonReader json) => json.ValueSpan.EndsWith("@odata.type"u8);

    /// <summary>Checks a key that came in a body or in a path.</summary>
    public static string CheckKey(string? key, string name)
    {
        if (key is null)
        {
            throw new StorageError(400, "PropertiesNeedValue", $"The values are not specified for all properties in the entity: {name}.");
        }

        if (key.Length > MaxKeyLength)
        {
            throw new StorageError(400, "KeyValueTooLarge", "The key value is larger than the maximum size allowed (1 KiB).");
        }

        foreach (var c in key)
        {
            if (c is '/' or '\\' or '#' or '?' || char.IsControl(c))
            {
                throw new StorageError(400, "OutOfRangeInput", $"The '{name}' parameter of value '{key}' is out of range.");
            }
        }

        return key;
    }

    private static SentEntity ParseObject(ReadOnlySpan<byte> sent)
    {
        var json = new Utf8JsonReader(sent);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw Invalid("the body is not a JSON object");
        }

        string? partitionKey = null, rowKey = null;
        var types = ReadTypes(sent);
        var count = 0;
        var (output, writer) = (_scratch ??= new Scratch()).Cleared();
        writer.WriteStartObject();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            switch (SystemProperty(name))
            {
                case SystemName.PartitionKey:
                    partitionKey = json.GetString();
                    break;
                case SystemName.RowKey:
                    rowKey = json.GetString();
                    break;
                case SystemName.Annotation or SystemName.Ignored:
                    json.Skip();
                    break;
                case SystemName.None when json.TokenType == JsonTokenType.Null:
                    break;
                default:
                    count++;
                    WriteProperty(writer, ref json, name, types is not null && types.TryGetValue(name, out var type) ? type : EdmType.None);
                    break;
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        CheckSize(output.WrittenCount, count);
        return new(partitionKey, rowKey, output.WrittenSpan.ToArray());
    }

    /// <summary>The types that a sent entity gives; they may stand before or after their property. Null if it gives none.</summary>
    private static Dictionary<string, EdmType>? ReadTypes(ReadOnlySpan<byte> sent)
    {
        if (sent.IndexOf("@odata.type"u8) < 0)
        {
            return null;
        }

        var types = new Dictionary<string, EdmType>(StringComparer.Ordinal);
        var json = new Utf8JsonReader(sent);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = IsTypeAnnotation(ref json) ? json.GetString()! : null;
            json.Read();
            if (name is null)
            {
                json.Skip();
                continue;
            }

            var type = json.TokenType == JsonTokenType.String ? EdmValue.ParseType(json.ValueSpan) : EdmType.None;
            types[name[..^"@odata.type".Length]] = type != EdmType.None ? type : throw Invalid("a property has a type that does not exist");
        }

        return types;
    }

    private static SystemName SystemProperty(string name) => name switch
    {
        "PartitionKey" => SystemName.PartitionKey,
        "RowKey" => SystemName.RowKey,
        "Timestamp" => SystemName.Ignored,
        _ when name.EndsWith("@odata.type", StringComparison.Ordinal) => SystemName.Annotation,
        _ => name.StartsWith("odata.", StringComparison.Ordinal) ? SystemName.Ignored : SystemName.None,
    };

    private static void WriteProperty(Utf8JsonWriter writer, ref Utf8JsonReader json, string name, EdmType type)
    {
        if (name.Length > MaxNameLength)
        {
            throw new StorageError(400, "PropertyNameTooLong", "The property name exceeds the maximum allowed length (255).");
        }

        switch (json.TokenType)
        {
            case JsonTokenType.True or JsonTokenType.False when type is EdmType.None or EdmType.Boolean:
                writer.WriteBoolean(name, json.GetBoolean());
                break;
            case JsonTokenType.Number:
                WriteNumber(writer, ref json, name, type);
                break;
            case JsonTokenType.String when type is EdmType.None or EdmType.String && !json.ValueIsEscaped:
                CheckLength(json.ValueSpan.Length <= MaxTextLength || Encoding.UTF8.GetCharCount(json.ValueSpan) <= MaxTextLength);
                writer.WriteString(name, json.ValueSpan);
                break;
            case JsonTokenType.String:
                WriteText(writer, name, json.GetString()!, type);
                break;
            default:
                throw Invalid($"the property {name} has a value that its type does not have");
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, ref Utf8JsonReader json, string name, EdmType type)
    {
        if (type is EdmType.None or EdmType.Int32 && json.TryGetInt32(out var whole))
        {
            writer.WriteNumber(name, whole);
        }
        else if (type is EdmType.Int64 && json.TryGetInt64(out var wide))
        {
            WriteTyped(writer, name, "Edm.Int64", wide.ToString());
        }
        else if (type is EdmType.None or EdmType.Double && json.TryGetDouble(out var number) && double.IsFinite(number))
        {
            WriteDouble(writer, name, number);
        }
        else
        {
            throw Invalid($"the property {name} has a number that its type does not have");
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string text, EdmType type)
    {
        switch (type)
        {
            case EdmType.None or EdmType.String:
                CheckLength(text.Length <= MaxTextLength);
                writer.WriteString(name, text);
                break;
            case EdmType.Int64 when long.TryParse(text, CultureInfo.InvariantCulture, out var wide):
                WriteTyped(writer, name, "Edm.Int64", wide.ToString());
                break;
            case EdmType.Int32 when int.TryParse(text, CultureInfo.InvariantCulture, out var whole):
                writer.WriteNumber(name, whole);
                break;
            case EdmType.Double when text is "NaN" or "Infinity" or "-Infinity":
                WriteTyped(writer, name, "Edm.Double", text);
                break;
            case EdmType.Double when double.TryParse(text, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number):
                WriteDouble(writer, name, number);
                break;
            case EdmType.Guid when Guid.TryParse(text, out var guid):
                WriteTyped(writer, name, "Edm.Guid", guid.ToString());
                break;
            case EdmType.DateTime when EdmValue.ParseInstant(text) is { } instant && instant >= Earliest:
                WriteTyped(writer, name, "Edm.DateTime", instant.ToString(EdmValue.InstantFormat, CultureInfo.InvariantCulture));
                break;
            case EdmType.Boolean when bool.TryParse(text, out var flag):
                writer.WriteBoolean(name, flag);
                break;
            case EdmType.Binary when DecodedLength(text) is { } bytes:
                CheckLength(bytes <= MaxBinaryBytes);
                WriteTyped(writer, name, "Edm.Binary", text);
                break;
            default:
                throw Invalid($"the property {name} has a value that its type does not have");
        }
    }

    private static void WriteTyped(Utf8JsonWriter writer, string name, string type, string value)
    {
        writer.WriteString(name + "@odata.type", type);
        writer.WriteString(name, value);
    }

    private static void WriteDouble(Utf8JsonWriter writer, string name, double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        writer.WritePropertyName(name);
        writer.WriteRawValue(text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0", skipInputValidation: true);
    }

    private static int? DecodedLength(string base64)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((base64.Length * 3 / 4) + 3);
        var valid = Convert.TryFromBase64String(base64, buffer, out var length);
        ArrayPool<byte>.Shared.Return(buffer);
        return valid ? length : null;
    }

    private static void CheckLength(bool fits)
    {
        if (!fits)
        {
            throw new StorageError(400, "PropertyValueTooLarge", "The property value exceeds the maximum allowed size (64KB).");
        }
    }

    private static void CheckSize(int bytes, int properties)
    {
        if (properties > MaxProperties)
        {
            throw new StorageError(400, "TooManyProperties", "The entity contains more properties than allowed (252).");
        }

        if (bytes > MaxEntityBytes)
        {
            throw new StorageError(400, "EntityTooLarge", "The entity is larger than the maximum allowed size (1MB).");
        }
    }

    /// <summary>Visits the properties of a stored body: name, the bytes with the type annotation and the bytes without it.</summary>
    private static void ForEach(ReadOnlySpan<byte> body, Action<string, Range, Range> visit)
    {
        var json = new Utf8JsonReader(body);
        json.Read();
        int? annotationStart = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)json.TokenStartIndex;
            if (IsTypeAnnotation(ref json))
            {
                annotationStart = start;
                json.Read();
                continue;
            }

            var name = json.GetString()!;
            json.Read();
            var end = (int)json.BytesConsumed;
            visit(name, (annotationStart ?? start)..end, start..end);
            annotationStart = null;
        }
    }

    private static StorageError Invalid(string why) => new(400, "InvalidInput", $"One of the request inputs is not valid: {why}.");

    private sealed class Scratch
    {
        private const int KeptBytes = 64 * 1024;

        private ArrayBufferWriter<byte> _output = new(4096);
        private Utf8JsonWriter? _writer;

        public (ArrayBufferWriter<byte> Output, Utf8JsonWriter Writer) Cleared()
        {
            if (_output.Capacity > KeptBytes)
            {
                _output = new(4096);
            }

            _output.ResetWrittenCount();
            _writer ??= new Utf8JsonWriter(_output, Stored);
            _writer.Reset(_output);
            return (_output, _writer);
        }
    }
}
