using System.Text.Json;
using AfterSales.Domain.Rulebooks;
using NodaTime;

namespace AfterSales.Domain.Tests.Rulebooks;

public class FactsTests
{
    private static readonly Rulebook Mall = ShippedRulebooks.Find("mall-sanbao")!;

    [Fact]
    public void Every_unknown_and_mistyped_fact_is_named_in_one_answer()
    {
        FactsReading reading = Read("""
            { "has_card": "yes", "price": "300.005", "colour": "red", "sale_date": "2024-02-30", "prior_repairs_same_defect": 1.5,
              "goods_class": "leather", "wants": "money", "defect": null, "category": "shoe", "glue_opening_cm": "-1", "unworn": true, "unworn": false }
            """);
        Assert.Equal(
            [
                ("/facts/has_card", "mistyped-fact"), ("/facts/price", "mistyped-fact"), ("/facts/colour", "unknown-fact"),
                ("/facts/sale_date", "mistyped-fact"), ("/facts/prior_repairs_same_defect", "mistyped-fact"), ("/facts/goods_class", "mistyped-fact"),
                ("/facts/wants", "fact-out-of-range"), ("/facts/defect", "mistyped-fact"), ("/facts/glue_opening_cm", "fact-out-of-range"),
                ("/facts/unworn", "duplicate-fact"),
            ],
            reading.Faults.Select(fault => (fault.Pointer, fault.Code)));
        Assert.Equal("shoe", reading.Facts.Text("category"));
    }

    [Theory]
    [InlineData("""{"price":"-1.00"}""")]
    [InlineData("""{"price":-1}""")]
    [InlineData("""{"prior_repairs_same_defect":-1}""")]
    public void A_negative_price_or_count_is_out_of_range(string json) => Assert.Equal("fact-out-of-range", Assert.Single(Read(json).Faults).Code);

    [Fact]
    public void Facts_that_are_no_object_are_refused() => Assert.Equal("/facts", Assert.Single(Read("[]").Faults).Pointer);

    [Fact]
    public void A_moment_with_an_offset_is_turned_into_the_rulebooks_zone() => Assert.Equal(
        new LocalDateTime(2024, 3, 21, 15, 0), Read("""{"handed_in":"2024-03-21T07:00:00Z"}""").Facts.Moment("handed_in"));

    [Fact]
    public void Stored_facts_decide_as_the_given_ones_did()
    {
        Facts given = Read("""
            { "category": "shoe", "has_card": true, "has_voucher": true, "both_acknowledge_sale": false, "clearance_goods": false,
              "man_made_damage": false, "self_disassembled": false, "goods_match_papers": true, "prior_repairs_same_defect": 0,
              "glue_opening_cm": "5.01", "goods_class": ["leather"], "sale_date": "2024-03-01", "claim_date": "2024-03-21", "price": "200.00",
              "defect": "glue_opening" }
            """).Facts;
        Facts stored = JsonSerializer.Deserialize<Facts>(JsonSerializer.Serialize(given))!;
        Assert.Equal(JsonSerializer.Serialize(Mall.Evaluate(given).Conclusions), JsonSerializer.Serialize(Mall.Evaluate(stored).Conclusions));
    }

    [Fact]
    public void What_other_fields_imply_is_filled_in_and_what_was_given_wins_with_a_note()
    {
        Facts given = Read("""{"price":"280.00"}""").Facts;
        var context = new ClaimContext(
            Money.Yuan("300.00"), Instant.FromUtc(2026, 10, 19, 16, 0), Instant.FromUtc(2026, 11, 2, 2, 15), "return");

        DerivedFacts derived = Mall.Derive(given, context);

        Assert.Equal(Money.Yuan("280.00"), derived.Facts.Amount("price"));
        Assert.Equal(new LocalDate(2026, 10, 20), derived.Facts.Day("sale_date"));
        Assert.Equal(new LocalDate(2026, 11, 2), derived.Facts.Day("claim_date"));
        Assert.Equal("return", derived.Facts.Text("wants"));
        Assert.Contains("280.00", Assert.Single(derived.Notes), StringComparison.Ordinal);
    }

    private static FactsReading Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return Mall.ReadFacts(document.RootElement.Clone());
    }
}
