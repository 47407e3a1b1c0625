using System.Text.Json;
using AfterSales.Domain;
using AfterSales.Domain.Calendars;
using AfterSales.Functions.Http;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Intake;

/// <summary>Reads a JSON object field by field and notes every fault with its pointer; a faulty field gives a default.</summary>
public sealed class JsonReading(JsonElement element, string pointer, List<Fault> faults)
{
    public string Pointer { get; } = pointer;

    public bool Has(string name) => Find(name) is not null;

    public JsonElement? Find(string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>A fault at a field of this object.</summary>
    public void Refuse(string name, string code, string detail) => faults.Add(new Fault(At(name), code, detail));

    public string At(string name) => $"{Pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>A required object; its fields read as missing when it is.</summary>
    public JsonReading Object(string name)
    {
        var value = Find(name);
        if (value is null)
        {
            Refuse(name, "missing", "This object is required.");
        }
        else if (value.Value.ValueKind != JsonValueKind.Object)
        {
            Refuse(name, "mistyped", "This must be an object.");
        }

        // The fields of an object that is not there would only repeat the one fault.
        return new JsonReading(value ?? default, At(name), value is { ValueKind: JsonValueKind.Object } ? faults : []);
    }

    /// <summary>An array's elements, each with its pointer; empty when absent.</summary>
    public IEnumerable<JsonReading> Array(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Refuse(name, "mistyped", "This must be an array.");
            return [];
        }

        return value.EnumerateArray().Select((item, i) => new JsonReading(item, $"{At(name)}/{i}", faults));
    }

    /// <summary>A required text of 1 to <paramref name="longest"/> characters without control characters.</summary>
    public string Text(string name, int longest = 100)
    {
        if (Find(name) is null)
        {
            Refuse(name, "missing", "This text is required.");
            return "";
        }

        return OptionalText(name, longest) ?? "";
    }

    public string? OptionalText(string name, int longest = 100)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Refuse(name, "mistyped", "This must be a text.");
            return null;
        }

        var text = value.GetString()!;
        if (text.Length == 0 || text.Length > longest || text.Any(RequestFields.IsControl))
        {
            Refuse(name, "out-of-range", $"This must have 1 to {longest} characters and no control characters.");
            return null;
        }

        return text;
    }

    /// <summary>An optional text of one line: a name or an address, which may become part of a header of mail.</summary>
    public string? OptionalLine(string name, int longest = 100)
    {
        var text = OptionalText(name, longest);
        if (text?.Any(char.IsControl) != true)
        {
            return text;
        }

        Refuse(name, "out-of-range", "This must be one line without control characters.");
        return null;
    }

    /// <summary>A required id or code: what may show in keys, links and logs. Letters, digits and . _ : - only.</summary>
    public string Code(string name)
    {
        var text = Text(name);
        if (text.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or ':' or '-')))
        {
            Refuse(name, "not-a-code", "This must be made of letters, digits and . _ : - only.");
        }

        return text;
    }

    public T? OneOf<T>(string name, IReadOnlyDictionary<string, T> values) where T : struct
    {
        var text = Text(name);
        if (text.Length == 0)
        {
            return null;
        }

        if (values.TryGetValue(text, out var value))
        {
            return value;
        }

        Refuse(name, "unknown-value", $"This must be one of {string.Join(", ", values.Keys)}.");
        return null;
    }

    /// <summary>An amount that is not negative, as a text with at most two decimals; required unless <paramref name="otherwise"/> is given.</summary>
    public Money Amount(string name, Currency currency, Money? otherwise = null)
    {
        if (Find(name) is not { } value)
        {
            if (otherwise is null)
            {
                Refuse(name, "missing", "This amount is required.");
            }

            return otherwise ?? Money.Zero;
        }

        if (value.ValueKind != JsonValueKind.String || !Money.TryParse(value.GetString(), currency, out var money))
        {
            Refuse(name, "bad-amount", "An amount is a text with at most two decimals, such as \"165.00\".");
            return Money.Zero;
        }

        if (money.IsNegative)
        {
            Refuse(name, "negative-amount", "This amount must not be negative.");
        }

        return money;
    }

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>; null when absent.</summary>
    public int? Whole(string name, int least, int most)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(name, "out-of-range", $"This must be a whole number from {least} to {most}.");
        return null;
    }

    /// <summary>An ISO 8601 date and time with offset, of something that has happened: clocks that go wrong are a day ahead at most.</summary>
    /// <param name="now">Null: whenever it was.</param>
    public Instant? Past(string name, bool required, Instant? now)
    {
        var at = Instant(name, required);
        if (at is null || now is null || at <= now + Duration.FromDays(1))
        {
            return at;
        }

        Refuse(name, "out-of-range", "A date and time is at most a day ahead of now.");
        return null;
    }

    /// <summary>An ISO 8601 date and time with offset.</summary>
    public Instant? Instant(string name, bool required)
    {
        if (Find(name) is not { } value)
        {
            if (required)
            {
                Refuse(name, "missing", "This date and time is required.");
            }

            return null;
        }

        if (value.ValueKind == JsonValueKind.String && OffsetDateTimePattern.ExtendedIso.Parse(value.GetString()!) is { Success: true } parsed)
        {
            if (DayCount.IsPlausible(parsed.Value.Date))
            {
                return parsed.Value.ToInstant();
            }

            Refuse(name, "out-of-range", "A date and time is from 1990 to 2199.");
            return null;
        }

        Refuse(name, "bad-date", "A date and time is ISO 8601 with offset, such as \"2026-11-02T10:15:00+08:00\".");
        return null;
    }
}
