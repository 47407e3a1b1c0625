using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks.Cel;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Rulebooks;

/// <summary>Reads values of a declared type: from JSON, and from values that were stored and came back without their types.</summary>
internal static class FactReader
{
    private const int MostItems = 100;
    private const int LongestText = 200;
    private const long LargestWhole = 1_000_000_000;

    private static readonly LocalTimePattern ToTheMinute = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    /// <summary>Null when the JSON is not of the type.</summary>
    /// <param name="signed">Whether numbers may be negative.</param>
    /// <param name="zone">Into which date-times with an offset are turned.</param>
    public static RuleValue? Read(JsonElement json, CelType type, bool signed, DateTimeZone zone) => (type, json.ValueKind) switch
    {
        (CelType.Optional, JsonValueKind.Null) => RuleValue.Nothing.Instance,
        (CelType.Optional optional, _) => Read(json, optional.Of, signed, zone),
        (CelType.Union union, _) => union.Of.Select(of => Read(json, of, signed, zone)).FirstOrDefault(value => value is not null),
        (CelType.List list, JsonValueKind.Array) => ReadItems(json, list, signed, zone),
        (CelType.Map map, JsonValueKind.Object) => ReadMap(json, map, signed, zone),
        (CelType.Row row, JsonValueKind.Object) => ReadRow(json, row, signed, zone),
        (CelType.Simple simple, JsonValueKind.True or JsonValueKind.False) => simple == CelType.Bool ? json.GetBoolean() : null,
        (CelType.Simple simple, JsonValueKind.Number) => Number(json.GetRawText(), simple, signed),
        (CelType.Simple simple, JsonValueKind.String) => Scalar(json.GetString()!, simple, signed, zone),
        _ => null,
    };

    /// <summary>The value as the type, when it was stored as text, number or list; null when it is not of the type.</summary>
    public static RuleValue? Restore(RuleValue value, CelType type, DateTimeZone zone) => (type, value) switch
    {
        (CelType.Optional, RuleValue.Nothing) => value,
        (CelType.Optional optional, _) => Restore(value, optional.Of, zone),
        (CelType.Union union, _) => union.Of.Select(of => Restore(value, of, zone)).FirstOrDefault(found => found is not null),
        (CelType.List list, RuleValue.Items items) => AllOf([.. items.Values.Select(item => Restore(item, list.Element!, zone))]),
        (CelType.Map map, RuleValue.Row row) => RowOf([.. row.Fields.Select(field => (field.Key, Restore(field.Value, map.Element!, zone)))]),
        (CelType.Row fields, RuleValue.Row row) => RestoreRow(row, fields, zone),
        (CelType.Simple simple, RuleValue.Text text) => Scalar(text.Value, simple, signed: true, zone),
        (CelType.Simple simple, RuleValue.Whole or RuleValue.Number) => Number(value.ToString()!, simple, signed: true),
        (CelType.Simple simple, RuleValue.Truth) => simple == CelType.Bool ? value : null,
        (CelType.Simple simple, RuleValue.Amount) => simple == CelType.Money ? value : simple == CelType.Decimal ? Number(value.ToString()!, simple, true) : null,
        (CelType.Simple simple, RuleValue.Day) => simple == CelType.Date || simple == CelType.DateOrDateTime ? value : null,
        (CelType.Simple simple, RuleValue.Moment moment) =>
            simple == CelType.DateTime || simple == CelType.DateOrDateTime ? value : simple == CelType.Date ? moment.Value.Date : null,
        (CelType.Simple simple, RuleValue.Month) => simple == CelType.Month ? value : null,
        (CelType.Simple simple, RuleValue.TimeOfDay) => simple == CelType.Time ? value : null,
        _ => null,
    };

    /// <summary>What a value of the type looks like, for an error.</summary>
    public static string Describe(CelType type, bool signed) => type switch
    {
        CelType.Optional optional => $"{Describe(optional.Of, signed)} or null",
        CelType.Union union => string.Join(" or ", union.Of.Select(of => Describe(of, signed))),
        CelType.List { Element: { } element } => $"an array, at most {MostItems}, of: {Describe(element, signed)}",
        CelType.Map { Element: { } element } => $"an object of names, each with: {Describe(element, signed)}",
        CelType.Row row => "an object with " + string.Join(
            ", ", row.Fields.Select(field => $"{field.Name} ({Describe(field.Type, signed)}{(field.Optional ? ", or left out" : "")})")),
        _ when type == CelType.Bool => "true or false",
        _ when type == CelType.Int => signed ? "a whole number" : "a whole number that is not negative",
        _ when type == CelType.Decimal => signed ? "a decimal, such as \"5.00\"" : "a decimal that is not negative, such as \"5.00\"",
        _ when type == CelType.Money => "an amount with at most two decimals, such as \"300.00\"",
        _ when type == CelType.Date => "a date from 1990 to 2199, such as \"2026-11-02\"",
        _ when type == CelType.DateTime => "a date and time, such as \"2026-11-02T09:00:00\"",
        _ when type == CelType.DateOrDateTime => "a date from 1990 to 2199 or a date and time, such as \"2026-11-02T09:00:00\"",
        _ when type == CelType.Time => "a time of day, such as \"09:30\"",
        _ when type == CelType.Month => "a month, such as \"2026-11\"",
        _ => $"a text of at most {LongestText} characters",
    };

    /// <summary>Whether the type is a number that may not be negative but the JSON is.</summary>
    public static bool IsNegative(JsonElement json, CelType type) =>
        (type == CelType.Int || type == CelType.Decimal || type == CelType.Money)
        && json.ValueKind is JsonValueKind.Number or JsonValueKind.String
        && decimal.TryParse(
            json.ValueKind == JsonValueKind.Number ? json.GetRawText() : json.GetString(),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out decimal number)
        && number < 0;

    private static RuleValue? Number(string text, CelType.Simple type, bool signed)
    {
        if (type == CelType.Int)
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
                && whole <= LargestWhole && whole >= (signed ? -LargestWhole : 0) ? whole : null;
        return Exact(text, type, signed);
    }

    private static RuleValue? Scalar(string text, CelType.Simple type, bool signed, DateTimeZone zone)
    {
        if (type == CelType.Text) return text.Length <= LongestText ? new RuleValue.Text(text) : null;
        if (type == CelType.Date) return Date(text);
        if (type == CelType.DateTime) return DateTime(text, zone);
        if (type == CelType.DateOrDateTime) return Date(text) ?? DateTime(text, zone);
        if (type == CelType.Month) return YearMonthPattern.Iso.Parse(text) is { Success: true, Value: var month } && IsPlausible(month) ? new RuleValue.Month(month) : null;
        if (type == CelType.Time)
        {
            if (ToTheMinute.Parse(text).TryGetValue(default, out LocalTime time) || LocalTimePattern.ExtendedIso.Parse(text).TryGetValue(default, out time))
                return new RuleValue.TimeOfDay(time);
            return null;
        }
        return Exact(text, type, signed);
    }

    private static RuleValue? Exact(string text, CelType.Simple type, bool signed)
    {
        if (type == CelType.Money) return Money.TryParse(text, out Money money) && (signed || !money.IsNegative) ? money : null;
        if (type != CelType.Decimal || text.Length > 20) return null;
        NumberStyles style = NumberStyles.AllowDecimalPoint | (signed ? NumberStyles.AllowLeadingSign : NumberStyles.None);
        return decimal.TryParse(text, style, CultureInfo.InvariantCulture, out decimal number) ? new RuleValue.Number(number) : null;
    }

    private static RuleValue? Date(string text) =>
        LocalDatePattern.Iso.Parse(text).TryGetValue(default, out LocalDate day) && DayCount.IsPlausible(day) ? day : null;

    private static RuleValue? DateTime(string text, DateTimeZone zone)
    {
        if (LocalDateTimePattern.ExtendedIso.Parse(text).TryGetValue(default, out LocalDateTime local)) return DayCount.IsPlausible(local.Date) ? local : null;
        return OffsetDateTimePattern.ExtendedIso.Parse(text).TryGetValue(default, out OffsetDateTime offset) && DayCount.IsPlausible(offset.Date)
            ? offset.ToInstant().InZone(zone).LocalDateTime
            : null;
    }

    private static bool IsPlausible(YearMonth month) => month.Year is >= 1990 and <= 2199;

    private static RuleValue? ReadItems(JsonElement json, CelType.List list, bool signed, DateTimeZone zone) =>
        json.GetArrayLength() <= MostItems ? AllOf([.. json.EnumerateArray().Select(item => Read(item, list.Element!, signed, zone))]) : null;

    private static RuleValue? ReadMap(JsonElement json, CelType.Map map, bool signed, DateTimeZone zone)
    {
        var entries = new List<(string Name, RuleValue? Value)>();
        foreach (JsonProperty entry in json.EnumerateObject())
        {
            if (entry.Name.Length is 0 or > LongestText || entries.Count == MostItems || entries.Any(known => known.Name == entry.Name)) return null;
            entries.Add((entry.Name, Read(entry.Value, map.Element!, signed, zone)));
        }
        return RowOf(entries);
    }

    private static RuleValue? ReadRow(JsonElement json, CelType.Row row, bool signed, DateTimeZone zone)
    {
        if (json.EnumerateObject().Any(given => row.Fields.All(field => field.Name != given.Name))
            || json.EnumerateObject().Select(given => given.Name).Distinct().Count() != json.EnumerateObject().Count()) return null;
        return RowOf([.. row.Fields.Select(field => (field.Name, ReadField(field)))]);

        RuleValue? ReadField(CelType.Field field) => json.TryGetProperty(field.Name, out JsonElement given) && !(field.Optional && given.ValueKind == JsonValueKind.Null)
            ? Read(given, field.Type, signed, zone)
            : Absent(field);
    }

    private static RuleValue? RestoreRow(RuleValue.Row row, CelType.Row type, DateTimeZone zone)
    {
        return RowOf([.. type.Fields.Select(field => (field.Name, RestoreField(field)))]);

        RuleValue? RestoreField(CelType.Field field) => row.Fields.FirstOrDefault(given => given.Key == field.Name).Value is { } given
            && !(field.Optional && given is RuleValue.Nothing)
            ? Restore(given, field.Type, zone)
            : Absent(field);
    }

    private static RuleValue.Nothing? Absent(CelType.Field field) => field.Optional ? RuleValue.Nothing.Instance : null;

    private static RuleValue.Items? AllOf(RuleValue?[] items) => items.Contains(null) ? null : new RuleValue.Items([.. items.Select(item => item!)]);

    private static RuleValue.Row? RowOf(IReadOnlyCollection<(string Name, RuleValue? Value)> fields) => fields.Any(field => field.Value is null)
        ? null
        : new RuleValue.Row([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value!))]);
}
