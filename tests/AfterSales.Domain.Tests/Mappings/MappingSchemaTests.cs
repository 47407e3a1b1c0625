using System.Text.Json;
using AfterSales.Domain.Mappings;
using NJsonSchema;
using YamlDotNet.Serialization;

namespace AfterSales.Domain.Tests.Mappings;

/// <summary>What the schema tells an editor is what the reader takes.</summary>
public sealed class MappingSchemaTests
{
    private static readonly Task<JsonSchema> Schema = JsonSchema.FromJsonAsync(Resource("mapping.schema.json"));

    [Fact]
    public async Task Every_shipped_mapping_is_valid()
    {
        foreach (string id in ShippedMappings.Ids)
        {
            Assert.Empty((await Schema).Validate(Json(Resource($"mappings/{id}.yaml"))).Select(fault => $"{id}: {fault}"));
        }
    }

    [Theory]
    [InlineData("event:", "evnt:")]
    [InlineData("type: case.withdrawn", "type: case.withdrew")]
    [InlineData("as: number", "as: guess")]
    [InlineData("data.claim.kind:", "data.claim.kin:")]
    [InlineData("timestamp: /ticket/opened_at", "timestamp: ticket")]
    [InlineData("optional: true", "optional: perhaps")]
    public async Task What_the_reader_refuses_the_editor_shows_too(string right, string wrong)
    {
        string text = Resource("mappings/demo-shop.yaml");
        int at = text.IndexOf(right, StringComparison.Ordinal);

        Assert.NotEmpty((await Schema).Validate(Json(text[..at] + wrong + text[(at + right.Length)..])));
    }

    [Fact]
    public void It_knows_the_messages_and_fields_that_the_reader_knows()
    {
        using JsonDocument schema = JsonDocument.Parse(Resource("mapping.schema.json"));
        JsonElement message = schema.RootElement.GetProperty("definitions").GetProperty("message").GetProperty("properties");

        Assert.Equal(
            MappingFile.Types.Keys.Order(StringComparer.Ordinal),
            message.GetProperty("type").GetProperty("enum").EnumerateArray().Select(type => type.GetString()!));
        Assert.Equal(
            MappingFile.Targets, message.GetProperty("fields").GetProperty("properties").EnumerateObject().Select(field => field.Name));
    }

    private static string Json(string yaml) => JsonSerializer.Serialize(
        new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<Dictionary<string, object>>(yaml));

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(MappingSchemaTests).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
