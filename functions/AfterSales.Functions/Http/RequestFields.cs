using System.Text.Json;
using AfterSales.Domain;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Http;

/// <summary>Reads a flat JSON object field by field and collects every fault.</summary>
internal sealed class RequestFields
{
    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);

    public RequestFields(ReadOnlyMemory<byte> body)
    {
        Faults = [];
        try
        {
            using JsonDocument document = StrictJson.Parse(body);
            Take(document.RootElement.Clone());
        }
        catch (JsonException)
        {
            Faults.Add(new Fault("", Problem.NotJson, "The body must be a JSON object."));
        }
    }

    public List<Fault> Faults { get; }

    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        foreach (string name in _fields.Keys)
        {
            if (!names.Contains(name)) Refuse(name, "unknown-field", $"Known are {string.Join(", ", names.ToArray())}.");
        }
    }

    public string? Text(string name, bool required, int longest)
    {
        if (Find(name, required) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.Trim().Length is var length && length > 0 && length <= longest
            && !text.Any(IsControl))
            return text.Trim();
        Refuse(name, "invalid-text", $"A text of 1 to {longest} characters without control characters is wanted.");
        return null;
    }

    /// <summary>What is no part of a text; line breaks and tabs are.</summary>
    public static bool IsControl(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');

    public string? OneOf(string name, bool required, params ReadOnlySpan<string> values)
    {
        if (Find(name, required) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String && values.Contains(value.GetString())) return value.GetString();
        Refuse(name, "invalid-choice", $"One of {string.Join(", ", values.ToArray())} is wanted.");
        return null;
    }

    public Money? Amount(string name, bool required, bool zeroAllowed)
    {
        if (Find(name, required) is not { } value) return null;
        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (Money.TryParse(text, out Money money) && !money.IsNegative && (zeroAllowed || money.IsPositive)) return money;
        Refuse(
            name, "invalid-amount",
            $"An amount {(zeroAllowed ? "of zero or more" : "above zero")} and of at most {Money.OfFen(Money.MaxFen)} with at most two decimals, such as \"300.00\", is wanted.");
        return null;
    }

    /// <summary>A whole number within <paramref name="least"/>..<paramref name="most"/>.</summary>
    public int? Whole(string name, int least, int most, bool required = false)
    {
        if (Find(name, required) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= most) return number;
        Refuse(name, "invalid-number", $"A whole number from {least} to {most} is wanted.");
        return null;
    }

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<JsonElement> Items(string name, bool required, int most)
    {
        if (Find(name, required) is not { } value) return [];
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is > 0 and var count && count <= most) return [.. value.EnumerateArray()];
        Refuse(name, "invalid-list", $"A list of 1 to {most} items is wanted.");
        return [];
    }

    public bool? Truth(string name, bool required)
    {
        if (Find(name, required) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Refuse(name, "invalid-truth", "true or false is wanted.");
        return null;
    }

    public YearMonth? Month(string name, bool required)
    {
        if (Find(name, required) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String && YearMonthPattern.Iso.Parse(value.GetString()!).TryGetValue(default, out YearMonth month)
            && IsOfOurTimes(month.Year)) return month;
        Refuse(name, "invalid-month", "A month such as \"2026-11\" is wanted.");
        return null;
    }

    public LocalDate? Day(string name, bool required = false)
    {
        if (Find(name, required) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String && LocalDatePattern.Iso.Parse(value.GetString()!).TryGetValue(default, out LocalDate day)
            && IsOfOurTimes(day.Year)) return day;
        Refuse(name, "invalid-date", "A date such as \"2026-11-02\" is wanted.");
        return null;
    }

    /// <summary>An optional instant with offset.</summary>
    public Instant? Instant(string name)
    {
        if (Find(name, required: false) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String
            && OffsetDateTimePattern.Rfc3339.Parse(value.GetString()!).TryGetValue(default, out OffsetDateTime instant)
            && IsOfOurTimes(instant.Year))
        {
            return instant.ToInstant();
        }

        Refuse(name, "invalid-instant", "An instant with offset such as \"2026-11-02T10:15:00+08:00\" is wanted.");
        return null;
    }

    /// <summary>What lies further away is a slip of the pen, and more than storage and spreadsheets hold.</summary>
    public static bool IsOfOurTimes(int year) => year is >= 1950 and <= 2199;

    private JsonElement? Find(string name, bool required)
    {
        if (_fields.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null) return value;
        if (required && !Faults.Exists(fault => fault.Code == Problem.NotJson)) Refuse(name, "missing-field", $"'{name}' is missing.");
        return null;
    }

    private void Take(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Faults.Add(new Fault("", Problem.NotJson, "The body must be a JSON object."));
            return;
        }
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!_fields.TryAdd(property.Name, property.Value)) Refuse(property.Name, "duplicate-field", "The field is given twice.");
        }
    }

    private void Refuse(string name, string code, string detail) => Faults.Add(new Fault($"/{name}", code, detail));
}
