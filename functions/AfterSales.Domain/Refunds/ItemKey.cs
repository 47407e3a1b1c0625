using AfterSales.Domain.Cases;

namespace AfterSales.Domain.Refunds;

/// <summary>One thing that was sold, however many cases there are about it.</summary>
public readonly record struct ItemKey
{
    private readonly string _text;

    private ItemKey(string text) => _text = text;

    /// <summary>By the item's own id, which holds in every marketplace; without one by order and line within the marketplace.</summary>
    public static ItemKey Of(string marketplace, OrderLine order) => new(
        order.ItemId is { } item ? $"item:{item}" : $"line:{marketplace}:{order.OrderId}:{order.Line}");

    public override string ToString() => _text;
}
