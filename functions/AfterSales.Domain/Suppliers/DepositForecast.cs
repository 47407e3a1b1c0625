using AfterSales.Domain.Ledger;
using AfterSales.Domain.Rulebooks;

namespace AfterSales.Domain.Suppliers;

/// <summary>What is left of a deposit after what is held against it and after what open cases may still cost.</summary>
/// <param name="Balance">Posted.</param>
/// <param name="Held">Pending charges and penalties.</param>
/// <param name="Exposure">What open cases may still cost and nothing is held for yet.</param>
/// <param name="Reckoning">What is left and whether it is low, with the clause.</param>
public sealed record DepositForecast(Money Required, Money Balance, Money Held, Money Exposure, DecisionDocument Reckoning)
{
    public Money Available => Balance - Held;

    public Money AfterOpenCases => Available - Exposure;

    public bool IsLow => Reckoning.Conclusions.Truth("low_deposit") == true;

    /// <summary>The same with less at risk.</summary>
    public DepositForecast Without(HouseRules house, Money exposure) =>
        this with { Exposure = Exposure - exposure, Reckoning = house.Forecast(Required, Available, Exposure - exposure) };

    public static DepositForecast Of(HouseRules house, SupplierTerms terms, Balances balances, IReadOnlyList<Complaint> complaints)
    {
        Account deposit = Account.Deposit(terms.Id);
        (Money balance, Money pending) = (balances.PostedOf(deposit), balances.PendingOf(deposit));
        Money exposure = complaints.Where(complaint => complaint.IsOpen).Aggregate(Money.Zero, (sum, complaint) => sum + complaint.Exposure);
        return new DepositForecast(
            terms.DepositRequired, balance, -pending, exposure, house.Forecast(terms.DepositRequired, balance + pending, exposure));
    }
}
