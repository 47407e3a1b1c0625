using System.CommandLine;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;
using Azure;

namespace AfterSales.Local.Commands;

/// <summary><c>ledger balances</c>: what the accounts hold, as the books themselves say it, over all of them or of one supplier.</summary>
internal static class LedgerBalancesCommand
{
    public static Command Create(Option<string?> data)
    {
        var supplier = new Option<string?>("--supplier") { Description = "One supplier's book; all unless said." };
        var command = new Command("balances", "Prints the posted balance of every account, beside a running app or without one; credit is positive.")
        {
            supplier,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            DataFolder.Of(parsed.GetValue(data), "data"), parsed.GetValue(supplier), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DataFolder data, string? id, CancellationToken cancellationToken)
    {
        if (id is not null && !SupplierId.TryParse(id, out _)) throw new CommandException($"'{id}' is no supplier id.");
        if (data.Running is { EmbeddedStore: false } app)
            throw new CommandException($"The app's store is not in {data.Path}. Ask {app.Url}/api/v1/suppliers for its balances.");
        await using var copy = StoreCopy.Of(data, "ledger balances");
        var all = Balances.None;
        var names = new SortedDictionary<Account, string>();
        try
        {
            await foreach (var book in LedgerHeads.ReadAsync(copy.Tables.GetTableClient(LedgerStore.Table), cancellationToken))
            {
                if (id is not null && book.Supplier.ToString() != id) continue;
                all = all.Plus(book.Balances);
                foreach (var account in book.Balances.Posted.Keys)
                    names[account] = ChartOfAccounts.Shipped.LineOf(account, book.Supplier) is { } line ? $"{line.Name.Zh} {line.Name.En}" : "";
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == "TableNotFound")
        {
            // An app that never started has no ledger, and nothing on its accounts.
        }

        foreach (var (account, balance) in all.Posted) Console.WriteLine($"{account,-40} {balance,16} {balance.Currency}  {names[account]}");
        return 0;
    }
}
