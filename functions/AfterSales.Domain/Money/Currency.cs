using System.Text.Json;
using System.Text.Json.Serialization;

namespace AfterSales.Domain;

/// <summary>An ISO 4217 currency with two decimals. The default value is CNY, the only one the shipped rulebooks know.</summary>
[JsonConverter(typeof(CurrencyJsonConverter))]
public readonly record struct Currency
{
    private readonly string? _code;

    private Currency(string code) => _code = code;

    /// <summary>Renminbi yuan; one yuan is 100 fen.</summary>
    public static Currency Cny { get; }

    /// <summary>Three capital letters.</summary>
    public string Code => _code ?? "CNY";

    /// <summary>False unless <paramref name="code"/> is three capital letters A-Z.</summary>
    public static bool TryParse(string? code, out Currency currency)
    {
        currency = default;
        if (code is not { Length: 3 } || !code.All(char.IsAsciiLetterUpper)) return false;
        currency = code == "CNY" ? Cny : new Currency(code);
        return true;
    }

    /// <exception cref="FormatException">Not three capital letters.</exception>
    public static Currency Parse(string code) =>
        TryParse(code, out Currency currency) ? currency : throw new FormatException($"'{code}' is no currency code such as CNY.");

    public override string ToString() => Code;
}

/// <summary>"CNY"; reading is strict.</summary>
public sealed class CurrencyJsonConverter : JsonConverter<Currency>
{
    public override Currency Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Currency.TryParse(reader.GetString(), out Currency currency)
            ? currency
            : throw new JsonException("A currency is a code of three capital letters, such as \"CNY\".");

    public override void Write(Utf8JsonWriter writer, Currency value, JsonSerializerOptions options) => writer.WriteStringValue(value.Code);
}
