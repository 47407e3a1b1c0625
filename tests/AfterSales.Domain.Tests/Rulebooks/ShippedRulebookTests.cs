using System.Collections.Immutable;
using System.Text.Json;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Checks;
using AfterSales.Domain.Rulebooks.Engine;
using AfterSales.Domain.Rulebooks.Format;
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
                Assert.True(
                    claim.Money.Total <= (rulebook.LimitOfClaim(facts) ?? Money.Zero),
                    $"The claim pays {claim.Money.Total}, allowed are {rulebook.LimitOfClaim(facts)}.");
                Assert.Equal(claim.Money.Total, claim.Money.Components.Aggregate(Money.Zero, (sum, line) => sum + line.Amount));
                Assert.True(claim.Covered == true || claim.Payable.IsZero, "Money is paid though nothing is covered.");
                foreach (string clause in all.Take(3)) rulebook.WhyNot(facts, clause);
            },
            iter: 600);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_claim_that_pays_says_how_much_at_most_and_facts_are_known_for_which_it_pays(string id)
    {
        Rulebook rulebook = ShippedRulebooks.Find(id)!;
        ClaimSource? claim = rulebook.Source.Claim;
        Assert.Equal(claim is { Pays.IsEmpty: false }, claim?.Limit is not null);
        Assert.Equal(claim?.Limit is { Value: not "0.00" }, Paying(rulebook, Told(rulebook)).Length > 0);
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

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_plan_narrowed_to_a_kind_of_case_decides_every_case_of_the_kind_as_the_whole_plan_does(string id)
    {
        Rulebook rulebook = ShippedRulebooks.Find(id)!;
        Question[] questions = [rulebook.Ask(), rulebook.Ask([.. rulebook.Clauses.Select(clause => clause.Id)])];
        Gen<Facts> facts = GenFacts(rulebook);
        Gen.Select(facts, facts).Sample((some, others) => DecidesTheSame(some, SameKind(rulebook, some, others)), iter: 400);
        foreach (Facts told in Told(rulebook)) DecidesTheSame(told, told);

        void DecidesTheSame(Facts some, Facts alike)
        {
            (FactSlots first, FactSlots second) = (rulebook.Bind(some), rulebook.Bind(alike));
            Assert.Equal(first.Kind, second.Kind);
            foreach (Question question in questions)
            {
                Plan narrowed = rulebook.Narrow(question, first);
                foreach (FactSlots slots in new[] { first, second })
                    Assert.Equal(Written(rulebook.Evaluate(slots, question, question.Plan)), Written(rulebook.Evaluate(slots, question, narrowed)));
            }
        }

        static string Written(Verdict verdict) => JsonSerializer.Serialize(new { Document = verdict.ToDocument(), verdict.Outcome, verdict.Money });
    }

    /// <summary>Facts with those of the others that may differ within a kind of case.</summary>
    private static Facts SameKind(Rulebook rulebook, Facts facts, Facts others)
    {
        CaseKind kind = rulebook.Bind(facts).Kind;
        return others.All
            .Where(fact => facts.Find(fact.Key) is not null && rulebook.Bind(facts.With(fact.Key, fact.Value)).Kind.Equals(kind))
            .Aggregate(facts, (changed, fact) => changed.With(fact.Key, fact.Value));
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
        Facts[] told = Told(rulebook);
        Facts[] paying = [Facts.None, .. Paying(rulebook, told)];

        // Values of examples are plausible together; the others find what nobody thought of.
        Gen<RuleValue>[] plausible =
        [
            .. all.Select(fact => told.Select(facts => facts.Find(fact.Name)).OfType<RuleValue>().Distinct().ToArray() is { Length: > 0 } known
                ? Gen.Int[0, known.Length - 1].Select(i => known[i])
                : values[fact.Slot]),
        ];

        // Most facts or few: both ends find what the middle does not. Where money is paid, a few facts are others.
        Gen<Facts> none = Gen.Const(Facts.None);
        Gen<FactDefinition[]> few = Gen.Shuffle(all, 0, Math.Min(all.Length, 6));
        Gen<FactDefinition[]> most = Gen.Shuffle(all, all.Length / 2, all.Length);
        return Gen.OneOf(
            With(none, most, values),
            With(none, few, values),
            With(none, most, plausible),
            With(Gen.Int[0, paying.Length - 1].Select(i => paying[i]), few, values));

        static Gen<Facts> With(Gen<Facts> first, Gen<FactDefinition[]> others, Gen<RuleValue>[] values) => others.SelectMany(
            chosen => chosen.Aggregate(
                first, (sum, fact) => Gen.Select(sum, values[fact.Slot], (given, value) => given.With(fact.Name, value))));
    }

    private static Facts[] Told(Rulebook rulebook) =>
    [
        .. Example.Of(rulebook.Source).Select(example => rulebook.ReadFacts(example.Given)).Where(reading => reading.IsValid)
            .Select(reading => reading.Facts),
    ];

    /// <summary>Facts for which the claim pays: those of an example, completed by those of another, by what a request implies, and perhaps
    /// by what any example tells, or nothing speaking against it.</summary>
    private static Facts[] Paying(Rulebook rulebook, Facts[] told)
    {
        if (rulebook.Source.Claim?.Limit is null) return [];
        var request = new ClaimContext(
            Money.Yuan("300.00"), Instant.FromUtc(2024, 5, 1, 4, 0), Instant.FromUtc(2024, 5, 4, 4, 0), "return");
        Facts any = told.Aggregate(Facts.None, (sum, facts) => facts.With(sum));
        Facts no = rulebook.FactCatalogue.All.Where(fact => fact.Type == CelType.Bool).Aggregate(any, (sum, fact) => sum.With(fact.Name, false));
        IEnumerable<Facts> pairs = told.SelectMany(first => told.Select(second => second.With(first)));
        return
        [
            .. new[] { Facts.None, any, no }.SelectMany(rest => pairs.Select(pair => rulebook.Derive(rest.With(pair), request).Facts))
                .Where(facts => rulebook.Evaluate(facts).Payable.IsPositive).Take(40),
        ];
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
