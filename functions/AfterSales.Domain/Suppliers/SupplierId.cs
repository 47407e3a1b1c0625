using System.Text.Json;
using System.Text.Json.Serialization;

namespace AfterSales.Domain.Suppliers;

/// <summary>A supplier's id as the marketplaces use it: 1 to 64 letters, digits, dots, hyphens and underscores.</summary>
[JsonConverter(typeof(SupplierIdJson))]
public readonly record struct SupplierId
{
    private readonly string? _text;

    private SupplierId(string text) => _text = text;

    public static bool TryParse(string? text, out SupplierId id)
    {
        bool well = text is { Length: >= 1 and <= 64 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
        id = well ? new SupplierId(text!) : default;
        return well;
    }

    /// <exception cref="FormatException">The text is no supplier id.</exception>
    public static SupplierId Parse(string text) => TryParse(text, out SupplierId id) ? id : throw new FormatException($"'{text}' is no supplier id.");

    public override string ToString() => _text ?? "";
}

internal sealed class SupplierIdJson : JsonConverter<SupplierId>
{
    public override SupplierId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        SupplierId.TryParse(reader.GetString(), out SupplierId id) ? id : throw new JsonException("Not a supplier id.");

    public override void Write(Utf8JsonWriter writer, SupplierId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
