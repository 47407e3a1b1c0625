using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using AfterSales.Domain.Reconciliations;
using AfterSales.Functions.Ledger.Reconciliation;
using AfterSales.Functions.Storage;
using NodaTime.Text;
using Spectre.Console;

namespace AfterSales.Local.Commands;

/// <summary><c>ledger reconcile</c>: has the running app compare a file of a bank or marketplace with the ledger, and prints what came of it.</summary>
internal static class LedgerReconcileCommand
{
    private static readonly Dictionary<LineOutcome, string> Outcomes = new()
    {
        [LineOutcome.Matched] = "相符 matched",
        [LineOutcome.AmountDiffers] = "金额不符 amount differs",
        [LineOutcome.Duplicate] = "重复 duplicate",
        [LineOutcome.Unmatched] = "账上没有 not in the ledger",
    };

    public static Command Create(Option<string?> data)
    {
        var file = new Argument<string>("FILE") { Description = "The file as it came." };
        var source = new Option<string>("--source")
        {
            Description = $"What kind of file it is: {string.Join(", ", StatementSourceFile.Shipped.Keys)}.",
            Required = true,
        };
        var supplier = new Option<string?>("--supplier") { Description = "One supplier's movements; all unless said." };
        var command = new Command("reconcile", "Has the app that runs on the data folder compare a bank's or marketplace's file with the ledger.")
        {
            file, source, supplier,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            DataFolder.Of(parsed.GetValue(data), "data"), parsed.GetValue(file)!,
            $"source={Uri.EscapeDataString(parsed.GetValue(source)!)}&supplier={Uri.EscapeDataString(parsed.GetValue(supplier) ?? "")}", cancellationToken));
        return command;
    }

    /// <returns>1 when anything does not agree.</returns>
    private static async Task<int> RunAsync(DataFolder data, string path, string query, CancellationToken cancellationToken)
    {
        var app = data.Running ?? throw new CommandException($"No app runs on {data.Path}. Start one with 'up', or name its folder with --data.");
        if (!File.Exists(path)) throw new CommandException($"There is no file {path}.");
        using var http = new HttpClient { BaseAddress = new Uri(app.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TokenCommand.Sign("finance", null, null));
        using var body = new ByteArrayContent(await File.ReadAllBytesAsync(path, cancellationToken));
        body.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var answer = await http.PostAsync(
            new Uri($"/api/v1/ledger/reconciliations?{query}", UriKind.Relative), body, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new CommandException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        var compared = await answer.Content.ReadFromJsonAsync<ReconciliationDocument>(AppJson.Options, cancellationToken)
            ?? throw new CommandException($"{app.Url} gave no answer.");
        Show(PlainConsole.Create(), compared);
        return compared.Summary.Matched == compared.Summary.Lines && compared.Summary.LedgerOnly == 0 ? 0 : 1;
    }

    private static void Show(IAnsiConsole console, ReconciliationDocument compared)
    {
        var table = new Table().AddColumns("行 line", "日期 date", "金额 amount", "凭证 reference", "结果 outcome", "规则 rule", "差额 difference");
        foreach (var line in compared.Lines)
        {
            var outcome = Outcomes[line.Outcome] + (line.DuplicateOf is { } before ? $" ({before})" : "");
            Add(table, line.Line.Line, LocalDatePattern.Iso.Format(line.Line.Date), line.Line.Amount, line.Line.Reference, outcome, line.Rule, line.Difference);
        }

        foreach (var moved in compared.LedgerOnly)
            Add(table, "", LocalDatePattern.Iso.Format(moved.On), moved.Amount, moved.Reference, "文件没有 only in the ledger", moved.Supplier, null);
        console.Write(table);
        console.WriteLine($"{compared.Summary.Id}: {compared.Summary.Matched} of {compared.Summary.Lines} lines agree.");
    }

    private static void Add(Table table, params object?[] cells) => table.AddRow([.. cells.Select(cell => new Text($"{cell}"))]);
}
