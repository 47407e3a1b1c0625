using System.Collections.Immutable;
using System.Text.Json;
using NodaTime;

namespace AfterSales.Domain.Rulebooks;

/// <summary>What other fields of a request say about the claim.</summary>
/// <param name="Wants">What the customer asks for: <c>refund</c>, <c>return</c>, <c>exchange</c>, <c>repair</c>, <c>complaint</c>.</param>
public sealed record ClaimContext(Money? Paid, Instant? SoldAt, Instant? ClaimedAt, string? Wants);

/// <summary>Facts with what other fields imply, and the differences found.</summary>
public sealed record DerivedFacts(Facts Facts, ImmutableArray<string> Notes);

/// <summary>One written policy in one version: facts in, conclusions with citations out. Pure; safe to share.</summary>
public abstract class Rulebook
{
    public abstract RulebookVersion Version { get; }

    /// <summary>Local dates and times of facts and conclusions are in this zone.</summary>
    public abstract DateTimeZone Zone { get; }

    public abstract FactCatalogue FactCatalogue { get; }

    /// <summary>Its clauses in the order of the document.</summary>
    public abstract IReadOnlyList<Clause> Clauses { get; }

    /// <summary>
    /// Decides. A rule whose facts were not given is not reached; what it lacked is in
    /// <see cref="DecisionDocument.Missing"/>. Never throws for facts that were read against this rulebook's catalogue.
    /// </summary>
    /// <param name="clauses">The clauses asked about; null asks what a customer's claim asks.</param>
    public abstract DecisionDocument Evaluate(Facts facts, IReadOnlyList<string>? clauses = null);

    public Clause? FindClause(string id) => Clauses.FirstOrDefault(clause => clause.Id == id);

    /// <summary>Reads facts against this rulebook's catalogue; see <see cref="Facts.Parse"/>.</summary>
    public FactsReading ReadFacts(JsonElement json, string pointer = "/facts") => Facts.Parse(json, FactCatalogue, Zone, pointer);

    /// <summary>
    /// Adds what other fields imply where it was not given: <c>price</c>, <c>sale_date</c>, <c>claim_date</c> (dates in the
    /// rulebook's zone) and <c>wants</c>. What was given wins; a difference is noted.
    /// </summary>
    public DerivedFacts Derive(Facts given, ClaimContext context)
    {
        string? wants = context.Wants switch
        {
            "refund" or "return" => "return",
            "exchange" => "exchange",
            "repair" => "repair",
            _ => null,
        };
        (string Name, RuleValue? Value, string From)[] implied =
        [
            ("price", context.Paid is { } paid ? (RuleValue)paid : null, "order.paid"),
            ("sale_date", LocalDay(context.SoldAt), "order.soldAt"),
            ("claim_date", LocalDay(context.ClaimedAt), "timestamp"),
            ("wants", wants is null ? null : (RuleValue)wants, "claim.kind"),
        ];
        Facts facts = given;
        var notes = ImmutableArray.CreateBuilder<string>();
        foreach ((string name, RuleValue? value, string from) in implied)
        {
            if (value is null || FactCatalogue.Find(name) is null) continue;
            if (given.Find(name) is not { } explicitly)
                facts = facts.With(name, value);
            else if (explicitly.ToString() != value.ToString())
                notes.Add($"'{name}' was given as {explicitly}; {from} says {value}. The given value was used.");
        }
        return new DerivedFacts(facts, notes.ToImmutable());
    }

    private RuleValue? LocalDay(Instant? instant) => instant is { } at ? (RuleValue)at.InZone(Zone).Date : null;
}
