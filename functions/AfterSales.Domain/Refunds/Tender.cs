namespace AfterSales.Domain.Refunds;

/// <summary>One of the means by which an item was paid: a card, a gift card, points. What is refunded goes back the same way.</summary>
/// <param name="Id">The marketplace's own, unique within the item.</param>
/// <param name="Kind">The marketplace's word for it, such as <c>card</c>.</param>
/// <param name="Amount">What was paid by it, freight included.</param>
public sealed record Tender(string Id, string Kind, Money Amount);

/// <summary>What goes back over one tender.</summary>
public sealed record TenderShare(string Id, Money Amount);

/// <summary>Divides a refund over the tenders of an item.</summary>
public static class TenderSplit
{
    /// <summary>The first tender first, each up to what is left of it; what no tender covers is in no share.</summary>
    /// <param name="tenders">In the order in which they are refunded.</param>
    /// <param name="before">What went back already.</param>
    public static IReadOnlyList<TenderShare> Of(Money amount, IReadOnlyList<Tender> tenders, IReadOnlyList<TenderShare> before)
    {
        var shares = new List<TenderShare>();
        foreach (var tender in tenders)
        {
            var share = Money.Min(amount, Left(tender, before));
            if (!share.IsPositive) continue;
            shares.Add(new TenderShare(tender.Id, share));
            amount -= share;
        }
        return shares;
    }

    private static Money Left(Tender tender, IReadOnlyList<TenderShare> before)
    {
        var left = tender.Amount;
        foreach (var share in before)
        {
            if (share.Id == tender.Id) left -= share.Amount;
        }
        return left;
    }
}
