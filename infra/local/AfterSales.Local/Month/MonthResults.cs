using System.Text.Json.Nodes;

namespace AfterSales.Local.Month;

/// <summary>One request and the case that came of it, as the API shows it.</summary>
public sealed record CaseResult(Story Story, JsonNode Case)
{
    public string Id => Text("id")!;

    public string Status => Text("status")!;

    /// <summary>What the customer was paid in all, yuan with two decimals; null when nothing was.</summary>
    public string? Paid => Case["refund"]!["paid"]!.GetValue<string>() is var paid and not "0.00" ? paid : null;

    /// <summary>What the decision in force gives; null when it gives nothing.</summary>
    public string? Remedy => Case["ruling"]?["remedy"]?.GetValue<string>();

    /// <summary>The steps of the remedy that somebody did.</summary>
    public IEnumerable<string> StepsDone => Case["remedy"]?["steps"]?.AsArray()
        .Where(step => step!["state"]!.GetValue<string>() == "done").Select(step => step!["step"]!.GetValue<string>()) ?? [];

    /// <summary>The clauses that the decision and the history cite.</summary>
    public IReadOnlySet<string> Clauses => Case["decision"]!["citations"]!.AsArray().Select(c => c!["clause"]!.GetValue<string>())
        .Concat(Case["timeline"]!.AsArray().Select(t => t!["clause"]?.GetValue<string>()).OfType<string>()).ToHashSet();

    /// <summary>The clause by which money was granted: the rulebook's, or the one that let somebody decide otherwise.</summary>
    public string? GrantingClause
    {
        get
        {
            var ruling = Case["ruling"]?["clauses"]?.AsArray().Select(c => c!.GetValue<string>()).ToList() ?? [];
            var byRule = Case["decision"]!["money"]!["components"]!.AsArray().FirstOrDefault()?["clause"]?.GetValue<string>();
            return byRule is not null && ruling.Contains(byRule) ? byRule : ruling.FirstOrDefault();
        }
    }

    /// <summary>How it ended, for the table.</summary>
    public Ending Ending => (Status, Text("outcome"), Case["ruling"]?["level"]?.GetValue<string>(),
        Case["ruling"]?["bySilence"]?.GetValue<bool>()) switch
    {
        ("in-arbitration", _, _, _) => Ending.InArbitration,
        (_, "withdrawn", _, _) => Ending.Withdrawn,
        (_, "refused", _, _) => Ending.Refused,
        (_, "upheld", _, true) => Ending.DecidedByRulebook,
        (_, "upheld", "counter", _) => Ending.AcceptedAtOnce,
        (_, "upheld", "floor_head", _) => Ending.SettledByFloor,
        (_, "upheld", "inspection_department", _) => Ending.SettledByInspection,
        (_, "upheld", "gm_in_charge", _) => Ending.SettledByManager,
        (_, "upheld", _, _) => Ending.DecidedOutside,
        _ => throw new InvalidOperationException($"{Story.ExternalId} is {Status}, which is no ending."),
    };

    private string? Text(string name) => Case[name]?.GetValue<string>();
}

/// <summary>What the month came to, read back through the API.</summary>
/// <param name="Wording">The original wording of each clause of the mall's rulebook.</param>
public sealed record MonthResults(
    IReadOnlyList<CaseResult> Cases,
    IReadOnlyDictionary<string, JsonNode> Suppliers,
    IReadOnlyDictionary<string, JsonArray> Entries,
    JsonNode Ledger,
    JsonArray Surveys,
    IReadOnlyDictionary<string, string> Wording,
    DateTimeOffset Now)
{
    public static async Task<MonthResults> ReadAsync(
        AppClient app, Player player, IReadOnlyList<Story> stories, CancellationToken cancellationToken)
    {
        var agent = app.Token("agent");
        var finance = app.Token("finance");
        var cases = new List<CaseResult>();
        foreach (var story in stories)
        {
            cases.Add(new CaseResult(story, await app.GetJsonAsync(
                $"api/v1/cases/{player.CaseIds[story.ExternalId]}", agent, cancellationToken)));
        }

        var suppliers = new Dictionary<string, JsonNode>();
        var entries = new Dictionary<string, JsonArray>();
        foreach (var supplier in People.Suppliers)
        {
            suppliers[supplier.Id] = await app.GetJsonAsync($"api/v1/suppliers/{supplier.Id}", finance, cancellationToken);
            entries[supplier.Id] = await ReadEntriesAsync(app, supplier, finance, cancellationToken);
        }

        return new MonthResults(
            cases,
            suppliers,
            entries,
            await app.GetJsonAsync("api/v1/ledger/verify", finance, cancellationToken),
            (await app.GetJsonAsync("api/v1/surveys", agent, cancellationToken))["items"]!.AsArray(),
            (await app.GetJsonAsync("api/v1/rulebooks/mall-sanbao", agent, cancellationToken))["clauses"]!.AsArray()
                .ToDictionary(c => c!["id"]!.GetValue<string>(), c => c!["text"]!.GetValue<string>()),
            (await app.ReadClockAsync(cancellationToken)).Now);
    }

    private static async Task<JsonArray> ReadEntriesAsync(
        AppClient app, Supplier supplier, string bearer, CancellationToken cancellationToken)
    {
        var all = new JsonArray();
        var cursor = "";
        do
        {
            var page = await app.GetJsonAsync($"api/v1/suppliers/{supplier.Id}/entries{cursor}", bearer, cancellationToken);
            foreach (var entry in page["items"]!.AsArray())
            {
                all.Add(entry!.DeepClone());
            }

            cursor = page["cursor"]?.GetValue<string>() is { } next ? $"?cursor={Uri.EscapeDataString(next)}" : "";
        }
        while (cursor.Length > 0);
        return all;
    }
}
