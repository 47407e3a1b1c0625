using System.Text.Json;
using System.Text.Unicode;

namespace AfterSales.Functions.Http;

/// <summary>Reads JSON from outside so that every text in it can be read: real UTF-8, no half characters, no field twice.</summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions OneOfEach = new() { AllowDuplicateProperties = false };

    /// <exception cref="JsonException">Why the bytes cannot be taken, in words for who sent them.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            throw new JsonException("The body is not UTF-8.");
        }

        try
        {
            RefuseHalfCharacters(body.Span);
        }
        catch (JsonException e) when (e.LineNumber is not null)
        {
            throw new JsonException($"The body is not JSON, at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.", e);
        }

        try
        {
            return JsonDocument.Parse(body, OneOfEach);
        }
        catch (JsonException e)
        {
            // The bytes are JSON by now: what is left is a name given twice in one object.
            throw new JsonException("An object of the body has a field twice.", e);
        }
    }

    private static void RefuseHalfCharacters(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
            {
                continue;
            }

            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException e)
            {
                throw new JsonException($"A text of the body, ending at byte {reader.BytesConsumed}, has half a character (a lone surrogate).", e);
            }
        }
    }
}
