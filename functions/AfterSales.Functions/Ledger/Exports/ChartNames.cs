using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;

namespace AfterSales.Functions.Ledger.Exports;

/// <summary>The chart's lines for the accounts met so far.</summary>
internal sealed class ChartNames
{
    private readonly Dictionary<(Account, SupplierId), ChartLine?> _known = [];

    /// <summary>Null for an account that the chart does not have any more.</summary>
    public ChartLine? LineOf(Account account, SupplierId supplier)
    {
        if (!_known.TryGetValue((account, supplier), out ChartLine? line))
            _known[(account, supplier)] = line = ChartOfAccounts.Shipped.LineOf(account, supplier);
        return line;
    }
}
