using System.CommandLine;
using System.Text.Json;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Checks;
using AfterSales.Domain.Rulebooks.Format;
using Spectre.Console;

namespace AfterSales.Local.Commands;

/// <summary><c>rulebook check</c> and <c>rulebook test</c>: what a policy owner runs before publishing.</summary>
internal static class RulebookCommand
{
    public static Command Create(Option<string?> data)
    {
        var files = new Argument<FileInfo[]>("file") { Description = "Rulebook files; without any, the shipped rulebooks." };
        var against = new Option<FileSystemInfo?>("--against")
        { Description = "The published version, or a folder of them: nothing may become wider against it without saying so." };
        var check = new Command("check", "Reads rulebooks, looks for faults and doubtful places, runs their examples.") { files, against };
        check.SetAction(parsed => Check(parsed.GetValue(files) ?? [], parsed.GetValue(against)));

        var examples = new Argument<FileInfo>("examples") { Description = "A JSON file of examples: id, system, rules, given, expect." };
        var folder = new Option<DirectoryInfo?>("--rulebooks")
        { Description = "A folder of rulebook files to test instead of the shipped ones." };
        var test = new Command("test", "Runs examples against the shipped rulebooks.") { examples, folder };
        test.SetAction(parsed => Test(parsed.GetRequiredValue(examples), parsed.GetValue(folder)));
        return new Command("rulebook", "Checks, tests and compares rulebooks.")
        {
            check, test, CorrectCommand.Create(), WhatIfCommand.Create(data),
        };
    }

    private static int Check(FileInfo[] files, FileSystemInfo? against)
    {
        var sources = files.Length > 0 ? [.. files.Select(RulebookText.Of)] : RulebookText.Shipped();
        var console = PlainConsole.Create();
        var reports = RulebookReport.All(sources, against, console);
        foreach (var line in reports.SelectMany(report => report.Lines)) Console.WriteLine(line);
        console.Write(Summary(reports));
        return Ended(reports.Sum(report => report.Passed), reports.Sum(report => report.Failed));
    }

    private static Table Summary(IReadOnlyList<RulebookReport> reports)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("Rulebook 规章").AddColumn("Version 版本");
        foreach (var heading in new[] { "Clauses 条款", "Rules 规则", "Clocks 时限", "Examples 例题", "Findings 问题" })
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (var report in reports)
        {
            table.AddRow(
                Markup.Escape(report.Name),
                Markup.Escape(report.Version),
                $"{report.Clauses}",
                $"{report.Rules}",
                $"{report.Clocks}",
                $"{report.ExamplesPassed}/{report.Examples}",
                $"{report.Findings}");
        }

        return table;
    }

    private static int Test(FileInfo file, DirectoryInfo? folder)
    {
        var examples = Read(file);
        var rulebooks = new Dictionary<string, Rulebook>();
        var faults = new List<SourceFault>();
        foreach (var source in folder is null ? RulebookText.Shipped() : RulebookText.In(folder))
        {
            if (Rulebook.Load(source.Name, source.Utf8, CalendarSet.Shipped, faults) is not { } rulebook) continue;
            rulebooks[rulebook.Version.Id] = rulebook;
        }

        foreach (var fault in faults) Console.WriteLine(fault);
        int failed = 0;
        foreach (var example in examples)
        {
            if (!rulebooks.TryGetValue(example.System, out var rulebook))
            {
                failed++;
                Console.WriteLine($"FAILED {example.Id}: there is no rulebook '{example.System}', or it has faults.");
                continue;
            }

            var result = ExampleRunner.Run(rulebook, example);
            if (result.Passed) continue;
            failed++;
            foreach (var line in Failures.Of(rulebook, example, result, example.System)) Console.WriteLine(line);
        }

        return Ended(examples.Count - failed, failed);
    }

    private static IReadOnlyList<Example> Read(FileInfo file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
            return Example.ReadAll(json.RootElement);
        }
        catch (IOException e)
        {
            throw new CommandException($"{file.FullName} cannot be read: {e.Message}");
        }
        catch (JsonException e)
        {
            throw new CommandException($"{file.Name} holds no examples: {e.Message}");
        }
    }

    private static int Ended(int passed, int failed)
    {
        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }
}
