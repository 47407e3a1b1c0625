using System.Text.Json;
using AfterSales.Domain.Rulebooks;

namespace AfterSales.Domain.Tests.Rulebooks;

/// <summary>What a customer gets under the return policies of shops and makers.</summary>
public class ReturnClaimTests
{
    [Theory]
    [InlineData(
        "apparel-15d",
        """
        {"purchase": "2024-03-01", "submitted": "2024-03-16", "quality_problem": true, "normal_use": true, "caused_by_consumer": false,
         "altered_without_permission": false, "continued_use": false, "refund": "299.00", "wants": "return"}
        """,
        true, "return", null, "299.00")]
    [InlineData(
        "apparel-15d",
        """
        {"purchase": "2024-03-01", "submitted": "2024-03-17", "quality_problem": true, "normal_use": true, "caused_by_consumer": false,
         "altered_without_permission": false, "continued_use": false, "refund": "299.00", "wants": "return"}
        """,
        false, null, "APL-2.1", "0.00")]
    [InlineData(
        "apparel-15d",
        """
        {"purchase": "2024-03-01", "submitted": "2024-03-02", "quality_problem": true, "normal_use": true, "caused_by_consumer": false,
         "altered_without_permission": false, "continued_use": false, "refund": "299.00", "wants": "exchange"}
        """,
        true, "exchange", null, "0.00")]
    [InlineData(
        "apparel-15d", """{"quality_problem": true, "normal_use": true, "refund": "299.00", "wants": "return"}""", null, "return", null, "0.00")]
    [InlineData(
        "goods-7d-guide",
        """
        {"purchase": "2024-05-06", "warranty_end": "2025-05-06", "packing_intact": true, "opened": false, "water_damage": false,
         "accessories_complete": false, "requested": "2024-05-20", "type": "return", "price": "80.00"}
        """,
        false, null, "GRG-P1", "0.00")]
    [InlineData(
        "goods-7d-guide",
        """
        {"purchase": "2024-05-06", "warranty_end": "2025-05-06", "packing_intact": true, "opened": false, "water_damage": false,
         "accessories_complete": true, "requested": "2024-05-13", "type": "return", "price": "80.00"}
        """,
        true, "return", null, "80.00")]
    [InlineData(
        "dept-returns-2wd",
        """
        {"reason": "preference", "purchase": "2024-05-06", "requested": "2024-05-13", "original_state": true, "resaleable": true, "price": "300.00"}
        """,
        true, "exchange", null, "0.00")]
    [InlineData(
        "dept-returns-2wd", """{"reason": "quality", "damage_other_than_reported": false, "price": "300.00"}""", true, "return", null, "300.00")]
    [InlineData(
        "returns-standard",
        """{"clear_quality_problem": false, "received": true, "qualifies": true, "wants": "return", "price": "210.00"}""",
        false, null, "RST-3", "0.00")]
    [InlineData(
        "returns-standard",
        """{"clear_quality_problem": true, "received": true, "qualifies": true, "wants": "return", "price": "210.00"}""",
        true, "return", null, "210.00")]
    [InlineData(
        "returns-service",
        """
        {"goods_match_request": true, "quality_confirmed": true, "within_policy": true, "price": "500.00", "deduction_entered": "120.00",
         "reason": "worn"}
        """,
        true, "return", null, "380.00")]
    [InlineData(
        "return-repair-numbered",
        """{"reason": "dissatisfied", "received": "2024-05-06", "requested": "2024-05-14", "inspection_ok": true, "price": "199.00"}""",
        false, null, "RRN-1", "0.00")]
    public void A_claim_is_covered_refused_and_paid_as_its_policy_says(
        string id, string given, bool? covered, string? remedy, string? refusedBy, string payable)
    {
        Rulebook rulebook = ShippedRulebooks.Find(id)!;
        using JsonDocument json = JsonDocument.Parse(given);
        FactsReading reading = rulebook.ReadFacts(json.RootElement);
        Assert.Empty(reading.Faults);
        DecisionDocument decision = rulebook.Evaluate(reading.Facts);
        Assert.Equal(new ClaimOutcome(covered, remedy, refusedBy), decision.Outcome);
        Assert.Equal(payable, decision.Payable.ToString());
    }
}
