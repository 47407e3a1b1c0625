using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AfterSales.Domain.Calendars;
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
        Facts facts = None;
        foreach (JsonProperty property in json.EnumerateObject())
        {
            string at = $"{pointer}/{property.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            if (catalogue.Find(property.Name) is not { } definition)
                faults.Add(new FactFault(at, "unknown-fact", $"The rulebook knows no fact '{property.Name}'."));
            else if (facts.Find(property.Name) is not null)
                faults.Add(new FactFault(at, "duplicate-fact", $"'{property.Name}' is given twice."));
            else if (Read(property.Value, definition, zone, at, faults) is { } value)
                facts = facts.With(property.Name, value);
        }
        return new FactsReading(facts, faults);
    }

    private static RuleValue? Read(JsonElement json, FactDefinition fact, DateTimeZone zone, string at, List<FactFault> faults)
    {
        foreach (FactKinds kind in Enum.GetValues<FactKinds>())
        {
            if (kind != FactKinds.None && fact.Kinds.HasFlag(kind) && ReadAs(json, kind, zone) is { } value)
                return InSet(value, fact, at, faults);
        }
        bool negative = json.ValueKind is JsonValueKind.Number or JsonValueKind.String
            && (fact.Kinds & (FactKinds.Whole | FactKinds.Number | FactKinds.Amount)) != FactKinds.None
            && decimal.TryParse(Raw(json), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            && number < 0;
        faults.Add(negative
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

    private static RuleValue? ReadAs(JsonElement json, FactKinds kind, DateTimeZone zone) => kind switch
    {
        FactKinds.Truth when json.ValueKind is JsonValueKind.True or JsonValueKind.False => json.GetBoolean(),
        FactKinds.Whole when json.ValueKind is JsonValueKind.Number && json.TryGetInt64(out long whole) && whole is >= 0 and <= 1_000_000_000 => whole,
        FactKinds.Number when Decimal(json) is { } number => new RuleValue.Number(number),
        FactKinds.Amount when json.ValueKind is JsonValueKind.Number or JsonValueKind.String
            && Money.TryParse(Raw(json), out Money money) && !money.IsNegative => money,
        FactKinds.Day when Parsed(json, LocalDatePattern.Iso, out LocalDate day) && DayCount.IsPlausible(day) => day,
        FactKinds.Moment when Parsed(json, LocalDateTimePattern.ExtendedIso, out LocalDateTime local) && DayCount.IsPlausible(local.Date) => local,
        FactKinds.Moment when Parsed(json, OffsetDateTimePattern.ExtendedIso, out OffsetDateTime offset) && DayCount.IsPlausible(offset.Date) => offset.ToInstant().InZone(zone).LocalDateTime,
        FactKinds.Month when Parsed(json, YearMonthPattern.Iso, out YearMonth month) => new RuleValue.Month(month),
        FactKinds.Text when json.ValueKind is JsonValueKind.String && json.GetString() is { Length: > 0 and <= 200 } text => text,
        FactKinds.TextList => ListOf(json, item => ReadAs(item, FactKinds.Text, zone)),
        FactKinds.DayList => ListOf(json, item => ReadAs(item, FactKinds.Day, zone)),
        _ => null,
    };

    private static RuleValue? ListOf(JsonElement json, Func<JsonElement, RuleValue?> read)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() > 100) return null;
        RuleValue?[] items = [.. json.EnumerateArray().Select(read)];
        return items.Contains(null) ? null : new RuleValue.Items([.. items.Select(item => item!)]);
    }

    private static decimal? Decimal(JsonElement json) =>
        json.ValueKind is JsonValueKind.Number or JsonValueKind.String
        && Raw(json) is { Length: <= 20 } raw
        && decimal.TryParse(raw, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            ? number
            : null;

    private static string Raw(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();

    private static bool Parsed<T>(JsonElement json, IPattern<T> pattern, out T value)
    {
        value = default!;
        return json.ValueKind == JsonValueKind.String && pattern.Parse(json.GetString()!).TryGetValue(default!, out value);
    }

    private static string Wanted(FactDefinition fact)
    {
        if (!fact.Symbols.IsEmpty)
            return (fact.Kinds.HasFlag(FactKinds.TextList) ? "an array of some of " : "one of ") + string.Join(", ", fact.Symbols);
        var words = new List<string>();
        if (fact.Kinds.HasFlag(FactKinds.Truth)) words.Add("true or false");
        if (fact.Kinds.HasFlag(FactKinds.Whole)) words.Add("a whole number that is not negative");
        if (fact.Kinds.HasFlag(FactKinds.Number)) words.Add("a decimal that is not negative, such as \"5.00\"");
        if (fact.Kinds.HasFlag(FactKinds.Amount)) words.Add("an amount with at most two decimals, such as \"300.00\"");
        if (fact.Kinds.HasFlag(FactKinds.Day)) words.Add("a date from 1990 to 2199, such as \"2026-11-02\"");
        if (fact.Kinds.HasFlag(FactKinds.Moment)) words.Add("a date and time, such as \"2026-11-02T09:00:00\"");
        if (fact.Kinds.HasFlag(FactKinds.Month)) words.Add("a month, such as \"2026-11\"");
        if (fact.Kinds.HasFlag(FactKinds.Text)) words.Add("a text of at most 200 characters");
        if (fact.Kinds.HasFlag(FactKinds.TextList)) words.Add("an array of texts, at most 100");
        if (fact.Kinds.HasFlag(FactKinds.DayList)) words.Add("an array of dates, at most 100");
        return string.Join(" or ", words);
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
