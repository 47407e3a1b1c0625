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
        var all = new Option<bool>("--all") { Description = "Lists every changed case." };
        var export = new Option<string?>("--out") { Description = "Writes every changed case into a CSV file, whatever is listed." };
        var command = new Command(
            "what-if", "Compares a draft with the decisions of past cases, beside a running app or without one.")
        {
            file, cases, all, export,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            DataFolder.Of(parsed.GetValue(data), "data"),
            parsed.GetValue(file)!,
            parsed.GetValue(all) ? int.MaxValue : parsed.GetValue(cases),
            parsed.GetValue(export),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DataFolder data, string file, int cases, string? export, CancellationToken cancellationToken)
    {
        if (cases < 0) throw new CommandException("--cases is a number of zero or more.");
        var draft = await ReadAsync(file, cancellationToken);
        var console = PlainConsole.Create();
        using var changes = export is null ? null : ChangeFile.Create(export);
        var report = await ProgressAsync(console, async progress =>
        {
            await using var store = PolicyStore.Of(data, "rulebook what-if");
            try
            {
                return await WhatIf.RunAsync(
                    store.Decisions,
                    store.Rulebooks,
                    draft,
                    ChangedCases.First(cases),
                    changes is null ? null : changes.Write,
                    progress,
                    cancellationToken);
            }
            catch (RequestFailedException e) when (e.ErrorCode == "TableNotFound")
            {
                throw new CommandException($"No case was ever decided in {data.Path}. Name another data folder with --data.");
            }
        });
        new WhatIfTables(console).Show(report);
        if (changes is not null) console.WriteLine($"{report.Changed} 个改变的案件已写入 changed cases are in {changes.Finish()}");
        return 0;
    }

    /// <exception cref="CommandException">The file cannot be read, or is no rulebook; lists every fault.</exception>
    private static async Task<Rulebook> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file)) throw new CommandException($"There is no file {file}.");
        var text = await File.ReadAllBytesAsync(file, cancellationToken);
        var (rulebook, faults) = PolicyText.Load(Path.GetFileNameWithoutExtension(file), text);
        return rulebook ?? throw new CommandException(faults
            .Aggregate(new StringBuilder(), (lines, fault) => lines.AppendLine($"{fault}"))
            .Append("The draft does not load.")
            .ToString());
    }

    /// <summary>How far it is: in place on a terminal; elsewhere a line on the error stream now and then, of a long run only.</summary>
    private static Task<WhatIfReport> ProgressAsync(IAnsiConsole console, Func<IProgress<int>, Task<WhatIfReport>> run) =>
        console.Profile.Capabilities.Interactive
            ? console.Status().StartAsync("复制数据 copying the data", status => run(new Shown(status)))
            : run(new Logged());

    private static string Words(int decisions) => $"比较 comparing: {decisions} 个决定 decisions";

    private sealed class Shown(StatusContext status) : IProgress<int>
    {
        public void Report(int value) => status.Status = Words(value);
    }

    private sealed class Logged : IProgress<int>
    {
        private const int Each = 10_000;
        private int _said;

        public void Report(int value)
        {
            if (value / Each == _said) return;
            _said = value / Each;
            Console.Error.WriteLine(Words(value));
        }
    }
}
