using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using AfterSales.Domain.Ledger;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Ledger.Exports;
using Azure;

namespace AfterSales.Local.Commands;

/// <summary><c>ledger export</c>: the ledger, or a part of it, as a file.</summary>
internal static class LedgerExportCommand
{
    private static readonly TimeSpan Tell = TimeSpan.FromSeconds(1);

    public static Command Create(Option<string?> data)
    {
        Option<string?>[] query =
        [
            new("--format") { Description = "csv, xlsx, hledger (a journal for hledger and ledger-cli) or jsonl (whole entries, to check the chain).", Required = true },
            new("--supplier") { Description = "One supplier's book; all unless said." },
            new("--month") { Description = "The entries that count in a month, such as 2026-11." },
            new("--from") { Description = "The first day that entries count on." },
            new("--through") { Description = "The last day that entries count on." },
        ];
        var to = new Option<string?>("--out") { Description = "File to write; standard output unless said." };
        var command = new Command("export", "Writes the ledger of a data folder as a file, beside a running app or without one.") { to };
        foreach (var option in query) command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            DataFolder.Of(parsed.GetValue(data), "data"),
            Read(query.ToDictionary(option => option.Name[2..], parsed.GetValue)),
            parsed.GetValue(to),
            cancellationToken));
        return command;
    }

    private static LedgerExport Read(Dictionary<string, string?> given)
    {
        var (export, faults) = ExportQuery.Read(name => given[name]);
        return export ?? throw new CommandException(string.Join('\n', faults.Select(fault => $"--{fault.Pointer[1..]}: {fault.Detail}")));
    }

    private static async Task<int> RunAsync(DataFolder data, LedgerExport export, string? file, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            await using var output = Console.OpenStandardOutput();
            await WriteAsync(data, export, output, cancellationToken);
            return 0;
        }

        // Under its name stands a whole export or none.
        var unfinished = $"{file}.part";
        try
        {
            await using (var output = File.Create(unfinished)) await WriteAsync(data, export, output, cancellationToken);
            File.Move(unfinished, file, overwrite: true);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new CommandException($"{file} cannot be written: {e.Message}");
        }
        finally
        {
            if (File.Exists(unfinished)) File.Delete(unfinished);
        }

        return 0;
    }

    private static async Task WriteAsync(DataFolder data, LedgerExport export, Stream output, CancellationToken cancellationToken)
    {
        if (data.Running is { EmbeddedStore: false } app)
        {
            await AskAsync(app, export, output, cancellationToken);
            return;
        }

        await using var copy = StoreCopy.Of(data, "ledger export");
        var ledger = copy.Tables.GetTableClient(LedgerStore.Table);
        var entries = LedgerExport.ReadAsync(ledger, export.Selection.Supplier, cancellationToken);
        await export.WriteAsync(CountedAsync(entries, cancellationToken), output, cancellationToken);
    }

    /// <summary>The entries, and on the error output how many they are so far.</summary>
    private static async IAsyncEnumerable<LedgerEntry> CountedAsync(
        IAsyncEnumerable<LedgerEntry> entries, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (read, told) = (0L, Stopwatch.GetTimestamp());
        await using var at = entries.GetAsyncEnumerator(cancellationToken);
        while (await MoveAsync(at))
        {
            read++;
            yield return at.Current;
            if (Stopwatch.GetElapsedTime(told) < Tell) continue;
            await Console.Error.WriteLineAsync($"{read} entries read");
            told = Stopwatch.GetTimestamp();
        }

        await Console.Error.WriteLineAsync($"{read} entries read. Done.");
    }

    private static async Task<bool> MoveAsync(IAsyncEnumerator<LedgerEntry> entries)
    {
        try
        {
            return await entries.MoveNextAsync();
        }
        catch (RequestFailedException e) when (e.ErrorCode == "TableNotFound")
        {
            // An app that never started has no ledger, which is an empty one.
            return false;
        }
    }

    /// <summary>An app on another store than its data folder writes its own.</summary>
    private static async Task AskAsync(RunningApp app, LedgerExport export, Stream output, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(app.Url), Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TokenCommand.Sign("auditor", null, null));
        using var answer = await http.GetAsync(
            new Uri($"/api/v1/ledger/export?{ExportQuery.Write(export)}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new CommandException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        await answer.Content.CopyToAsync(output, cancellationToken);
    }
}
