using System.CommandLine;

namespace AfterSales.Local.Commands;

/// <summary><c>ledger verify</c>: checks every supplier's chain, postings and balances.</summary>
internal static class LedgerCommand
{
    public static Command Create(Option<string?> data)
    {
        var verify = new Command("verify", "Checks the ledger of a data folder, beside a running app or without one.");
        verify.SetAction((parsed, cancellationToken) => VerifyAsync(DataFolder.Of(parsed.GetValue(data), "data"), cancellationToken));
        return new Command("ledger", "The suppliers' ledger.") { verify };
    }

    private static Task<int> VerifyAsync(DataFolder data, CancellationToken cancellationToken)
    {
        _ = data;
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(1);
    }
}
