using System.Text.Json;
using AfterSales.Domain;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Rulebooks;

/// <summary>A question to a rulebook: <c>{clauses: […], facts: {…}, whyNot?: […], version?}</c>.</summary>
/// <param name="WhyNot">Clauses of which every rule that does not apply is to be explained; null = none.</param>
internal sealed record EvaluateRequest(IReadOnlyList<string> Clauses, Facts Facts, IReadOnlyList<string>? WhyNot)
{
    private const int MostClauses = 500;

    public static EvaluateRequest Read(JsonElement root, Rulebook rulebook, List<Fault> faults)
    {
        QuestionJson.AllowOnly(root, faults, "clauses", "facts", "whyNot", "version");
        return new EvaluateRequest(
            ReadClauses(root, "clauses", rulebook, faults) ?? Missing(faults),
            QuestionJson.ReadFacts(root, rulebook, faults),
            ReadClauses(root, "whyNot", rulebook, faults));
    }

    private static List<string>? ReadClauses(JsonElement root, string name, Rulebook rulebook, List<Fault> faults)
    {
        if (!root.TryGetProperty(name, out JsonElement given)) return null;
        var clauses = new List<string>();
        if (given.ValueKind != JsonValueKind.Array || given.GetArrayLength() is 0 or > MostClauses)
        {
            faults.Add(new Fault($"/{name}", "invalid-clauses", $"1 to {MostClauses} clause ids are wanted."));
            return clauses;
        }
        foreach ((int index, JsonElement clause) in given.EnumerateArray().Index())
        {
            if (clause.ValueKind == JsonValueKind.String && rulebook.FindClause(clause.GetString()!) is { } known) clauses.Add(known.Id);
            else faults.Add(new Fault($"/{name}/{index}", "unknown-clause", $"The rulebook {rulebook.Version.Id} has no such clause."));
        }
        return clauses;
    }

    private static List<string> Missing(List<Fault> faults)
    {
        faults.Add(new Fault("/clauses", "invalid-clauses", $"1 to {MostClauses} clause ids are wanted."));
        return [];
    }
}

/// <summary>
/// What a claim to be decided without storing anything says beside its facts: <c>{order?: {paid, soldAt}, claim?: {kind}, timestamp?}</c>,
/// named as in the webhook.
/// </summary>
internal static class QuoteRequest
{
    public static ClaimContext ReadContext(JsonElement root, Instant now, List<Fault> faults)
    {
        root.TryGetProperty("order", out JsonElement order);
        root.TryGetProperty("claim", out JsonElement claim);
        return new ClaimContext(
            ReadPaid(order, faults),
            ReadInstant(order, "soldAt", "/order/soldAt", faults),
            ReadInstant(root, "timestamp", "/timestamp", faults) ?? now,
            QuestionJson.Text(claim, "kind"));
    }

    private static Money? ReadPaid(JsonElement order, List<Fault> faults)
    {
        if (!QuestionJson.Has(order, "paid")) return null;
        if (Money.TryParse(QuestionJson.Text(order, "paid"), out Money paid) && !paid.IsNegative) return paid;
        faults.Add(new Fault(
            "/order/paid", "invalid-amount", "An amount of zero or more with at most two decimals, such as \"300.00\", is wanted."));
        return null;
    }

    public static Instant? ReadInstant(JsonElement element, string name, string pointer, List<Fault> faults)
    {
        if (!QuestionJson.Has(element, name)) return null;
        if (QuestionJson.Text(element, name) is { } text
            && OffsetDateTimePattern.ExtendedIso.Parse(text).TryGetValue(default, out OffsetDateTime at))
            return at.ToInstant();
        faults.Add(new Fault(pointer, "invalid-instant", "A date and time with offset, such as \"2026-11-02T10:15:00+08:00\", is wanted."));
        return null;
    }
}

/// <summary>What both questions read alike.</summary>
internal static class QuestionJson
{
    private const int LargestBody = 256 * 1024;

    /// <summary>The body as a JSON object, or why it is none.</summary>
    public static async Task<(JsonDocument? Json, Answer? Refusal)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (await request.ReadWithinAsync(LargestBody, cancellationToken) is not { } body)
        {
            return (null, RulebookProblems.TooLarge(LargestBody));
        }

        var faults = new List<Fault>();
        return Parse(body, faults) is { } json ? (json, null) : (null, RulebookProblems.Invalid(faults));
    }

    public static JsonDocument? Parse(ReadOnlyMemory<byte> body, List<Fault> faults)
    {
        try
        {
            var document = StrictJson.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException)
        {
            // Said below, as for any other JSON that is no object.
        }
        faults.Add(new Fault("", Problem.NotJson, "The body must be a JSON object."));
        return null;
    }

    public static void AllowOnly(JsonElement root, List<Fault> faults, params ReadOnlySpan<string> names)
    {
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (!names.Contains(property.Name))
                faults.Add(new Fault($"/{property.Name}", "unknown-field", $"Known are {string.Join(", ", names.ToArray())}."));
        }
    }

    public static Facts ReadFacts(JsonElement root, Rulebook rulebook, List<Fault> faults)
    {
        if (!root.TryGetProperty("facts", out JsonElement given)) return Facts.None;
        FactsReading reading = rulebook.ReadFacts(given);
        faults.AddRange(reading.Faults.Select(fault => new Fault(fault.Pointer, fault.Code, fault.Detail)));
        return reading.Facts;
    }

    public static bool Has(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _);

    /// <summary>Null when it is not there, or is no text.</summary>
    public static string? Text(JsonElement element, string name) =>
        Has(element, name) && element.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
