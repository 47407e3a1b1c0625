using System.Text.Json;
using System.Text.Json.Serialization;

namespace AfterSales.Domain;

/// <summary>"165.00" for CNY, "165.00 USD" for any other currency; whatever was written can be read. What people send is read elsewhere, with a limit.</summary>
public sealed class MoneyJsonConverter : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        string[] parts = text?.Split(' ') ?? [];
        Currency currency = default;
        if (parts.Length is 1 or 2
            && (parts.Length == 1 || Currency.TryParse(parts[1], out currency))
            && Money.TryReadSum(parts[0], currency, out Money money))
            return money;
        throw new JsonException("An amount is a string with at most two decimals, such as \"165.00\".");
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Currency == Currency.Cny ? value.ToString() : $"{value} {value.Currency}");
}
