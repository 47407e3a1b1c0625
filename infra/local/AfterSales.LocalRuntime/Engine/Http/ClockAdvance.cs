using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace AfterSales.LocalRuntime.Engine.Http;

/// <summary>
/// What the body of <c>POST /admin/clock/advance</c> asks for: <c>{"by": "P3DT2H"}</c>, <c>{"to": "2026-11-02T09:00:00+08:00"}</c> or
/// <c>{"untilIdle": true}</c>. <see cref="To"/> is null for the last.
/// </summary>
internal sealed partial record ClockAdvance(DateTimeOffset? To)
{
    private const string Forms = "The body must be {\"by\": \"P3DT2H\"}, {\"to\": \"2026-11-02T09:00:00+08:00\"} or {\"untilIdle\": true}";

    /// <summary>The request's wish, or what is wrong with it.</summary>
    public static async Task<(ClockAdvance? Advance, string Fault)> ReadAsync(HttpRequest request, DateTimeOffset now)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
            return Read(document.RootElement, now);
        }
        catch (JsonException e)
        {
            return (null, $"{Forms}; it is not JSON: {e.Message}");
        }
    }

    /// <summary>A duration of weeks, days, hours, minutes and seconds; null for anything else. Months and years have no fixed
    /// length.</summary>
    public static TimeSpan? Duration(string text)
    {
        var match = IsoDuration().Match(text);
        if (!match.Success || text is "P" || text.EndsWith('T'))
        {
            return null;
        }

        decimal seconds = 0;
        foreach (var (group, unit) in new[] { ("w", 604_800m), ("d", 86_400m), ("h", 3_600m), ("m", 60m), ("s", 1m) })
        {
            if (match.Groups[group] is { Success: true } number)
            {
                seconds += decimal.Parse(number.Value, CultureInfo.InvariantCulture) * unit;
            }
        }

        const decimal thousandYears = 365_000m * 86_400m;
        return seconds <= thousandYears ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;
    }

    private static (ClockAdvance? Advance, string Fault) Read(JsonElement body, DateTimeOffset now)
    {
        if (body.ValueKind != JsonValueKind.Object || body.EnumerateObject().Count() != 1)
        {
            return (null, $"{Forms}, and exactly one of them.");
        }

        var wish = body.EnumerateObject().First();
        var text = wish.Value.ValueKind == JsonValueKind.String ? wish.Value.GetString()! : "";
        var given = wish.Value.GetRawText();
        return wish.Name switch
        {
            "untilIdle" when wish.Value.ValueKind == JsonValueKind.True => (new ClockAdvance(To: null), ""),
            "by" when Duration(text) is { } by => by <= DateTimeOffset.MaxValue - now
                ? (new ClockAdvance(now + by), "")
                : (null, "'by' goes beyond the last instant there is."),
            "by" => (null, $"'by' must be an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as P3DT2H; it is {given}."),
            "to" when Instant(text) is { } to => to >= now
                ? (new ClockAdvance(to), "")
                : (null, $"'to' is {to:O}, which is past: the clock shows {now:O} and never goes back."),
            "to" => (null, $"'to' must be an ISO 8601 instant with its offset, such as 2026-11-02T09:00:00+08:00; it is {given}."),
            _ => (null, $"{Forms}; it has '{wish.Name}': {given}."),
        };
    }

    private static DateTimeOffset? Instant(string text) =>
        IsoInstant().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? instant
            : null;

    [GeneratedRegex(
        @"^P(?:(?<w>\d{1,9})W)?(?:(?<d>\d{1,9})D)?(?:T(?:(?<h>\d{1,9})H)?(?:(?<m>\d{1,9})M)?(?:(?<s>\d{1,9}(?:\.\d{1,7})?)S)?)?$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex IsoDuration();

    [GeneratedRegex(
        @"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IsoInstant();
}
