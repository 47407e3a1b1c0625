using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Rulebooks;

/// <summary>
/// A fact or a conclusion of a rulebook. Dates and date-times are local to the rulebook's zone. In JSON: truth values and
/// whole numbers as such; decimals, amounts, dates and texts as strings; lists and rows as arrays and objects; nothing as null.
/// </summary>
[JsonConverter(typeof(RuleValueJsonConverter))]
public abstract record RuleValue
{
    private RuleValue()
    {
    }

    public sealed record Truth(bool Value) : RuleValue
    {
        public override string ToString() => Value ? "true" : "false";
    }

    public sealed record Whole(long Value) : RuleValue
    {
        public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>An exact decimal that is no amount of money, such as a length in centimetres.</summary>
    public sealed record Number(decimal Value) : RuleValue
    {
        public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
    }

    public sealed record Amount(Money Value) : RuleValue
    {
        public override string ToString() => Value.ToString();
    }

    public sealed record Day(LocalDate Value) : RuleValue
    {
        public override string ToString() => LocalDatePattern.Iso.Format(Value);
    }

    /// <summary>A local date and time, shown to the second, or finer when it has a fraction.</summary>
    public sealed record Moment(LocalDateTime Value) : RuleValue
    {
        public override string ToString() => LocalDateTimePattern.ExtendedIso.Format(Value);
    }

    public sealed record Month(YearMonth Value) : RuleValue
    {
        public override string ToString() => YearMonthPattern.Iso.Format(Value);
    }

    public sealed record TimeOfDay(LocalTime Value) : RuleValue
    {
        public override string ToString() => LocalTimePattern.ExtendedIso.Format(Value);
    }

    /// <summary>An exact length of time, shown in seconds as CEL does: "86400s".</summary>
    public sealed record Span(Duration Value) : RuleValue
    {
        public override string ToString() => $"{(decimal)Value.ToBigIntegerNanoseconds() / 1_000_000_000m:0.#########}s";
    }

    /// <summary>A length that the calendar decides, such as three months.</summary>
    public sealed record Length(int Months, int Days) : RuleValue
    {
        public override string ToString() => (Months, Days) switch
        {
            (0, _) => $"{Days} days",
            (_, 0) => $"{Months} months",
            _ => $"{Months} months and {Days} days",
        };
    }

    /// <summary>CEL's floating point, inside expressions only; facts, constants and conclusions are exact.</summary>
    public sealed record Real(double Value) : RuleValue
    {
        public override string ToString() => Value.ToString("R", CultureInfo.InvariantCulture);
    }

    public sealed record Text(string Value) : RuleValue
    {
        public override string ToString() => Value;
    }

    public sealed record Items(ImmutableArray<RuleValue> Values) : RuleValue
    {
        public bool Equals(Items? other) => other is not null && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

        public override int GetHashCode() => Values.Length;

        public override string ToString() => string.Join(", ", Values);
    }

    /// <summary>Named fields in order, such as one entry of a list of postings.</summary>
    public sealed record Row(ImmutableArray<KeyValuePair<string, RuleValue>> Fields) : RuleValue
    {
        public bool Equals(Row? other) => other is not null && Fields.AsSpan().SequenceEqual(other.Fields.AsSpan());

        public override int GetHashCode() => Fields.Length;

        public override string ToString() => string.Join(", ", Fields.Select(field => $"{field.Key} {field.Value}"));
    }

    /// <summary>Null: a conclusion that is present and null, or an optional field without a value.</summary>
    public sealed record Nothing : RuleValue
    {
        private Nothing()
        {
        }

        public static Nothing Instance { get; } = new();

        public override string ToString() => "null";
    }

    /// <summary>Stands for a value that is there and is not looked at yet, while a plan is narrowed. No fact and no conclusion.</summary>
    internal sealed record Open : RuleValue
    {
        private Open()
        {
        }

        public static Open Instance { get; } = new();

        public override string ToString() => "open";
    }

    public static implicit operator RuleValue(bool value) => new Truth(value);

    public static implicit operator RuleValue(int value) => new Whole(value);

    public static implicit operator RuleValue(long value) => new Whole(value);

    public static implicit operator RuleValue(Money value) => new Amount(value);

    public static implicit operator RuleValue(LocalDate value) => new Day(value);

    public static implicit operator RuleValue(LocalDateTime value) => new Moment(value);

    public static implicit operator RuleValue(string value) => new Text(value);

    /// <summary>A list of texts.</summary>
    public static RuleValue List(params IEnumerable<string> values) => new Items([.. values.Select(value => (RuleValue)value)]);

    /// <summary>Writes the value as the class comment says.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        switch (this)
        {
            case Truth truth: writer.WriteBooleanValue(truth.Value); break;
            case Whole whole: writer.WriteNumberValue(whole.Value); break;
            case Nothing: writer.WriteNullValue(); break;
            case Items items:
                writer.WriteStartArray();
                foreach (RuleValue item in items.Values) item.WriteTo(writer);
                writer.WriteEndArray();
                break;
            case Row row:
                writer.WriteStartObject();
                foreach ((string name, RuleValue field) in row.Fields)
                {
                    writer.WritePropertyName(name);
                    field.WriteTo(writer);
                }
                writer.WriteEndObject();
                break;
            default: writer.WriteStringValue(ToString()); break;
        }
    }
}

/// <summary>
/// Reads back what <see cref="RuleValue.WriteTo"/> wrote. A string comes back as a text whatever it was: names and types
/// belong to the fact catalogue, a stored document is for showing and comparing.
/// </summary>
public sealed class RuleValueJsonConverter : JsonConverter<RuleValue>
{
    public override RuleValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return From(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, RuleValue value, JsonSerializerOptions options) => value.WriteTo(writer);

    internal static RuleValue From(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when element.TryGetInt64(out long whole) => whole,
        JsonValueKind.Number => new RuleValue.Number(element.GetDecimal()),
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.Array => new RuleValue.Items([.. element.EnumerateArray().Select(From)]),
        JsonValueKind.Object => new RuleValue.Row([.. element.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, From(p.Value)))]),
        JsonValueKind.Null => RuleValue.Nothing.Instance,
        _ => throw new JsonException("A rule value is a truth value, a number, a string, a list, an object or null."),
    };
}
