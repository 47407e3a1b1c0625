using AfterSales.Domain.Cases;

namespace AfterSales.Domain.Refunds;

/// <summary>What the money of a case means for the account of its item. Every key follows from the case or the payout.</summary>
public static class ItemRefund
{
    /// <summary>The item's account as far as the case alone knows it: what other cases have paid is not in it.</summary>
    public static RefundAccount KnownTo(Case @case)
    {
        var paid = @case.Payouts.Where(payout => payout.IsPaid).Select(payout => Paid(@case, payout.Id, payout.Amount));
        return DifferencesPaid(@case).Concat(Elsewhere(@case)).Concat(paid).Aggregate(
            RefundAccount.Open(@case.Order.Paid, @case.Order.Freight, @case.Order.Pieces, @case.Order.Tenders),
            (account, request) => account.Decide(request) is RefundAnswer.Taken taken ? taken.Account : account);
    }

    /// <summary>An instruction: whatever the account thinks of it where finance has released it, else if the account lets it.</summary>
    public static RefundRequest Told(Case @case, RefundInstructed instructed)
    {
        var payout = @case.Payouts.First(one => one.Id == instructed.PayoutId);
        return instructed.By.Party == Party.Finance && payout.ReleasedBy is not null
            ? Paid(@case, payout.Id, payout.Amount) with { Pending = true }
            : Wished(@case, payout);
    }

    /// <summary>A payout that is to go out.</summary>
    public static RefundRequest Wished(Case @case, Payout payout) => Of(@case, payout) with { Pending = true };

    /// <summary>A payout that was paid, whatever the account thinks of it.</summary>
    public static RefundRequest Paid(Case @case, PayoutId id, Money amount)
    {
        var (key, by) = (id.ToString(), @case.Id.ToString());
        var payout = @case.Payouts.First(one => one.Id == id) with { Amount = amount };
        var parts = payout.Components is null ? null : Parts(@case, payout);
        var part = parts is null ? OfItem(@case, payout) : parts.Price + parts.Freight;
        return part.IsPositive
            ? new RefundRequest.Fact(key, by, part) { Beyond = parts is { Beyond.IsPositive: true } ? parts.Beyond : null }
            : new RefundRequest.Compensation(key, by, amount);
    }

    /// <summary>
    /// Everything that the marketplace says was refunded beside the payouts. A refund that has an id is the same one in every case about the
    /// item; should they differ about its sum, each sum counts.
    /// </summary>
    public static IEnumerable<RefundRequest> Elsewhere(Case @case) => @case.RefundsElsewhere.Select(one => Elsewhere(@case, one));

    /// <summary>One of them.</summary>
    public static RefundRequest Elsewhere(Case @case, RefundElsewhere one) => new RefundRequest.Fact(
        one.Refund is { } refund ? $"elsewhere:{@case.Marketplace}:{refund}:{one.Amount}" : $"elsewhere:{@case.Id}", @case.Id.ToString(), one.Amount);

    /// <summary>Everything that the customer paid in the case for goods that cost more, or for a repair.</summary>
    public static IEnumerable<RefundRequest> DifferencesPaid(Case @case) => @case.DifferencesPaid.Select((paid, number) =>
    {
        var key = $"difference:{@case.Id}:{number + 1}";
        return new RefundRequest.ExchangedForMore(key, @case.Id.ToString(), new Tender(key, "difference", paid));
    });

    private static RefundRequest Of(Case @case, Payout payout)
    {
        var (key, by) = (payout.Id.ToString(), @case.Id.ToString());
        if (payout.Pieces is { } pieces) return Parts(@case, payout) with { Count = pieces };
        if (payout.Components is [{ Name: MoneyParts.Difference }]) return new RefundRequest.ExchangedForLess(key, by, payout.Amount);
        if (payout.Components is not null) return Parts(@case, payout);
        return OfItem(@case, payout) is { IsPositive: true } part
            ? new RefundRequest.OfAll(key, by, part)
            : new RefundRequest.Compensation(key, by, payout.Amount);
    }

    private static RefundRequest.Parts Parts(Case @case, Payout payout)
    {
        var paidBefore = @case.Payouts.Where(other => other.Id != payout.Id && other.IsPaid)
            .Aggregate(@case.Nothing, (sum, other) => sum + ForGoods(other));
        var freight = Part(payout, MoneyParts.OutboundFreight);
        var price = Money.Min(ForGoods(payout), Money.Max(@case.PaidForGoods - paidBefore, @case.Nothing));
        return new RefundRequest.Parts(payout.Id.ToString(), @case.Id.ToString(), price, freight, payout.Amount - price - freight);

        Money ForGoods(Payout one) => one.Amount - Part(one, MoneyParts.OutboundFreight) - Part(one, MoneyParts.ReturnFreight);
    }

    private static Money Part(Payout payout, string name) => (payout.Components ?? []).Of(name, payout.Amount with { Fen = 0 });

    /// <summary>
    /// What of a payout is a refund of the item: what a case pays beyond price and freight, such as a counterfeit's multiple, is
    /// compensation, and comes last.
    /// </summary>
    private static Money OfItem(Case @case, Payout payout)
    {
        var most = @case.PaidForGoods + @case.Order.Freight;
        var before = @case.Payouts.Where(other => other.Id != payout.Id && other.IsPaid).Aggregate(@case.Nothing, (sum, other) => sum + other.Amount);
        return Money.Min(before + payout.Amount, most) - Money.Min(before, most);
    }
}
