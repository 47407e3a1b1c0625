using System.Text.Json;
using AfterSales.Functions.Http;
using NodaTime;

namespace AfterSales.Functions.Rulebooks;

/// <summary>How a version is to be published: <c>{from?, acceptFindings?}</c>; an empty body says nothing.</summary>
/// <param name="From">From when it decides; null = at once.</param>
/// <param name="AcceptFindings">Whoever publishes has read what the lint remarks.</param>
internal sealed record PublishRequest(Instant? From, bool AcceptFindings, IReadOnlyList<Fault> Faults)
{
    public static PublishRequest Read(ReadOnlyMemory<byte> body)
    {
        var faults = new List<Fault>();
        if (body.IsEmpty) return new PublishRequest(null, false, faults);
        using JsonDocument? json = QuestionJson.Parse(body, faults);
        if (json is null) return new PublishRequest(null, false, faults);
        QuestionJson.AllowOnly(json.RootElement, faults, "from", "acceptFindings");
        var accept = json.RootElement.TryGetProperty("acceptFindings", out JsonElement given) ? given.ValueKind : JsonValueKind.False;
        if (accept is not (JsonValueKind.True or JsonValueKind.False))
            faults.Add(new Fault("/acceptFindings", "mistyped", "true or false is wanted."));
        return new PublishRequest(
            QuoteRequest.ReadInstant(json.RootElement, "from", "/from", faults), accept == JsonValueKind.True, faults);
    }
}
