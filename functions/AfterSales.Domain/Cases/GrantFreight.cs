using System.Collections.Immutable;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;

namespace AfterSales.Domain.Cases;

/// <summary>
/// Who bears the freight, of the first trip and of the way back: what of each the customer gets. By the rulebook's components of these
/// names, or more by who decides; the rest he bears himself.
/// </summary>
internal static class GrantFreight
{
    private static readonly ImmutableArray<string> Names = [MoneyParts.OutboundFreight, MoneyParts.ReturnFreight];

    /// <param name="payable">All that the rulebook grants: no freight comes on top of it.</param>
    public static ImmutableArray<MoneyComponent> ByRulebook(Case now, Money payable)
    {
        if (now.Decision.Money.Components.IsDefaultOrEmpty) return [];
        var freight = ImmutableArray.CreateBuilder<MoneyComponent>();
        foreach (var part in now.Decision.Money.Components.Where(part => Names.Contains(part.Name)))
        {
            var most = part.Name == MoneyParts.OutboundFreight ? Money.Min(payable, now.Order.Freight) : payable;
            var amount = Money.Min(part.Amount, most);
            if (!amount.IsPositive) continue;
            payable -= amount;
            freight.Add(part with { Amount = amount });
        }
        return freight.ToImmutable();
    }

    /// <summary>What earlier decisions of the case gave.</summary>
    public static ImmutableArray<MoneyComponent> Granted(Case now) => [.. now.Components.Where(part => Names.Contains(part.Name))];

    /// <summary>As named, else as the rulebook concludes or was granted before: never less than that.</summary>
    /// <param name="byAgreement">The customer has to agree to it: it may be less, and what is not named is nothing.</param>
    public static (ImmutableArray<MoneyComponent> Freight, Refusal? Fault) Of(Case now, GrantTerms? terms, bool byAgreement = false)
    {
        var rule = ByRulebook(now, now.Entitlement.IsCovered ? now.Entitlement.Amount : now.Nothing);
        var (outbound, tooMuchOut) = Part(MoneyParts.OutboundFreight, terms?.OutboundFreight, now.Order.Freight);
        var (back, tooMuchBack) = Part(MoneyParts.ReturnFreight, terms?.ReturnFreight, now.PaidForGoods + now.Order.Freight);
        return ([.. new[] { outbound, back }.OfType<MoneyComponent>()], tooMuchOut ?? tooMuchBack);

        (MoneyComponent? Part, Refusal? Fault) Part(string name, Money? said, Money most)
        {
            var least = byAgreement ? now.Nothing : Money.Max(rule.Of(name, now.Nothing), now.Components.Of(name, now.Nothing));
            var value = said ?? least;
            if (value.Currency != most.Currency || value < least || value > Money.Max(least, most)) return (null, Refusals.FreightOutOfRange);
            var known = rule.FirstOrDefault(part => part.Name == name && part.Amount == value);
            return (value.IsZero ? null : known ?? new MoneyComponent(name, value, now.Rung.Clause), null);
        }
    }
}
