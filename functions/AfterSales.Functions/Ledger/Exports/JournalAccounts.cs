using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;

namespace AfterSales.Functions.Ledger.Exports;

/// <summary>Accounts as a journal names them, by their type: <c>liabilities:supplier:S-1:deposit</c>. Each is declared before it is used.</summary>
internal sealed class JournalAccounts
{
    private readonly ChartNames _names = new();
    private readonly HashSet<string> _declared = new(StringComparer.Ordinal);

    public string NameOf(Account account, SupplierId supplier) => $"{Root(_names.LineOf(account, supplier)?.Type)}:{account}";

    /// <summary>The account's declaration, or nothing when it is declared already.</summary>
    public string Declare(Account account, SupplierId supplier)
    {
        string name = NameOf(account, supplier);
        if (!_declared.Add(name)) return "";
        return _names.LineOf(account, supplier) is { } line
            ? $"\naccount {name}\n    ; type: {Letter(line.Type)}\n    ; {line.Name.Zh} {line.Name.En}\n"
            : $"\naccount {name}\n";
    }

    private static string Root(AccountType? type) => type switch
    {
        AccountType.Asset => "assets",
        AccountType.Liability => "liabilities",
        AccountType.Equity => "equity",
        AccountType.Income => "income",
        AccountType.Expense => "expenses",
        null => "unclassified",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static char Letter(AccountType type) => type switch
    {
        AccountType.Asset => 'A',
        AccountType.Liability => 'L',
        AccountType.Equity => 'E',
        AccountType.Income => 'R',
        AccountType.Expense => 'X',
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
