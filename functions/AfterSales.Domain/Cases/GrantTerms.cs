using System.Text.Json.Serialization;

namespace AfterSales.Domain.Cases;

/// <summary>What whoever grants may say beside remedy and amount. All of it comes on top of the amount, which is for the goods.</summary>
/// <param name="ReplacementPrice">
/// Of an exchange: what the goods given instead cost. Less than was paid: the customer gets the difference; more: he owes it. Null: as much.
/// </param>
/// <param name="OutboundFreight">What of the freight that the customer paid for the first trip goes back to him. Null: as the rulebook concludes.</param>
/// <param name="ReturnFreight">What the customer gets for the way back of the goods. Null: as the rulebook concludes.</param>
/// <param name="Coupon">Of a coupon: what it is worth. Null: the amount said is. No money goes out for it.</param>
public sealed record GrantTerms(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? ReplacementPrice = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? OutboundFreight = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? ReturnFreight = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? Coupon = null);
