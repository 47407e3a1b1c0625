using System.Text.Json;
using System.Text.Json.Serialization;

namespace AfterSales.Domain.Cases;

/// <summary>The code of a step of a ladder, such as <c>floor_head</c>: what a rulebook calls it.</summary>
[JsonConverter(typeof(StepCodeJson))]
public readonly record struct StepCode(string Value)
{
    public override string ToString() => Value;
}

internal sealed class StepCodeJson : JsonConverter<StepCode>
{
    public override StepCode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("A step's code is a text."));

    public override void Write(Utf8JsonWriter writer, StepCode value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
