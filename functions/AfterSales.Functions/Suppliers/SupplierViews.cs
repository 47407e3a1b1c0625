using AfterSales.Domain;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger;

namespace AfterSales.Functions.Suppliers;

/// <summary>A supplier as finance, and the supplier itself, see it.</summary>
/// <param name="DepositBalance">Posted balance of the quality deposit.</param>
/// <param name="PendingCharges">Held against the deposit, not yet paid out.</param>
/// <param name="Available">The deposit less what is held.</param>
/// <param name="Shortfall">What is lacking to the full deposit (MALL-LAD-4).</param>
/// <param name="ResponsiblePerson">The name registered; absent when nobody is, or for readers who need not know.</param>
public sealed record SupplierView(
    SupplierId Id,
    string? Name,
    Money DepositRequired,
    Money DepositBalance,
    Money PendingCharges,
    Money Available,
    Money Shortfall,
    bool ResponsiblePersonRegistered,
    string? ResponsiblePerson,
    long Entries,
    IReadOnlyList<AccountView> Accounts,
    IReadOnlyList<Strike> Strikes,
    IReadOnlyList<FinanceTask> Tasks,
    ContractView Contract)
{
    public static SupplierView Of(
        SupplierTerms terms, string? person, LedgerBook book, IReadOnlyList<Strike> strikes, IReadOnlyList<FinanceTask> tasks, ContractView contract)
    {
        Account deposit = Account.Deposit(terms.Id);
        Money posted = book.Balances.PostedOf(deposit);
        Money pending = book.Balances.PendingOf(deposit);
        return new SupplierView(
            terms.Id,
            terms.Name,
            terms.DepositRequired,
            posted,
            -pending,
            posted + pending,
            terms.Shortfall(posted),
            terms.ResponsiblePersonId is not null,
            person,
            book.Count,
            AccountView.Of(book.Balances),
            strikes,
            tasks,
            contract);
    }
}

public sealed record SuppliersList(IReadOnlyList<SupplierView> Items);
