using AfterSales.Domain.Suppliers;

namespace AfterSales.Domain.Ledger;

/// <summary>What an account of a supplier's book held before the days that are looked at, what moved on them, and what it holds after them.</summary>
/// <param name="Opening">Positive = in credit, as everywhere in the ledger.</param>
/// <param name="Held">What would be added when everything pending is posted.</param>
public sealed record AccountMovement(SupplierId Supplier, Account Account, Money Opening, Money Debit, Money Credit, Money Held)
{
    public Money Closing => Opening + Credit - Debit;
}

/// <summary>
/// The accounts of many books, line by line. It keeps a row an account, however many lines there are; and the rows tie out when the lines
/// do: all debits are all credits, and all that is held or owed together is nothing.
/// </summary>
public sealed class TrialBalance
{
    private readonly SortedDictionary<(string Supplier, Account Account), AccountMovement> _accounts = new(
        Comparer<(string Supplier, Account Account)>.Create((left, right) =>
            string.CompareOrdinal(left.Supplier, right.Supplier) is not 0 and var order ? order : left.Account.CompareTo(right.Account)));

    /// <summary>By supplier and account.</summary>
    public IReadOnlyCollection<AccountMovement> Accounts => _accounts.Values;

    /// <exception cref="OverflowException">A sum leaves the range of a <see cref="long"/>.</exception>
    public void Add(LedgerLine line, bool opening)
    {
        if (line.Account is not { } account) return;
        var key = (line.Entry.Supplier.ToString(), account);
        AccountMovement before = _accounts.GetValueOrDefault(key) ?? new AccountMovement(line.Entry.Supplier, account, default, default, default, default);
        AccountMovement moved = before with { Held = before.Held + line.HeldCredit - line.HeldDebit };
        _accounts[key] = opening
            ? moved with { Opening = before.Opening + line.Credit - line.Debit }
            : moved with { Debit = before.Debit + line.Debit, Credit = before.Credit + line.Credit };
    }

    public Money Sum(Func<AccountMovement, Money> amount) => _accounts.Values.Aggregate(Money.Zero, (sum, account) => sum + amount(account));
}
