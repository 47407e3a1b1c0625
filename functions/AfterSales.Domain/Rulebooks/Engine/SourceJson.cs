using System.Text.Json;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>Values that a rulebook writes down, as the JSON that they stand for.</summary>
internal static class SourceJson
{
    public static JsonDocument ToJson(SourceNode node)
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory)) Write(node, writer);
        return JsonDocument.Parse(memory.ToArray());
    }

    private static void Write(SourceNode node, Utf8JsonWriter writer)
    {
        switch (node)
        {
            case SourceNode.Scalar scalar:
                Write(scalar.Text, writer);
                break;
            case SourceNode.Sequence sequence:
                writer.WriteStartArray();
                foreach (SourceNode item in sequence.Items) Write(item, writer);
                writer.WriteEndArray();
                break;
            case SourceNode.Map map:
                writer.WriteStartObject();
                foreach ((SourceText name, SourceNode value) in map.Entries)
                {
                    writer.WritePropertyName(name.Value);
                    Write(value, writer);
                }
                writer.WriteEndObject();
                break;
        }
    }

    private static void Write(SourceText text, Utf8JsonWriter writer)
    {
        if (!text.Plain) writer.WriteStringValue(text.Value);
        else if (text.Value is "null" or "~" or "") writer.WriteNullValue();
        else if (text.Value is "true" or "false") writer.WriteBooleanValue(text.Value == "true");
        else if (IsNumber(text.Value)) writer.WriteRawValue(text.Value);
        else writer.WriteStringValue(text.Value);
    }

    // JSON's own form of a number; what YAML would also take for one, such as 012 or 1_000, stays a text.
    private static bool IsNumber(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan(text[0] == '-' ? 1 : 0);
        int point = rest.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? rest : rest[..point];
        ReadOnlySpan<char> fraction = point < 0 ? "0" : rest[(point + 1)..];
        return whole.Length is > 0 and <= 15 && fraction.Length is > 0 and <= 15
            && !whole.ContainsAnyExceptInRange('0', '9') && !fraction.ContainsAnyExceptInRange('0', '9')
            && (whole.Length == 1 || whole[0] != '0');
    }
}
