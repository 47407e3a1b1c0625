using System.Collections.Immutable;
using System.Text.Json;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Checks;
using CsCheck;
using NodaTime;

namespace AfterSales.Domain.Tests.Rulebooks;

/// <summary>What holds for every rulebook that is shipped.</summary>
public class ShippedRulebookTests
{
    public static TheoryData<string> Ids() => [.. ShippedRulebooks.Ids];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Its_own_examples_pass(string id) =>
        Assert.Empty(ExampleRunner.RunOwn(ShippedRulebooks.Find(id)!).Where(result => !result.Passed).Select(result => result.ToString()));

    [Theory]
    [MemberData(nameof(Ids))]
    public void No_facts_make_it_throw_or_pay_more_than_its_own_multiple_allows(string id)
    {
        Rulebook rulebook = ShippedRulebooks.Find(id)!;
        string[] all = [.. rulebook.Clauses.Select(clause => clause.Id)];
        GenFacts(rulebook).Sample(
            facts =>
            {
                FactSlots slots = rulebook.Bind(facts);
                DecisionDocument decision = rulebook.Evaluate(slots, rulebook.Ask(all)).ToDocument();
                foreach (ConclusionDefinition conclusion in rulebook.Conclusions)
                {
                    if (rulebook.LimitOf(conclusion, facts) is RuleValue.Amount limit && decision.Conclusions.Amount(conclusion.Name) is { } amount)
                        Assert.True(amount <= limit.Value, $"{conclusion.Name} {amount} is more than {limit}");
                }
                DecisionDocument claim = rulebook.Evaluate(facts);
                Assert.Equal(claim.Money.Total, claim.Money.Components.Aggregate(Money.Zero, (sum, line) => sum + line.Amount));
                Assert.True(claim.Covered == true || claim.Payable.IsZero, "Money is paid though nothing is covered.");
                foreach (string clause in all.Take(3)) rulebook.WhyNot(facts, clause);
            },
            iter: 300);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_same_facts_give_the_same_answer_in_any_order_and_after_being_stored(string id)
    {
        Rulebook rulebook = ShippedRulebooks.Find(id)!;
        string[] all = [.. rulebook.Clauses.Select(clause => clause.Id)];
        GenFacts(rulebook).Sample(
            facts =>
            {
                string answer = Answer(rulebook, facts, all);
                Facts reversed = facts.All.Reverse().Aggregate(Facts.None, (sum, fact) => sum.With(fact.Key, fact.Value));
                Assert.Equal(answer, Answer(rulebook, reversed, all));
                using JsonDocument json = JsonDocument.Parse(JsonSerializer.Serialize(reversed));
                FactsReading reading = rulebook.ReadFacts(json.RootElement);
                Assert.Empty(reading.Faults);
                Assert.Equal(answer, Answer(rulebook, reading.Facts, all));
                Assert.Equal(answer, Answer(rulebook, JsonSerializer.Deserialize<Facts>(JsonSerializer.Serialize(facts))!, all));
            },
            iter: 100);
    }

    private static string Answer(Rulebook rulebook, Facts facts, string[] clauses)
    {
        DecisionDocument decision = rulebook.Evaluate(facts, clauses);
        return JsonSerializer.Serialize(new { decision.Conclusions, decision.Citations, decision.Notes, Claim = rulebook.Evaluate(facts).Money });
    }

    private static Gen<Facts> GenFacts(Rulebook rulebook)
    {
        ILookup<string, string> seen = Example.Of(rulebook.Source).SelectMany(example => example.Given.EnumerateObject())
            .SelectMany(given => Texts(given.Value).Select(text => (given.Name, text))).Distinct().ToLookup(given => given.Name, given => given.text);
        Gen<RuleValue>[] values = [.. rulebook.FactCatalogue.All.Select(fact => GenValue(fact.Type, [.. Known(fact, seen)]))];
        FactDefinition[] all = [.. rulebook.FactCatalogue.All];
        if (all.Length == 0) return Gen.Const(Facts.None);
        // Most facts or few: both ends find what the middle does not.
        return Gen.OneOf(Gen.Shuffle(all, all.Length / 2, all.Length), Gen.Shuffle(all, 0, Math.Min(all.Length, 6))).SelectMany(chosen => chosen.Aggregate(
            Gen.Const(Facts.None), (sum, fact) => Gen.Select(sum, values[fact.Slot], (facts, value) => facts.With(fact.Name, value))));
    }

    private static IEnumerable<string> Known(FactDefinition fact, ILookup<string, string> seen) =>
        fact.Symbols.IsEmpty ? fact.Words.Select(word => word.Symbol).Concat(seen[fact.Name]).Append("anything else").Distinct() : fact.Symbols;

    private static IEnumerable<string> Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => [json.GetString()!],
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
        _ => [],
    };

    private static Gen<RuleValue> GenValue(CelType type, ImmutableArray<string> texts) => type switch
    {
        CelType.List { Element: { } element } => GenValue(element, texts).Array[0, 4].Select(items => (RuleValue)new RuleValue.Items([.. items])),
        CelType.Map { Element: { } element } => Gen.Select(Gen.Shuffle(texts.ToArray(), 0, Math.Min(3, texts.Length)), GenValue(element, texts).Array[3])
            .Select(pair => (RuleValue)new RuleValue.Row([.. pair.Item1.Zip(pair.Item2, KeyValuePair.Create)])),
        CelType.Row row => row.Fields.Aggregate(
            Gen.Const(ImmutableArray<KeyValuePair<string, RuleValue>>.Empty),
            (fields, field) => Gen.Select(fields, GenField(field, texts), (done, value) => done.Add(KeyValuePair.Create(field.Name, value))))
            .Select(fields => (RuleValue)new RuleValue.Row(fields)),
        CelType.Union union => Gen.OneOf([.. union.Of.Select(of => GenValue(of, texts))]),
        _ when type == CelType.Bool => Gen.Bool.Select(value => (RuleValue)value),
        _ when type == CelType.Int => Gen.OneOf(Gen.Int[0, 5], Gen.Int[0, 100], Gen.Int[0, 1_000_000_000]).Select(value => (RuleValue)value),
        _ when type == CelType.Decimal => Gen.Int[0, 100_000].Select(value => (RuleValue)new RuleValue.Number(value / 100m)),
        _ when type == CelType.Money => Gen.OneOf(Gen.Long[0, 100_000], Gen.Long[0, Money.MaxFen]).Select(fen => (RuleValue)Money.OfFen(fen)),
        _ when type == CelType.Date => GenMoment.Select(moment => (RuleValue)moment.Date),
        _ when type == CelType.DateTime => GenMoment.Select(moment => (RuleValue)moment),
        _ when type == CelType.DateOrDateTime => Gen.Select(GenMoment, Gen.Bool, (moment, day) => day ? (RuleValue)moment.Date : moment),
        _ when type == CelType.Time => GenMoment.Select(moment => (RuleValue)new RuleValue.TimeOfDay(moment.TimeOfDay)),
        _ when type == CelType.Month => GenMoment.Select(moment => (RuleValue)new RuleValue.Month(moment.Date.ToYearMonth())),
        _ => Gen.OneOf([.. texts.Where(text => text.Length is > 0 and <= 200).Select(text => Gen.Const((RuleValue)text))]),
    };

    private static Gen<RuleValue> GenField(CelType.Field field, ImmutableArray<string> texts) => field.Optional
        ? Gen.OneOf(GenValue(field.Type, texts), Gen.Const((RuleValue)RuleValue.Nothing.Instance))
        : GenValue(field.Type, texts);

    private static Gen<LocalDateTime> GenMoment { get; } = Gen.OneOf(Gen.Int[0, 100_000], Gen.Int[-1_000_000, 50_000_000])
        .Select(minutes => new LocalDateTime(2024, 3, 1, 0, 0).PlusMinutes(minutes));
}
