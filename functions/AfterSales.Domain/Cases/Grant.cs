using System.Collections.Immutable;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;

namespace AfterSales.Domain.Cases;

/// <summary>What a decision for the customer gives: by the rulebook, or more by the one who decides, never less.</summary>
/// <param name="Goods">For the goods.</param>
/// <param name="ByRule">The rulebook grants this much by itself.</param>
internal sealed record Grant(Remedy Remedy, Money Goods, bool ByRule)
{
    /// <summary>Freight, and what goods given in exchange cost less: on top of what is for the goods.</summary>
    public ImmutableArray<MoneyComponent> Beside { get; init; } = [];

    /// <summary>What the customer owes for goods that cost more; null: nothing.</summary>
    public Money? DifferenceDue { get; init; }

    /// <summary>What the coupon is worth; null: it is another remedy, or nobody said.</summary>
    public Money? Coupon { get; init; }

    /// <summary>What the customer is to have in all, in money.</summary>
    public Money Amount => Beside.Sum(Goods);

    /// <summary>With what a coupon is worth.</summary>
    public Money Worth => Coupon is { } coupon ? Amount + coupon : Amount;

    /// <summary>What is given away: the difference of an exchange is given for goods.</summary>
    public Money Generosity => Worth - Beside.Of(MoneyParts.Difference, Goods with { Fen = 0 });

    /// <summary>The rulebook's own grant, or null when the claim is not covered.</summary>
    public static Grant? ByRulebook(Case now)
    {
        if (now.Entitlement is not { IsCovered: true, Remedy: { } remedy } covered) return null;
        var beside = GrantFreight.ByRulebook(now, covered.Amount);
        var goods = covered.Amount - beside.Sum(covered.Amount with { Fen = 0 });
        return remedy == Remedy.Coupon
            ? new Grant(remedy, now.Nothing, ByRule: true) { Beside = beside, Coupon = goods.IsPositive ? goods : null }
            : new Grant(remedy, PaysMoney(remedy) ? goods + now.DifferencePaid : goods, ByRule: true) { Beside = beside };
    }

    /// <summary>What the customer asked for, in full: at least what the rulebook grants.</summary>
    public static Grant AsAsked(Case now)
    {
        var zero = now.Nothing;
        var (remedy, amount) = now.Claim.Kind switch
        {
            ClaimKind.Refund => (Remedy.Refund, now.PaidForGoods),
            ClaimKind.Return => (Remedy.Return, now.PaidForGoods),
            ClaimKind.Exchange => (Remedy.Exchange, zero),
            ClaimKind.Repair => (Remedy.Repair, zero),
            ClaimKind.Complaint => (Remedy.Answer, zero),
            _ => throw new ArgumentOutOfRangeException(nameof(now), now.Claim.Kind, "Unknown kind of claim."),
        };
        return ByRulebook(now) is { } rule && rule.Amount >= amount ? rule : new Grant(remedy, amount, ByRule: false);
    }

    /// <summary>
    /// The price, in the place of a remedy that was granted and not given in time, so that silence cannot go round for ever. Freight that
    /// was granted stays.
    /// </summary>
    public static Grant InMoney(Case now)
    {
        var freight = GrantFreight.Granted(now);
        return new Grant(Remedy.Refund, Money.Max(now.PaidForGoods, now.Granted - freight.Sum(now.Nothing)), ByRule: false) { Beside = freight };
    }

    /// <summary>The grant that a person named, checked: at least the rulebook's, at most the larger of that and what was paid.</summary>
    public static (Grant? Grant, Refusal? Fault) Of(Case now, Remedy? remedy, Money? amount, GrantTerms? terms = null)
    {
        var rule = ByRulebook(now);
        if (remedy is null && amount is null && terms is null) return rule is null ? (null, Refusals.AmountRequired) : (rule, null);

        var given = remedy ?? rule?.Remedy ?? Remedy.Refund;
        var (coupon, worthless) = CouponOf(now, given, terms?.Coupon ?? amount, rule);
        if (worthless is not null) return (null, worthless);
        var (goods, fault) = GoodsOf(now, given, given == Remedy.Coupon ? null : amount, rule);
        if (fault is not null) return (null, fault);
        var (freight, wrong) = GrantFreight.Of(now, terms);
        if (wrong is not null) return (null, wrong);
        var named = new Grant(given, goods!.Value, rule is not null && given == rule.Remedy && goods == rule.Goods && freight.SequenceEqual(rule.Beside))
        {
            Beside = freight,
            Coupon = coupon,
        };
        return terms?.ReplacementPrice is { } price ? named.ExchangedFor(now, price) : (named, null);
    }

    /// <summary>What the customer is offered and has to agree to: also less than the rulebook grants, or another remedy.</summary>
    public static (Grant? Grant, Refusal? Fault) Offered(Case now, Remedy? remedy, Money? amount, GrantTerms? terms)
    {
        var rule = ByRulebook(now);
        if (remedy is null && amount is null && rule is null) return (null, Refusals.AmountRequired);
        var given = remedy ?? rule?.Remedy ?? Remedy.Refund;
        var (coupon, worthless) = CouponOf(now, given, terms?.Coupon ?? amount, rule);
        if (worthless is not null) return (null, worthless == Refusals.AmountOutOfRange ? Refusals.OfferOutOfRange : worthless);
        if (given == Remedy.Coupon) amount = now.Nothing;
        var goods = amount ?? (rule?.Remedy == given ? rule.Goods : now.Nothing);
        var most = PaysMoney(given) ? Money.Max(rule?.Goods ?? now.Nothing, now.PaidForGoods) : now.Nothing;
        if (goods.Currency != most.Currency || goods.IsNegative || goods > most || (PaysMoney(given) && goods.IsZero)) return (null, Refusals.OfferOutOfRange);
        var (freight, wrong) = GrantFreight.Of(now, terms, byAgreement: true);
        if (wrong is not null) return (null, wrong);
        var offered = new Grant(given, goods, ByRule: false) { Beside = freight, Coupon = coupon };
        return terms?.ReplacementPrice is { } price ? offered.ExchangedFor(now, price) : (offered, null);
    }

    /// <summary>The rulebook gives more, or money where this gives none.</summary>
    public bool IsBelowRulebook(Case now) =>
        ByRulebook(now) is { } rule && (Generosity < rule.Generosity || (rule.Remedy != Remedy && !PaysMoney(Remedy)));

    /// <summary>The rulebook's clauses, or the one that lets this rung decide.</summary>
    public ImmutableArray<string> Clauses(Case now) => ByRule ? [.. now.Entitlement.Clauses] : [now.Rung.Clause];

    /// <summary>How the amount is made up; null: all of it is for the goods.</summary>
    public IReadOnlyList<MoneyComponent>? Components(Case now) => Beside.IsEmpty ? null
        : Goods.IsPositive ? [new MoneyComponent(MoneyParts.Price, Goods, Clauses(now)[0]), .. Beside] : Beside;

    /// <summary>What is kept of what was said, so that the same grant can be made of it again.</summary>
    public GrantTerms? Kept(GrantTerms? said) => Coupon is null ? said : (said ?? new GrantTerms()) with { Coupon = Coupon };

    /// <summary>A coupon is worth what was said, else what the rulebook gives: more than nothing, and at most what a refund could be.</summary>
    private static (Money? Coupon, Refusal? Fault) CouponOf(Case now, Remedy given, Money? said, Grant? rule)
    {
        if (given != Remedy.Coupon) return (null, null);
        if ((said ?? rule?.Coupon) is not { } value) return (null, Refusals.AmountRequired);
        var least = rule?.Coupon ?? now.Nothing;
        var wrong = value.Currency != least.Currency || !value.IsPositive || value < least || value > Money.Max(least, now.PaidForGoods);
        return wrong ? (null, Refusals.AmountOutOfRange) : (value, null);
    }

    private static (Money? Goods, Refusal? Fault) GoodsOf(Case now, Remedy given, Money? amount, Grant? rule)
    {
        var least = rule?.Goods ?? now.Nothing;
        if (!PaysMoney(given)) return amount is { IsZero: false } || least.IsPositive ? (null, Refusals.AmountOutOfRange) : (now.Nothing, null);
        if (amount is null && !(rule is not null && PaysMoney(rule.Remedy))) return (null, Refusals.AmountRequired);
        least = Money.Max(least, now.DifferencePaid);
        var value = amount ?? least;
        var wrong = value.Currency != least.Currency || value < least || value > Money.Max(least, now.PaidForGoods) || (value.IsZero && rule is null);
        return wrong ? (null, Refusals.AmountOutOfRange) : (value, null);
    }

    /// <summary>
    /// Goods at another price. What he paid is what they are set against: with a difference that he paid before, and without one that
    /// was granted him before, which he keeps.
    /// </summary>
    private (Grant? Grant, Refusal? Fault) ExchangedFor(Case now, Money price)
    {
        if (Remedy != Remedy.Exchange) return (null, Refusals.NoReplacement);
        if (price.Currency != Goods.Currency || !price.IsPositive) return (null, Refusals.AmountOutOfRange);
        if (now.Fulfilment is { Remedy: Remedy.Exchange, IsOpen: false, Lapsed: false }) return (null, Refusals.StepDone);
        var before = now.Components.Of(MoneyParts.Difference, now.Nothing);
        var more = now.ForPiecesBack(price - (now.Order.Paid - before)) - now.DifferencePaid;
        if (more.IsPositive)
        {
            return now.Process.Of(Remedy).Steps.Any(step => step.Step == RemedyStep.PayDifference)
                ? (this with { DifferenceDue = more }, null)
                : (null, Refusals.NoDifferenceStep);
        }
        var back = before - more;
        return (back.IsZero ? this : this with { Beside = [new MoneyComponent(MoneyParts.Difference, back, now.Rung.Clause), .. Beside] }, null);
    }

    private static bool PaysMoney(Remedy remedy) => remedy is Remedy.Refund or Remedy.Return or Remedy.Compensation;
}
