using System.Globalization;
using System.Text.Json;

namespace AfterSales.LocalRuntime.Engine.Storage.Tables;

/// <summary>The property types of Azure Tables.</summary>
internal enum EdmType
{
    /// <summary>No value: the property is missing.</summary>
    None,
    String,
    Boolean,
    Int32,
    Int64,
    Double,
    Guid,
    DateTime,
    Binary,
}

/// <summary>A property's value or a filter's constant.</summary>
/// <param name="Integer">Boolean (0, 1), Int32, Int64, and UTC ticks of a DateTime.</param>
/// <param name="Text">String and Guid (lower case).</param>
internal readonly record struct EdmValue(EdmType Type, long Integer = 0, double Number = 0, string? Text = null, byte[]? Bytes = null)
{
    /// <summary>The form in which the service gives instants: UTC, seven fractional digits.</summary>
    public const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    private bool IsNumber => Type is EdmType.Int32 or EdmType.Int64 or EdmType.Double;

    /// <summary>Less than, equal to or greater than zero as this value is against <paramref name="other"/>; null when the two
    /// cannot be compared, in which case every comparison is false.</summary>
    public int? CompareTo(EdmValue other)
    {
        if (IsNumber && other.IsNumber)
        {
            return Type == EdmType.Double || other.Type == EdmType.Double
                ? CompareNumbers(AsDouble(), other.AsDouble())
                : Integer.CompareTo(other.Integer);
        }

        if (Type != other.Type)
        {
            return null;
        }

        return Type switch
        {
            EdmType.String or EdmType.Guid => KeyOrder.Compare(Text!, other.Text!),
            EdmType.Boolean or EdmType.DateTime => Integer.CompareTo(other.Integer),
            EdmType.Binary => Bytes.AsSpan().SequenceCompareTo(other.Bytes),
            _ => null,
        };
    }

    /// <summary>Reads a value in the form in which <see cref="EntityBody"/> stores it.</summary>
    public static EdmValue Read(ref Utf8JsonReader json, EdmType annotated) => json.TokenType switch
    {
        JsonTokenType.True => new(EdmType.Boolean, 1),
        JsonTokenType.False => new(EdmType.Boolean),
        JsonTokenType.Number when json.TryGetInt32(out var number) => new(EdmType.Int32, number),
        JsonTokenType.Number => new(EdmType.Double, Number: json.GetDouble()),
        JsonTokenType.String => annotated switch
        {
            EdmType.Int64 => new(annotated, long.Parse(json.GetString()!)),
            EdmType.Double => new(annotated, Number: double.Parse(json.GetString()!)),
            EdmType.Guid => new(annotated, Text: json.GetString()),
            EdmType.DateTime => new(annotated, ParseInstant(json.GetString()!)!.Value.Ticks),
            EdmType.Binary => new(annotated, Bytes: json.GetBytesFromBase64()),
            _ => new(EdmType.String, Text: json.GetString()),
        },
        _ => default,
    };

    /// <summary>A UTC instant from ISO 8601 text; text without an offset is taken as UTC; null if it is none.</summary>
    public static DateTime? ParseInstant(string text)
    {
        const DateTimeStyles Style = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal;
        return DateTime.TryParse(text, CultureInfo.InvariantCulture, Style, out var value) ? value : null;
    }

    /// <summary>The service's name of a type, without <c>Edm.</c>; <see cref="EdmType.None"/> if it is unknown.</summary>
    public static EdmType ParseType(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("Edm.String"u8) => EdmType.String,
        _ when name.SequenceEqual("Edm.Boolean"u8) => EdmType.Boolean,
        _ when name.SequenceEqual("Edm.Int32"u8) => EdmType.Int32,
        _ when name.SequenceEqual("Edm.Int64"u8) => EdmType.Int64,
        _ when name.SequenceEqual("Edm.Double"u8) => EdmType.Double,
        _ when name.SequenceEqual("Edm.Guid"u8) => EdmType.Guid,
        _ when name.SequenceEqual("Edm.DateTime"u8) => EdmType.DateTime,
        _ when name.SequenceEqual("Edm.Binary"u8) => EdmType.Binary,
        _ => EdmType.None,
    };

    private static int? CompareNumbers(double left, double right) =>
        double.IsNaN(left) || double.IsNaN(right) ? null : left.CompareTo(right);

    private double AsDouble() => Type == EdmType.Double ? Number : Integer;
}
