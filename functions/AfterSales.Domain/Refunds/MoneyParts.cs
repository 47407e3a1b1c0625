using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks;

namespace AfterSales.Domain.Refunds;

/// <summary>
/// How a sum that a case grants or pays is made up, by the names of its components. No components: all of it is for the goods.
/// </summary>
public static class MoneyParts
{
    public const string Price = "price";

    /// <summary>Of the freight that the customer paid with the order.</summary>
    public const string OutboundFreight = "outbound_freight";

    /// <summary>For the way back of the goods; no part of what was paid for the item.</summary>
    public const string ReturnFreight = "return_freight";

    /// <summary>What goods given in exchange cost less.</summary>
    public const string Difference = "exchange_difference";

    public static Money Sum(this IEnumerable<MoneyComponent> parts, Money zero) => parts.Aggregate(zero, (sum, part) => sum + part.Amount);

    /// <summary>What of the parts has this name; zero when none.</summary>
    public static Money Of(this IEnumerable<MoneyComponent> parts, string name, Money zero) => parts.Where(part => part.Name == name).Sum(zero);

    /// <summary>The parts of a sum that is due: what of each part was granted and is not in what went out before.</summary>
    /// <param name="out">The parts of everything paid or on its way.</param>
    public static ImmutableArray<MoneyComponent> Due(ImmutableArray<MoneyComponent> granted, IReadOnlyList<MoneyComponent> @out, Money amount)
    {
        var due = ImmutableArray.CreateBuilder<MoneyComponent>();
        var zero = amount with { Fen = 0 };
        foreach (var part in granted)
        {
            var share = Money.Min(part.Amount - @out.Of(part.Name, zero), amount);
            if (!share.IsPositive) continue;
            due.Add(part with { Amount = share });
            amount -= share;
        }
        return due.ToImmutable();
    }

    /// <summary>The parts without others, none less than nothing.</summary>
    public static ImmutableArray<MoneyComponent> Less(ImmutableArray<MoneyComponent> parts, IReadOnlyList<MoneyComponent> others) =>
        [.. parts.Select(part => part with { Amount = part.Amount - Money.Min(part.Amount, others.Of(part.Name, part.Amount with { Fen = 0 })) })];

    /// <summary>The parts as those of another sum: what is too much is taken off in their order, what is missing is for the goods.</summary>
    public static ImmutableArray<MoneyComponent> Balanced(ImmutableArray<MoneyComponent> parts, Money sum)
    {
        if (parts.IsDefaultOrEmpty) return [];
        var over = parts.Sum(sum with { Fen = 0 }) - sum;
        if (over.IsNegative)
        {
            var price = parts.FirstOrDefault(part => part.Name == Price) ?? new MoneyComponent(Price, sum with { Fen = 0 }, parts[0].Clause);
            return [price with { Amount = price.Amount - over }, .. parts.Where(part => part.Name != Price)];
        }
        var balanced = ImmutableArray.CreateBuilder<MoneyComponent>();
        foreach (var part in parts)
        {
            var off = Money.Min(part.Amount, over);
            over -= off;
            if (part.Amount > off) balanced.Add(part with { Amount = part.Amount - off });
        }
        return balanced.ToImmutable();
    }

    /// <summary>
    /// What so many pieces are of a whole, when some went back before: the share of all of them less that of those before, so that the
    /// last piece takes the last fen.
    /// </summary>
    public static Money OfPieces(Money whole, int before, int count, int of) => UpTo(whole, before + count, of) - UpTo(whole, before, of);

    private static Money UpTo(Money whole, int pieces, int of) => pieces == 0 ? whole with { Fen = 0 } : whole.Allocate([pieces, of - pieces])[0];
}
