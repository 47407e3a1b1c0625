using System.Text.Json;
using System.Text.Json.Serialization;
using AfterSales.Domain.Cases;

namespace AfterSales.Domain.Refunds;

/// <summary>A payout's id: <c>payout_</c> and 26 characters that follow from the case and the payout's number in it.</summary>
[JsonConverter(typeof(PayoutIdJson))]
public readonly record struct PayoutId
{
    private const string Prefix = "payout_";
    private readonly string? _text;

    private PayoutId(string text) => _text = text;

    /// <param name="number">1 for the first payout of the case.</param>
    public static PayoutId For(CaseId caseId, int number) => new(Prefix + DerivedId.From(caseId.ToString(), number.ToString()));

    public static bool TryParse(string? text, out PayoutId id)
    {
        var well = text is not null
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && DerivedId.IsWellFormed(text.AsSpan(Prefix.Length));
        id = well ? new PayoutId(text!) : default;
        return well;
    }

    public override string ToString() => _text ?? "";
}

internal sealed class PayoutIdJson : JsonConverter<PayoutId>
{
    public override PayoutId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PayoutId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("Not a payout id.");

    public override void Write(Utf8JsonWriter writer, PayoutId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
