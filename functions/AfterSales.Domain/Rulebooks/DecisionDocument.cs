using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AfterSales.Domain.Rulebooks;

/// <summary>Which policy decided.</summary>
/// <param name="Digest">SHA-256 of the rulebook's text, lower-case hexadecimal.</param>
public sealed record RulebookVersion(string Id, string Version, string Digest);

/// <summary>A clause that was applied, in the order applied.</summary>
/// <param name="Clause">Its id, such as MALL-3.1.1-DR.</param>
/// <param name="Text">The original wording.</param>
/// <param name="TextEn">What it says, in English.</param>
/// <param name="Source">File and line of the source document.</param>
/// <param name="Because">The values that made it apply, in English.</param>
/// <param name="BecauseZh">The same in Chinese.</param>
/// <param name="Readings">The adopted readings it rests on, such as X-19.</param>
public sealed record Citation(
    string Clause, string Text, string TextEn, string Source, string Because, string BecauseZh, ImmutableArray<string> Readings);

/// <summary>One line of money.</summary>
/// <param name="Name">Such as <c>price</c> or <c>return_fee</c>.</param>
/// <param name="Amount">Positive: to the customer; negative: kept or owed by the customer.</param>
public sealed record MoneyComponent(string Name, Money Amount, string Clause);

/// <summary>What the remedy costs; <paramref name="Total"/> is the sum of the components.</summary>
public sealed record MoneyStatement(Currency Currency, ImmutableArray<MoneyComponent> Components, Money Total)
{
    public static MoneyStatement Of(ImmutableArray<MoneyComponent> components)
    {
        Money total = Money.Zero;
        foreach (MoneyComponent line in components) total += line.Amount;
        return new MoneyStatement(Currency.Cny, components, total);
    }
}

/// <summary>A fact that a clause needs and nobody gave.</summary>
/// <param name="Clauses">The clauses that could not be reached without it.</param>
public sealed record MissingFact(string Name, string English, string Chinese, ImmutableArray<string> Clauses);

/// <summary>Conclusions by name in the order reached. A name that is absent was not concluded.</summary>
[JsonConverter(typeof(ConclusionsJsonConverter))]
public sealed class Conclusions
{
    // Few enough to look through.
    private readonly KeyValuePair<string, RuleValue>[] _all;

    private Conclusions(KeyValuePair<string, RuleValue>[] all) => _all = all;

    public static Conclusions None { get; } = new([]);

    public IEnumerable<KeyValuePair<string, RuleValue>> All => _all;

    public int Count => _all.Length;

    public RuleValue? Find(string name)
    {
        foreach ((string known, RuleValue value) in _all)
        {
            if (known == name) return value;
        }
        return null;
    }

    public bool? Truth(string name) => (Find(name) as RuleValue.Truth)?.Value;

    public string? Text(string name) => (Find(name) as RuleValue.Text)?.Value;

    public Money? Amount(string name) => Find(name) switch
    {
        RuleValue.Amount amount => amount.Value,
        RuleValue.Text text when Money.TryParse(text.Value, out Money money) => money,
        _ => null,
    };

    /// <summary>The same with one more; a conclusion is reached once and keeps its first value.</summary>
    public Conclusions With(string name, RuleValue value) => Find(name) is null ? new([.. _all, KeyValuePair.Create(name, value)]) : this;

    /// <param name="conclusions">In the order reached, each name once. Kept, not copied.</param>
    internal static Conclusions Of(KeyValuePair<string, RuleValue>[] conclusions) => new(conclusions);
}

public sealed class ConclusionsJsonConverter : JsonConverter<Conclusions>
{
    public override Conclusions Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.EnumerateObject()
            .Aggregate(Conclusions.None, (all, property) => all.With(property.Name, RuleValueJsonConverter.From(property.Value)));
    }

    public override void Write(Utf8JsonWriter writer, Conclusions value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach ((string name, RuleValue conclusion) in value.All)
        {
            writer.WritePropertyName(name);
            conclusion.WriteTo(writer);
        }
        writer.WriteEndObject();
    }
}

/// <summary>What a claim comes to.</summary>
/// <param name="Covered">True: the customer has a right under the policy; false: excluded or left to negotiation; null: not decided.</param>
/// <param name="Remedy"><c>repair</c>, <c>exchange</c>, <c>return</c>, <c>refund_double</c>, <c>replacement</c>, <c>compensation</c>; null when
/// nothing is due.</param>
/// <param name="RefusedBy">The clause that excludes the claim or leaves it to negotiation.</param>
public sealed record ClaimOutcome(bool? Covered, string? Remedy, string? RefusedBy);

/// <summary>What a rulebook says about some facts, and why. Immutable; safe to store with the case.</summary>
/// <param name="Money">Of the remedy in <see cref="Remedy"/>.</param>
/// <param name="Missing">What would have to be given to reach more rules.</param>
/// <param name="Notes">Remarks that are no conclusion, such as a given price that differs from the order.</param>
public sealed record DecisionDocument(
    RulebookVersion Rulebook,
    Facts Facts,
    Conclusions Conclusions,
    ImmutableArray<Citation> Citations,
    MoneyStatement Money,
    ImmutableArray<MissingFact> Missing,
    ImmutableArray<string> Notes)
{
    /// <summary>Null when no claim was asked, and in documents of before it was kept; then the conclusions say it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClaimOutcome? Outcome { get; init; }

    /// <summary>True: the customer has a right under the policy; false: excluded or left to negotiation; null: not decided.</summary>
    [JsonIgnore]
    public bool? Covered => Outcome is { } outcome ? outcome.Covered : Conclusions.Truth("covered");

    /// <summary>The outcome symbol, such as <c>exchange_or_return</c>, <c>free_repair</c>, <c>excluded</c>; null when not decided.</summary>
    [JsonIgnore]
    public string? Result => Conclusions.Text("result");

    /// <summary>The clause that excludes the claim or leaves it to negotiation, if any.</summary>
    [JsonIgnore]
    public string? RefusingClause => Outcome is { } outcome ? outcome.RefusedBy : Conclusions.Text("rule");

    /// <summary>
    /// What the covered customer gets, by his wish where the clause leaves the choice to him: <c>repair</c>, <c>exchange</c>,
    /// <c>return</c>, <c>refund_double</c>, <c>replacement</c>, <c>compensation</c>; null when nothing is due.
    /// </summary>
    [JsonIgnore]
    public string? Remedy => Outcome is { } outcome ? (outcome.Covered == true ? outcome.Remedy : null) : (Covered, Result) switch
    {
        (not true, _) => null,
        (_, "free_repair") => "repair",
        (_, "exchange_or_return") => Facts.Text("wants") == "exchange" ? "exchange" : "return",
        (_, "exchange" or "free_exchange" or "free_exchange_only") => "exchange",
        (_, "return" or "free_return") => "return",
        (_, "refund_double") => "refund_double",
        _ => null,
    };

    /// <summary>What is to be paid to the customer; zero for repairs and exchanges.</summary>
    [JsonIgnore]
    public Money Payable => Domain.Money.Max(Money.Total, Domain.Money.Zero);
}
