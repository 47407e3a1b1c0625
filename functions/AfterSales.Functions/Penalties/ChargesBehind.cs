using AfterSales.Domain;
using AfterSales.Functions.Ledger.Books;

namespace AfterSales.Functions.Penalties;

/// <summary>
/// Which of a case's open charges a payout pays. A payout covers whole charges; messages may come in any order, so the charges of
/// another payout can be open beside them.
/// </summary>
public static class ChargesBehind
{
    /// <summary>The one charge of exactly the amount, else charges that make it up, older ones preferred.</summary>
    /// <param name="open">The oldest first, each above zero.</param>
    /// <returns>Null when no choice makes up the amount: a charge is still to come.</returns>
    public static IReadOnlyList<OpenCharge>? Payout(Money amount, IReadOnlyList<OpenCharge> open) =>
        open.FirstOrDefault(charge => charge.Amount == amount) is { } exact ? [exact] : MakingUp(amount, open, 0);

    private static IReadOnlyList<OpenCharge>? MakingUp(Money amount, IReadOnlyList<OpenCharge> open, int from)
    {
        if (amount.IsZero) return [];
        for (int at = from; at < open.Count; at++)
        {
            if (open[at].Amount <= amount && MakingUp(amount - open[at].Amount, open, at + 1) is { } others) return [open[at], .. others];
        }
        return null;
    }
}
