using System.Text.Json.Serialization;

namespace AfterSales.Domain.Refunds;

/// <summary>What of an item is refunded.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RefundPart>))]
public enum RefundPart
{
    [JsonStringEnumMemberName("price")] Price,
    [JsonStringEnumMemberName("freight")] Freight,
}

/// <summary>Something about the money of an item. The same key is the same wish, however often it is made, until it is undone.</summary>
/// <param name="By">Who gives it back: a case, a marketplace, somebody else.</param>
public abstract record RefundRequest(string Key, string By)
{
    /// <summary>It is to go out, and nobody has said yet that it was paid.</summary>
    public bool Pending { get; init; }

    /// <summary>The sum that it names; null: none.</summary>
    public Money? Named => this switch
    {
        Sum sum => sum.Amount,
        OfAll all => all.Amount,
        ExchangedForLess less => less.Difference,
        ExchangedForMore more => more.Difference.Amount,
        Compensation more => more.Amount,
        Fact { Amount: { } amount } fact => fact.Beyond is { } beyond ? amount + beyond : amount,
        Parts parts => parts.Price + parts.Freight + parts.Beyond,
        _ => null,
    };

    /// <summary>A sum of one part.</summary>
    public sealed record Sum(string Key, string By, RefundPart Part, Money Amount) : RefundRequest(Key, By);

    /// <summary>A sum of whatever is left, the price first.</summary>
    public sealed record OfAll(string Key, string By, Money Amount) : RefundRequest(Key, By);

    /// <summary>Pieces came back: their exact share, so that all pieces together are the whole, whatever was returned when.</summary>
    public sealed record Pieces(string Key, string By, int Count, bool WithFreight) : RefundRequest(Key, By);

    /// <summary>A payout of several parts, all of it or nothing.</summary>
    /// <param name="Beyond">Neither price nor freight of the item: it counts as compensation.</param>
    public sealed record Parts(string Key, string By, Money Price, Money Freight, Money Beyond) : RefundRequest(Key, By)
    {
        /// <summary>How many pieces came back for it; 0: it is not about pieces.</summary>
        public int Count { get; init; }
    }

    /// <summary>Everything that is left of price and freight.</summary>
    public sealed record Rest(string Key, string By) : RefundRequest(Key, By);

    /// <summary>The item was exchanged for one that costs less.</summary>
    public sealed record ExchangedForLess(string Key, string By, Money Difference) : RefundRequest(Key, By);

    /// <summary>The item was exchanged for one that costs more; the customer paid the difference, which can come back later.</summary>
    public sealed record ExchangedForMore(string Key, string By, Tender Difference) : RefundRequest(Key, By);

    /// <summary>Money beyond the price: a multiple for a counterfeit, an appraisal's fee. It is no refund of the item.</summary>
    public sealed record Compensation(string Key, string By, Money Amount) : RefundRequest(Key, By);

    /// <summary>
    /// It was paid, whatever the account thinks of it: elsewhere, or because a person decided so. What is beyond what was left is
    /// kept as paid too much.
    /// </summary>
    /// <param name="Amount">Null: all that the item cost.</param>
    public sealed record Fact(string Key, string By, Money? Amount) : RefundRequest(Key, By)
    {
        /// <summary>What was paid with it that is neither price nor freight of the item; null: nothing.</summary>
        public Money? Beyond { get; init; }
    }

    /// <summary>What the key gave back is not paid after all.</summary>
    public sealed record Undo(string Key, string By, string Of) : RefundRequest(Key, By);
}
