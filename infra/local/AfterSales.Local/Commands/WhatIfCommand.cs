using System.CommandLine;
using System.Text;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Rulebooks;
using Azure;
using Spectre.Console;

namespace AfterSales.Local.Commands;

/// <summary><c>rulebook what-if</c>: what a draft would have changed in the decisions of past cases.</summary>
internal static class WhatIfCommand
{
    private const int CasesShown = 20;

    public static Command Create(Option<string?> data)
    {
        var file = new Argument<string>("FILE") { Description = "The draft, a rulebook's YAML file." };
        var cases = new Option<int>("--cases")
        {
            Description = "How many of the changed cases are listed, those with the largest difference first.",
            DefaultValueFactory = _ => CasesShown,
        };
        var command = new Command(
            "what-if", "Compares a draft with the decisions of past cases, beside a running app or without one.") { file, cases };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            DataFolder.Of(parsed.GetValue(data), "data"), parsed.GetValue(file)!, parsed.GetValue(cases), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DataFolder data, string file, int cases, CancellationToken cancellationToken)
    {
        if (cases < 0) throw new CommandException("--cases is a number of zero or more.");
        var draft = await ReadAsync(file, cancellationToken);
        var console = PlainConsole.Create();
        await using var store = PolicyStore.Of(data, "rulebook what-if");
        try
        {
            var report = await ProgressAsync(console, progress => WhatIf.RunAsync(
                store.Decisions, store.Rulebooks, draft, cases, progress, cancellationToken));
            new WhatIfTables(console).Show(report);
            return 0;
        }
        catch (RequestFailedException e) when (e.ErrorCode == "TableNotFound")
        {
            throw new CommandException($"No case was ever decided in {data.Path}. Name another data folder with --data.");
        }
    }

    /// <exception cref="CommandException">The file cannot be read, or is no rulebook; lists every fault.</exception>
    private static async Task<Rulebook> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file)) throw new CommandException($"There is no file {file}.");
        var (rulebook, faults) = PolicyText.Load(Path.GetFileNameWithoutExtension(file), await File.ReadAllBytesAsync(file, cancellationToken));
        return rulebook ?? throw new CommandException(
            faults.Aggregate(new StringBuilder(), (text, fault) => text.AppendLine($"{fault}")).Append("The draft does not load.").ToString());
    }

    /// <summary>On a terminal, how far it is; nothing in a log.</summary>
    private static Task<WhatIfReport> ProgressAsync(IAnsiConsole console, Func<IProgress<int>?, Task<WhatIfReport>> run) =>
        console.Profile.Capabilities.Interactive
            ? console.Status().StartAsync("比较 comparing", status => run(new Shown(status)))
            : run(null);

    private sealed class Shown(StatusContext status) : IProgress<int>
    {
        public void Report(int value) => status.Status = $"比较 comparing: {value} 个决定 decisions";
    }
}
