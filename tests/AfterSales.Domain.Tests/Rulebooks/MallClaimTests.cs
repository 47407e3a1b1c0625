using System.Text.Json;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Cel;
using CsCheck;
using NodaTime;

namespace AfterSales.Domain.Tests.Rulebooks;

public class MallClaimTests
{
    private static readonly Rulebook Mall = ShippedRulebooks.Find("mall-sanbao")!;

    private static readonly Facts Shoe = Facts.None
        .With("category", "shoe").With("goods_class", RuleValue.List("leather")).With("defect", "broken_sole")
        .With("sale_date", new LocalDate(2024, 3, 1)).With("claim_date", new LocalDate(2024, 4, 10)).With("price", Money.Yuan("300.00"))
        .With("has_card", true).With("has_voucher", true).With("both_acknowledge_sale", false).With("clearance_goods", false)
        .With("man_made_damage", false).With("self_disassembled", false).With("goods_match_papers", true).With("prior_repairs_same_defect", 0);

    [Fact]
    public void The_citations_come_in_the_order_applied_with_the_original_wording_and_the_values()
    {
        DecisionDocument decision = Mall.Evaluate(Shoe);
        Assert.Equal(
            ["MALL-3.1", "MALL-3.1.1-TERM", "MALL-3.3", "MALL-3.1.1-0", "MALL-3.1.1-A", "MALL-3.1.1-DSTART", "MALL-3.1.1-DX", "MALL-3.1.1-DR"],
            decision.Citations.Select(citation => citation.Clause));
        Citation returned = decision.Citations[^1];
        Assert.Equal("退鞋按每日0.5%折旧率收取折旧费", returned.Text);
        Assert.Equal("000_e963dd01ead280bc.txt:184", returned.Source);
        Assert.Equal("300.00 × 0.5% × 40 = 60.00", returned.Because);
        Assert.Contains("X-19", returned.Readings);
    }

    [Fact]
    public void Claims_that_share_their_symbols_are_each_decided_by_their_own_days_prices_and_repairs()
    {
        foreach (string defect in new[] { "broken_sole", "heel_off" })
            for (int days = 0; days <= 94; days++)
                foreach (string price in new[] { "99.99", "210.00" })
                    foreach (int repairs in new[] { 0, 1 })
                        LikeTheLeaflet(defect, days, Money.Yuan(price), repairs);
    }

    private static void LikeTheLeaflet(string defect, int days, Money price, int repairs)
    {
        Conclusions concluded = Mall.Evaluate(Shoe.With("defect", defect).With("claim_date", new LocalDate(2024, 3, 1).PlusDays(days))
            .With("price", price).With("prior_repairs_same_defect", repairs)).Conclusions;
        string[] grounds = [.. new[] { defect == "broken_sole" ? "A" : "", repairs >= 1 ? "D" : "", days <= 3 && price >= Money.Yuan("210.00") ? "E" : "" }
            .Where(ground => ground.Length > 0)];
        // Leather: three months from 1 March, which is 92 days.
        bool isReturned = days <= 92 && grounds.Length > 0;
        Assert.Equal(days > 92 ? "excluded" : isReturned ? "exchange_or_return" : "free_repair", concluded.Text("result"));
        Assert.Equal(days > 92 ? "MALL-3.4.2" : null, concluded.Text("rule"));
        Assert.Equal(isReturned ? string.Join(", ", grounds) : null, concluded.Find("grounds")?.ToString());
        Assert.Equal(isReturned ? Money.Min(price.Times(0.003m * days), price) : null, concluded.Amount("exchange_fee"));
        Assert.Equal(isReturned ? price - Money.Min(price.Times(0.005m * days), price) : null, concluded.Amount("refund_if_return"));
    }

    [Fact]
    public void A_reason_reads_as_words_in_both_languages()
    {
        var reasons = Mall.Evaluate(Shoe.With("defect", "paint_peel_fade")).Citations.ToDictionary(citation => citation.Clause);
        Assert.Equal("defect paint peeling or fading inside the period", reasons["MALL-3.1.1-0"].Because);
        Assert.Equal("三包期限内 掉漆褪色", reasons["MALL-3.1.1-0"].BecauseZh);
        Assert.Equal("商品类别 鞋类", reasons["MALL-3.1"].BecauseZh);
        Assert.StartsWith("皮革:", reasons["MALL-3.1.1-TERM"].BecauseZh, StringComparison.Ordinal);
    }

    [Fact]
    public void The_money_of_a_return_is_the_price_less_the_depreciation_each_with_its_clause()
    {
        DecisionDocument decision = Mall.Evaluate(Shoe.With("wants", "return"));
        Assert.Equal(
            [("price", "300.00", "MALL-3.1.1-A"), ("return_fee", "-60.00", "MALL-3.1.1-DR")],
            decision.Money.Components.Select(line => (line.Name, line.Amount.ToString(), line.Clause)));
        Assert.Equal(Money.Yuan("240.00"), decision.Payable);
        Assert.Equal("return", decision.Remedy);
    }

    [Fact]
    public void An_exchange_pays_nothing_to_the_customer()
    {
        DecisionDocument decision = Mall.Evaluate(Shoe.With("wants", "exchange"));
        Assert.Equal("exchange", decision.Remedy);
        Assert.Equal(Money.Yuan("-36.00"), decision.Money.Total);
        Assert.Equal(Money.Zero, decision.Payable);
    }

    [Fact]
    public void The_original_wording_of_every_clause_is_there() => Assert.All(Mall.Clauses, clause => Assert.NotEmpty(clause.Text));

    [Fact]
    public void Without_the_papers_nothing_is_concluded_and_they_are_asked_for()
    {
        Facts facts = Without(Shoe, "has_card", "has_voucher", "both_acknowledge_sale", "clearance_goods");
        DecisionDocument decision = Mall.Evaluate(facts);
        Assert.Null(decision.Covered);
        Assert.Equal(
            ["has_card", "has_voucher", "both_acknowledge_sale", "clearance_goods"],
            decision.Missing.Select(missing => missing.Name));
        Assert.Equal("MALL-3.4.3", Assert.Single(decision.Missing[^1].Clauses));
    }

    [Fact]
    public void What_only_leads_to_other_decisions_is_asked_for_under_the_clause_asked_about()
    {
        DecisionDocument decision = Mall.Evaluate(Facts.None.With("category", "shoe"));
        Assert.Equal(["claim_date", "defect", "goods_class", "sale_date"], decision.Missing.Select(missing => missing.Name).Order(StringComparer.Ordinal));
        Assert.All(decision.Missing, missing => Assert.Equal("MALL-3.1", Assert.Single(missing.Clauses)));
    }

    [Fact]
    public void One_exclusion_that_stands_is_enough_whatever_else_is_missing()
    {
        DecisionDocument decision = Mall.Evaluate(Without(Shoe, "man_made_damage", "has_card").With("clearance_goods", true));
        Assert.Equal("MALL-3.4.3", decision.RefusingClause);
        Assert.Empty(decision.Missing);
    }

    [Fact]
    public void A_covered_shoe_without_a_price_has_its_remedy_and_asks_for_the_price()
    {
        DecisionDocument decision = Mall.Evaluate(Without(Shoe, "price"));
        Assert.Equal("exchange_or_return", decision.Result);
        Assert.Equal(["price"], decision.Missing.Select(missing => missing.Name));
        Assert.Empty(decision.Money.Components);
    }

    [Fact]
    public void Any_ground_without_depreciation_frees_the_others_too()
    {
        DecisionDocument decision = Mall.Evaluate(Shoe.With("extra_grounds", RuleValue.List("F")));
        Assert.Equal(RuleValue.List("A", "F"), decision.Conclusions.Find("grounds"));
        Assert.Equal(Money.Yuan("300.00"), decision.Conclusions.Amount("refund_if_return"));
    }

    [Fact]
    public void A_shoe_of_two_classes_has_the_longer_period() => Assert.Equal(
        new LocalDate(2024, 6, 1).ToString("uuuu-MM-dd", null),
        Mall.Evaluate(Shoe.With("goods_class", RuleValue.List("children", "leather"))).Conclusions.Find("period_last_day")!.ToString());

    [Fact]
    public void Ground_E_is_inclusive_in_price_and_day()
    {
        Facts seam = Shoe.With("defect", "open_seam").With("price", Money.Yuan("210.00"));
        Assert.Equal("exchange_or_return", Mall.Evaluate(seam.With("claim_date", new LocalDate(2024, 3, 4))).Result);
        Assert.Equal("free_repair", Mall.Evaluate(seam.With("claim_date", new LocalDate(2024, 3, 5))).Result);
        Assert.Equal("free_repair", Mall.Evaluate(seam.With("claim_date", new LocalDate(2024, 3, 4)).With("price", Money.Yuan("209.99"))).Result);
    }

    [Fact]
    public void A_counterfeit_is_paid_double_whatever_the_exclusions_but_not_without_proof()
    {
        Facts fake = Shoe.With("defect", "counterfeit").With("clearance_goods", true).With("man_made_damage", true)
            .With("claim_date", new LocalDate(2026, 1, 1));
        Assert.Equal(Money.Yuan("600.00"), Mall.Evaluate(fake).Payable);
        Facts unproven = fake.With("has_card", false).With("has_voucher", false);
        Assert.Equal("MALL-3.4.1", Mall.Evaluate(unproven).RefusingClause);
        Assert.Equal("refund_double", Mall.Evaluate(unproven.With("both_acknowledge_sale", true)).Result);
    }

    [Fact]
    public void A_claim_dated_before_the_sale_is_not_decided_and_noted()
    {
        DecisionDocument decision = Mall.Evaluate(Shoe.With("claim_date", new LocalDate(2024, 2, 1)));
        Assert.Null(decision.Covered);
        Assert.Single(decision.Notes);
    }

    [Theory]
    [InlineData("exchange", true, "free_exchange", null)]
    [InlineData("return", false, "free_return", "268.00")]
    [InlineData("return", true, "free_exchange_only", null)]
    public void Clothing_disliked_within_its_days_is_exchanged_or_returned_when_there_is_no_other(
        string wants, bool available, string result, string? paid)
    {
        DecisionDocument decision = Mall.Evaluate(Shirt.With("wants", wants).With("same_type_available", available));
        Assert.Equal(result, decision.Result);
        Assert.Equal(Money.Yuan(paid ?? "0.00"), decision.Payable);
    }

    [Theory]
    [InlineData(false, 3, "free_exchange")]
    [InlineData(false, 4, "negotiate")]
    [InlineData(true, 10, "free_exchange")]
    [InlineData(true, 11, "negotiate")]
    public void The_days_for_a_matter_of_taste_are_three_or_ten_from_out_of_town(bool outOfTown, int day, string result) => Assert.Equal(
        result,
        Mall.Evaluate(Shirt.With("customer_out_of_town", outOfTown).With("claim_date", new LocalDate(2024, 3, 1).PlusDays(day)).With("wants", "exchange")).Result);

    [Fact]
    public void Underwear_is_never_taken_back_for_taste() =>
        Assert.Equal("MALL-3.4.8", Mall.Evaluate(Shirt.With("goods_class", RuleValue.List("underwear"))).RefusingClause);

    [Theory]
    [InlineData(0, false, "free_repair", null)]
    [InlineData(1, false, "exchange", "exchange_fee")]
    [InlineData(1, true, "return", "return_fee")]
    public void A_fur_seam_is_repaired_once_then_exchanged_or_returned(int repairs, bool refused, string result, string? fee)
    {
        Facts fur = Shoe.With("category", "clothing").With("goods_class", RuleValue.List("fur")).With("defect", "open_seam")
            .With("prior_repairs_same_defect", repairs).With("exchange_refused_by_customer", refused);
        DecisionDocument decision = Mall.Evaluate(fur);
        Assert.Equal(result, decision.Result);
        if (fee is not null) Assert.NotNull(decision.Conclusions.Amount(fee));
    }

    [Theory]
    [InlineData("shoe", "none")]
    [InlineData("clothing", "none")]
    [InlineData("electric_fan", "preference")]
    public void Without_a_quality_problem_the_parties_negotiate(string category, string defect) =>
        Assert.Equal("MALL-3.2", Mall.Evaluate(Shoe.With("category", category).With("defect", defect)).RefusingClause);

    [Fact]
    public void No_facts_make_a_rulebook_throw_pay_more_than_double_or_answer_differently_in_another_order()
    {
        GenFacts.Sample(
            facts =>
            {
                DecisionDocument decision = Mall.Evaluate(facts);
                Money price = facts.Amount("price") ?? Money.Zero;
                Assert.True(decision.Payable <= price * 2);
                Assert.True(decision.Result == "refund_double" || decision.Payable <= price);
                Assert.Equal(decision.Money.Total, decision.Money.Components.Aggregate(Money.Zero, (sum, line) => sum + line.Amount));
                Facts reversed = facts.All.Reverse().Aggregate(Facts.None, (all, fact) => all.With(fact.Key, fact.Value));
                Assert.Equal(JsonSerializer.Serialize(decision.Conclusions), JsonSerializer.Serialize(Mall.Evaluate(reversed).Conclusions));
                Mall.Evaluate(facts, [.. Mall.Clauses.Select(clause => clause.Id)]);
            },
            iter: 5_000);
    }

    private static Facts Shirt => Shoe.With("category", "clothing").With("goods_class", RuleValue.List("shirt")).With("defect", "preference")
        .With("claim_date", new LocalDate(2024, 3, 3)).With("price", Money.Yuan("268.00")).With("unworn", true).With("original_state", true)
        .With("same_type_available", true).With("customer_out_of_town", false);

    private static Gen<Facts> GenFacts { get; } = Gen.Shuffle(Mall.FactCatalogue.All.ToArray(), 0, 30).SelectMany(chosen => chosen.Aggregate(
        Gen.Const(Facts.None), (all, fact) => Gen.Select(all, GenValue(fact), (facts, value) => facts.With(fact.Name, value))));

    private static Gen<RuleValue> GenValue(FactDefinition fact) => fact.Name switch
    {
        "category" => Texts("shoe", "shoe", "clothing", "clothing", "underwear", "cosmetics", "tobacco_alcohol_food", "photosensitive", "other"),
        "defect" => Texts(
            "broken_sole", "open_seam", "glue_opening", "counterfeit", "zip_broken", "hair_shedding", "sizes_differ", "preference", "none", "heel_off"),
        "goods_class" => Texts("leather", "cloth", "suit", "fur", "shirt", "jacket", "underwear").Select(text => RuleValue.List(text.ToString())),
        _ when fact.Type == CelType.Bool => Gen.Bool.Select(value => (RuleValue)value),
        _ when fact.Type == CelType.Int => Gen.Int[0, 3].Select(value => (RuleValue)value),
        _ when fact.Type == CelType.Decimal => Gen.Int[0, 1000].Select(value => (RuleValue)new RuleValue.Number(value / 100m)),
        _ when fact.Type == CelType.Money => Gen.Long[0, Money.MaxFen].Select(fen => (RuleValue)Money.OfFen(fen)),
        _ when fact.Type == CelType.Date => Gen.Int[0, 400].Select(days => (RuleValue)new LocalDate(2024, 1, 1).PlusDays(days)),
        _ when fact.Type == CelType.DateTime || fact.Type == CelType.DateOrDateTime =>
            Gen.Int[0, 400_000].Select(minutes => (RuleValue)new LocalDateTime(2024, 1, 1, 0, 0).PlusMinutes(minutes)),
        _ when !fact.Symbols.IsEmpty => Texts([.. fact.Symbols]).Select(text => fact.Type is CelType.List ? RuleValue.List(text.ToString()) : text),
        _ => Texts("return", "exchange", "short_weight"),
    };

    private static Gen<RuleValue> Texts(params string[] values) => Gen.OneOf([.. values.Select(value => Gen.Const((RuleValue)value))]);

    private static Facts Without(Facts facts, params string[] names) =>
        facts.All.Where(fact => !names.Contains(fact.Key)).Aggregate(Facts.None, (all, fact) => all.With(fact.Key, fact.Value));
}
