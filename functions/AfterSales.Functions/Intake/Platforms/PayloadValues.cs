using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfterSales.Domain;
using AfterSales.Functions.Http;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Intake.Platforms;

/// <summary>Takes values out of a payload in the forms that platforms write. What is of another form is handed on as it is, for the
/// reader of our message to refuse; what could be mistaken is refused here.</summary>
/// <param name="at">The payload's place within the body; "" for the body itself.</param>
public sealed class PayloadValues(JsonElement root, string at, List<Fault> faults)
{
    private static readonly LocalDateTimePattern Spaced = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss");

    /// <summary>A pointer of this payload as a pointer of the body.</summary>
    public string At(string pointer) => at + pointer;

    /// <summary>The value, or null when it or anything on the way to it is absent or null.</summary>
    public JsonElement? Find(string pointer)
    {
        var current = root;
        foreach (var step in pointer.Split('/').Skip(1).Select(Unescaped))
        {
            var next = current.ValueKind switch
            {
                JsonValueKind.Object when current.TryGetProperty(step, out var property) => property,
                JsonValueKind.Array when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    && index < current.GetArrayLength() => current[index],
                _ => default,
            };
            if (next.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            {
                return null;
            }

            current = next;
        }

        return current.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : current;
    }

    /// <summary>The value as text, if it is a text or a number; else null.</summary>
    public string? TextOf(string pointer) => Find(pointer) is { } value ? TextOf(value) : null;

    public static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    /// <summary>A text, or a number by its digits. An empty text counts as absent: platforms send one for "none".</summary>
    public JsonNode? Text(string pointer) => Find(pointer) is not { } value ? null
        : TextOf(value) is { } text ? (text.Length == 0 ? null : JsonValue.Create(text))
        : AsIs(value);

    /// <summary>An amount in whole units, digit by digit as it is written.</summary>
    public JsonNode? Amount(string pointer) => Text(pointer);

    /// <summary>An amount in hundredths.</summary>
    public JsonNode? MinorUnits(string pointer)
    {
        if (Find(pointer) is not { } value)
        {
            return null;
        }

        if (long.TryParse(TextOf(value), NumberStyles.None, CultureInfo.InvariantCulture, out var fen) && fen <= Money.MaxFen)
        {
            return JsonValue.Create(Money.OfFen(fen).ToString());
        }

        faults.Add(new Fault(At(pointer), "bad-amount", "This amount is a whole number of hundredths, such as 16500."));
        return null;
    }

    /// <summary>A date and time; without an offset it is local to <paramref name="zone"/>.</summary>
    public JsonNode? Time(string pointer, DateTimeZone zone)
    {
        if (Find(pointer) is not { ValueKind: JsonValueKind.String } value)
        {
            return Text(pointer);
        }

        var text = value.GetString()!;
        return Spaced.Parse(text).TryGetValue(default, out var local) || LocalDateTimePattern.ExtendedIso.Parse(text).TryGetValue(default, out local)
            ? Written(local.InZoneLeniently(zone).ToOffsetDateTime())
            : Text(pointer);
    }

    /// <summary>Unix time.</summary>
    public JsonNode? UnixTime(string pointer, bool milliseconds)
    {
        if (Find(pointer) is not { } value)
        {
            return null;
        }

        const long LastSecond = 253402300799;
        if (long.TryParse(TextOf(value), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number / (milliseconds ? 1000 : 1) <= LastSecond)
        {
            var instant = milliseconds ? Instant.FromUnixTimeMilliseconds(number) : Instant.FromUnixTimeSeconds(number);
            return Written(instant.WithOffset(Offset.Zero));
        }

        faults.Add(new Fault(At(pointer), "bad-date", $"This is a whole number of {(milliseconds ? "milliseconds" : "seconds")} since 1970."));
        return null;
    }

    /// <summary>How new the payload is, from the instant of its last change; its absence or another form is a fault.</summary>
    public long VersionOf(string pointer, DateTimeZone zone)
    {
        if (Time(pointer, zone) is JsonValue value && value.TryGetValue(out string? text)
            && OffsetDateTimePattern.ExtendedIso.Parse(text).TryGetValue(default, out var time))
        {
            return time.ToInstant().ToUnixTimeMilliseconds();
        }

        Refuse(pointer, Find(pointer) is null ? "missing" : "bad-date", "This date and time says which statement is the newer one; it is needed.");
        return 0;
    }

    public static JsonNode? AsIs(JsonElement value) => JsonNode.Parse(value.GetRawText());

    public static JsonNode Written(OffsetDateTime time) => JsonValue.Create(OffsetDateTimePattern.ExtendedIso.Format(time));

    public void Refuse(string pointer, string code, string detail) => faults.Add(new Fault(At(pointer), code, detail));

    private static string Unescaped(string step) => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
