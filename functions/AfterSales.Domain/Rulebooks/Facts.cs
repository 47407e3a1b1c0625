using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AfterSales.Domain.Rulebooks.Cel;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Rulebooks;

/// <summary>A fault in given facts, for the problem document.</summary>
/// <param name="Pointer">JSON pointer to the value.</param>
/// <param name="Code"><c>unknown-fact</c>, <c>mistyped-fact</c>, <c>fact-out-of-range</c>, <c>duplicate-fact</c>.</param>
public sealed record FactFault(string Pointer, string Code, string Detail);

/// <summary>Either facts, or everything that is wrong with them.</summary>
public sealed record FactsReading(Facts Facts, IReadOnlyList<FactFault> Faults)
{
    public bool IsValid => Faults.Count == 0;
}

/// <summary>Typed facts by name, in the order given. Immutable.</summary>
[JsonConverter(typeof(FactsJsonConverter))]
public sealed class Facts
{
    private readonly ImmutableDictionary<string, RuleValue> _values;
    private readonly ImmutableArray<string> _order;

    private Facts(ImmutableDictionary<string, RuleValue> values, ImmutableArray<string> order)
    {
        _values = values;
        _order = order;
    }

    public static Facts None { get; } = new(ImmutableDictionary<string, RuleValue>.Empty, []);

    public IEnumerable<KeyValuePair<string, RuleValue>> All => _order.Select(name => KeyValuePair.Create(name, _values[name]));

    public int Count => _order.Length;

    public RuleValue? Find(string name) => _values.GetValueOrDefault(name);

    public bool? Truth(string name) => (Find(name) as RuleValue.Truth)?.Value;

    public long? Whole(string name) => (Find(name) as RuleValue.Whole)?.Value;

    public decimal? Number(string name) => Find(name) switch
    {
        RuleValue.Number number => number.Value,
        RuleValue.Amount amount => amount.Value.Units,
        RuleValue.Whole whole => whole.Value,
        RuleValue.Text text when decimal.TryParse(text.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) => number,
        _ => null,
    };

    public Money? Amount(string name) => Find(name) switch
    {
        RuleValue.Amount amount => amount.Value,
        RuleValue.Text text when Money.TryParse(text.Value, out Money money) => money,
        _ => null,
    };

    /// <summary>The date; of a date-time, its day.</summary>
    public LocalDate? Day(string name) => Find(name) switch
    {
        RuleValue.Day day => day.Value,
        RuleValue.Text text when LocalDatePattern.Iso.Parse(text.Value).TryGetValue(default, out LocalDate day) => day,
        _ => Moment(name)?.Date,
    };

    public LocalDateTime? Moment(string name) => Find(name) switch
    {
        RuleValue.Moment moment => moment.Value,
        RuleValue.Text text when LocalDateTimePattern.ExtendedIso.Parse(text.Value).TryGetValue(default, out LocalDateTime moment) => moment,
        _ => null,
    };

    public string? Text(string name) => (Find(name) as RuleValue.Text)?.Value;

    public IReadOnlyList<string>? Texts(string name) => Find(name) is RuleValue.Items items ? [.. items.Values.Select(item => item.ToString())] : null;

    /// <summary>The same facts with one set or replaced.</summary>
    public Facts With(string name, RuleValue value) =>
        new(_values.SetItem(name, value), _values.ContainsKey(name) ? _order : _order.Add(name));

    /// <summary>These facts, with those of <paramref name="later"/> added and replacing.</summary>
    public Facts With(Facts later) => later.All.Aggregate(this, (facts, pair) => facts.With(pair.Key, pair.Value));

    /// <summary>
    /// Reads a JSON object against a catalogue and lists every fault, not only the first. What is right is in the result even
    /// then.
    /// </summary>
    /// <param name="zone">Into which date-times with an offset are turned.</param>
    /// <param name="pointer">JSON pointer of <paramref name="json"/> in the document, such as <c>/data/facts</c>.</param>
    public static FactsReading Parse(JsonElement json, FactCatalogue catalogue, DateTimeZone zone, string pointer)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return new FactsReading(None, [new FactFault(pointer, "mistyped-fact", "Facts are a JSON object of names and values.")]);
        var faults = new List<FactFault>();
        var nulls = new HashSet<string>();
        Facts facts = None;
        foreach (JsonProperty property in json.EnumerateObject())
        {
            string at = $"{pointer}/{property.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            if (catalogue.Find(property.Name) is not { } definition)
                faults.Add(new FactFault(at, "unknown-fact", $"The rulebook knows no fact '{property.Name}'."));
            else if (facts.Find(property.Name) is not null || nulls.Contains(property.Name))
                faults.Add(new FactFault(at, "duplicate-fact", $"'{property.Name}' is given twice."));
            else if (definition.Optional && property.Value.ValueKind == JsonValueKind.Null)
                nulls.Add(property.Name);
            else if (Read(property.Value, definition, zone, at, faults) is { } value)
                facts = facts.With(property.Name, value);
        }
        return new FactsReading(facts, faults);
    }

    private static RuleValue? Read(JsonElement json, FactDefinition fact, DateTimeZone zone, string at, List<FactFault> faults)
    {
        if (FactReader.Read(json, fact.Type, fact.Signed, zone) is { } value) return InSet(value, fact, at, faults);
        faults.Add(!fact.Signed && FactReader.IsNegative(json, fact.Type)
            ? new FactFault(at, "fact-out-of-range", $"'{fact.Name}' must not be negative.")
            : new FactFault(at, "mistyped-fact", $"'{fact.Name}' must be {Wanted(fact)}."));
        return null;
    }

    private static RuleValue? InSet(RuleValue value, FactDefinition fact, string at, List<FactFault> faults)
    {
        if (fact.Symbols.IsEmpty) return value;
        IEnumerable<string> given = value is RuleValue.Items items ? items.Values.Select(item => item.ToString()!) : [value.ToString()!];
        if (given.All(fact.Symbols.Contains)) return value;
        faults.Add(new FactFault(at, "fact-out-of-range", $"'{fact.Name}' must be {Wanted(fact)}."));
        return null;
    }

    private static string Wanted(FactDefinition fact)
    {
        string wanted = fact.Symbols.IsEmpty
            ? FactReader.Describe(fact.Type, fact.Signed)
            : (fact.Type is CelType.List ? "an array of some of " : "one of ") + string.Join(", ", fact.Symbols);
        return fact.Optional ? $"{wanted}, or null" : wanted;
    }
}

/// <summary>
/// A plain object of names and values. What was a string comes back as a text; the accessors of <see cref="Facts"/> read it as
/// the type they are asked for, so a case can be decided again from what was stored.
/// </summary>
public sealed class FactsJsonConverter : JsonConverter<Facts>
{
    public override Facts Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.EnumerateObject()
            .Aggregate(Facts.None, (facts, property) => facts.With(property.Name, RuleValueJsonConverter.From(property.Value)));
    }

    public override void Write(Utf8JsonWriter writer, Facts value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach ((string name, RuleValue fact) in value.All)
        {
            writer.WritePropertyName(name);
            fact.WriteTo(writer);
        }
        writer.WriteEndObject();
    }
}
