using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfterSales.Domain.Rulebooks.Format;
using NJsonSchema;
using NJsonSchema.Validation;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AfterSales.Domain.Tests.Rulebooks.Format;

public class RulebookSchemaTests
{
    private static readonly Task<JsonSchema> Schema = JsonSchema.FromJsonAsync(Resource("rulebook.schema.json"));

    [Fact]
    public async Task Every_shipped_rulebook_is_valid()
    {
        foreach (string file in typeof(RulebookFile).Assembly.GetManifestResourceNames().Where(IsRulebook))
        {
            using Stream stream = typeof(RulebookFile).Assembly.GetManifestResourceStream(file)!;
            using var reader = new StreamReader(stream);
            Assert.Equal([], (await Faults(await reader.ReadToEndAsync())).Select(fault => $"{file}: {fault}"));
        }
    }

    [Fact]
    public async Task The_sample_of_every_section_is_valid() => Assert.Empty(await Faults(SampleRulebook.Yaml));

    [Theory]
    [InlineData("facts:", "fact:")]
    [InlineData("unit: machines", "unyt: machines")]
    [InlineData("onMiss:", "on_miss:")]
    [InlineData("      - when: units > 0", "      - wehn: units > 0")]
    [InlineData("marks: [record]", "marks: [recorded]")]
    [InlineData("action: alert", "action: allert")]
    [InlineData("kind: fine", "kind: find")]
    [InlineData("zone: Asia/Shanghai\n", "")]
    [InlineData("price: paid", "price: payed")]
    [InlineData("  units: {type", "  3units: {type")]
    public async Task What_the_reader_refuses_the_editor_shows_too(string right, string wrong)
    {
        int at = SampleRulebook.Yaml.IndexOf(right, StringComparison.Ordinal);
        string yaml = SampleRulebook.Yaml[..at] + wrong + SampleRulebook.Yaml[(at + right.Length)..];
        Assert.NotEmpty(await Faults(yaml));
        var faults = new List<SourceFault>();
        Assert.Null(RulebookFile.Read("sample.yaml", Encoding.UTF8.GetBytes(yaml), faults));
    }

    [Fact]
    public async Task Every_key_of_the_schema_says_what_it_is()
    {
        using JsonDocument schema = JsonDocument.Parse((await Schema).ToJson());
        Assert.Empty(Undescribed(schema.RootElement, "#"));
    }

    private static bool IsRulebook(string resource) =>
        resource.EndsWith(".yaml", StringComparison.Ordinal) && !resource.Contains('/')
        && !resource.Contains(".clauses", StringComparison.Ordinal);

    private static IEnumerable<string> Undescribed(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            return element.EnumerateArray().SelectMany((item, i) => Undescribed(item, $"{path}/{i}"));
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        IEnumerable<string> here = element.TryGetProperty("properties", out JsonElement keys) && keys.ValueKind == JsonValueKind.Object
            && !path.EndsWith("/properties", StringComparison.Ordinal) && !element.TryGetProperty("description", out _)
            ? [path]
            : [];
        return here.Concat(element.EnumerateObject().SelectMany(property => Undescribed(property.Value, $"{path}/{property.Name}")));
    }

    private static async Task<IEnumerable<ValidationError>> Faults(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return (await Schema).Validate(Json(stream.Documents[0].RootNode)!.ToJsonString());
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(entry =>
            KeyValuePair.Create(((YamlScalarNode)entry.Key).Value!, Json(entry.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } quoted => quoted.Value,
        YamlScalarNode { Value: "true" or "false" } flag => flag.Value == "true",
        YamlScalarNode { Value: "" or "~" or "null" } => null,
        YamlScalarNode plain => decimal.TryParse(plain.Value, out decimal number) ? number : plain.Value,
        _ => throw new InvalidOperationException($"{node.NodeType}"),
    };

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(RulebookSchemaTests).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
