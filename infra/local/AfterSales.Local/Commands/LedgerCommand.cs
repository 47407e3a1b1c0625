using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using AfterSales.Functions.Ledger.Books;
using Azure;

namespace AfterSales.Local.Commands;

/// <summary>
/// <c>ledger verify</c> checks every supplier's chain of entries, its postings and its balances; <c>ledger export</c>, <c>ledger
/// balances</c> and <c>ledger reconcile</c> stand beside it.
/// </summary>
internal static class LedgerCommand
{
    public static Command Create(Option<string?> data)
    {
        var verify = new Command("verify", "Checks the ledger of a data folder, beside a running app or without one.");
        verify.SetAction((parsed, cancellationToken) => VerifyAsync(DataFolder.Of(parsed.GetValue(data), "data"), cancellationToken));
        return new Command("ledger", "The suppliers' ledger.")
        {
            verify, LedgerExportCommand.Create(data), LedgerBalancesCommand.Create(data), LedgerReconcileCommand.Create(data),
        };
    }

    private static async Task<int> VerifyAsync(DataFolder data, CancellationToken cancellationToken)
    {
        var report = data.Running is { EmbeddedStore: false } app
            ? await AskAsync(app, cancellationToken)
            : await ReadAsync(data, cancellationToken);
        foreach (var fault in report.Faults)
        {
            Console.WriteLine($"FAILED {fault.Supplier} entry {fault.Sequence}: {fault.Code}. {fault.Detail}");
        }

        // Entries written within the same moment share an anchor, which holds all that came before it.
        Console.WriteLine($"{report.Suppliers} suppliers, {report.Entries} entries, held against {report.Anchors} anchored chain heads.");
        Console.WriteLine($"{report.Passed} passed, {report.Failed} failed");
        return report.Failed == 0 ? 0 : 1;
    }

    /// <summary>Checks a copy of the store as it is now, so that a running app is neither asked nor held up.</summary>
    private static async Task<LedgerReport> ReadAsync(DataFolder data, CancellationToken cancellationToken)
    {
        await using var copy = StoreCopy.Of(data, "ledger verify", LedgerAnchors.Container);
        try
        {
            return await LedgerCheck.RunAsync(
                copy.Tables.GetTableClient(LedgerStore.Table), copy.Blobs.GetBlobContainerClient(LedgerAnchors.Container), cancellationToken);
        }
        catch (RequestFailedException e) when (e.ErrorCode is "TableNotFound" or "ContainerNotFound")
        {
            // An app that never started has no ledger, which is no fault of it.
            return new LedgerReport(0, 0, 0, 0, 0, []);
        }
    }

    /// <summary>An app on another store than its data folder checks its own.</summary>
    private static async Task<LedgerReport> AskAsync(RunningApp app, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(app.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TokenCommand.Sign("auditor", null, null));
        return await http.GetFromJsonAsync<LedgerReport>(
            new Uri("/api/v1/ledger/verify", UriKind.Relative), Functions.Storage.AppJson.Options, cancellationToken)
            ?? throw new CommandException($"{app.Url} gave no answer.");
    }
}
