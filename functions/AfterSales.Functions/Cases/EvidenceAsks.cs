using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using NodaTime.Text;

namespace AfterSales.Functions.Cases;

/// <summary>Reads whom to ask for evidence: <c>[{"party": "customer", "due": "2026-11-05T18:00:00+08:00"}, …]</c>.</summary>
internal static class EvidenceAsks
{
    private static readonly string[] Parties = [WireName.Of(Party.Customer), WireName.Of(Party.Supplier)];

    /// <summary>What can be read; what cannot is told to the fields' faults.</summary>
    public static IReadOnlyList<EvidenceAsk> Read(RequestFields fields, string name)
    {
        var asks = new List<EvidenceAsk>();
        var at = 0;
        foreach (var item in fields.Items(name, required: true, most: Parties.Length))
        {
            var place = $"/{name}/{at++}";
            var party = Text(item, "party");
            var due = Text(item, "due") is { } text ? OffsetDateTimePattern.ExtendedIso.Parse(text) : null;
            if (party is null || !Parties.Contains(party))
            {
                fields.Faults.Add(new Fault($"{place}/party", "invalid-choice", $"One of {string.Join(", ", Parties)} is wanted."));
            }
            else if (due is not { Success: true })
            {
                fields.Faults.Add(new Fault(
                    $"{place}/due", "invalid-instant", "An instant with offset is wanted, such as 2026-11-05T18:00:00+08:00."));
            }
            else if (WireName.TryParse<Party>(party, out var from))
            {
                asks.Add(new EvidenceAsk(from, due.Value.ToInstant()));
            }
        }

        return asks;
    }

    private static string? Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
