using System.Collections.Immutable;

namespace AfterSales.Domain.Cases;

/// <summary>What a decision for the customer gives: by the rulebook, or more by the one who decides, never less.</summary>
/// <param name="ByRule">The rulebook grants this much by itself.</param>
internal sealed record Grant(Remedy Remedy, Money Amount, bool ByRule)
{
    /// <summary>The rulebook's own grant, or null when the claim is not covered.</summary>
    public static Grant? ByRulebook(Case now) => now.Entitlement is { IsCovered: true, Remedy: { } remedy } covered
        ? new Grant(remedy, covered.Amount, ByRule: true)
        : null;

    /// <summary>What the customer asked for, in full: at least what the rulebook grants.</summary>
    public static Grant AsAsked(Case now)
    {
        var zero = new Money(0, now.Order.Paid.Currency);
        var (remedy, amount) = now.Claim.Kind switch
        {
            ClaimKind.Refund => (Remedy.Refund, now.Order.Paid),
            ClaimKind.Return => (Remedy.Return, now.Order.Paid),
            ClaimKind.Exchange => (Remedy.Exchange, zero),
            ClaimKind.Repair => (Remedy.Repair, zero),
            ClaimKind.Complaint => (Remedy.Answer, zero),
            _ => throw new ArgumentOutOfRangeException(nameof(now), now.Claim.Kind, "Unknown kind of claim."),
        };
        return ByRulebook(now) is { } rule && rule.Amount >= amount ? rule : new Grant(remedy, amount, ByRule: false);
    }

    /// <summary>
    /// The price, in the place of a remedy that was granted and not given in time, so that silence cannot go round for ever.
    /// </summary>
    public static Grant InMoney(Case now) => new(Remedy.Refund, Money.Max(now.Order.Paid, now.Granted), ByRule: false);

    /// <summary>The grant that a person named, checked: at least the rulebook's, at most the larger of that and what was paid.</summary>
    public static (Grant? Grant, Refusal? Fault) Of(Case now, Remedy? remedy, Money? amount)
    {
        var rule = ByRulebook(now);
        if (remedy is null && amount is null) return rule is null ? (null, Refusals.AmountRequired) : (rule, null);

        var given = remedy ?? rule?.Remedy ?? Remedy.Refund;
        var zero = new Money(0, now.Order.Paid.Currency);
        var least = rule?.Amount ?? zero;
        if (!PaysMoney(given))
        {
            return amount is { IsZero: false } || least.IsPositive
                ? (null, Refusals.AmountOutOfRange)
                : (new Grant(given, zero, rule?.Remedy == given), null);
        }
        if (amount is null && !(rule is not null && PaysMoney(rule.Remedy))) return (null, Refusals.AmountRequired);
        var value = amount ?? least;
        if (value.Currency != zero.Currency || value < least || value > Money.Max(least, now.Order.Paid) || (value.IsZero && rule is null))
        {
            return (null, Refusals.AmountOutOfRange);
        }
        return (new Grant(given, value, rule is not null && value == least && given == rule.Remedy), null);
    }

    /// <summary>The rulebook's clauses, or the one that lets this rung decide.</summary>
    public ImmutableArray<string> Clauses(Case now) => ByRule ? [.. now.Entitlement.Clauses] : [now.Rung.Clause];

    private static bool PaysMoney(Remedy remedy) => remedy is Remedy.Refund or Remedy.Return or Remedy.Compensation;
}
