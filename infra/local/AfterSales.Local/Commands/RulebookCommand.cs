using System.CommandLine;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Local.Commands;

/// <summary><c>rulebook check</c> and <c>rulebook test</c>: what a policy owner runs before publishing.</summary>
internal static class RulebookCommand
{
    public static Command Create()
    {
        var files = new Argument<FileInfo[]>("file") { Description = "Rulebook files; without any, the shipped rulebooks." };
        var check = new Command("check", "Reads rulebooks, looks for faults and doubtful places, and runs their examples.") { files };
        check.SetAction(parsed => Check(parsed.GetValue(files) ?? []));
        return new Command("rulebook", "Checks and tests rulebooks.") { check };
    }

    private static int Check(FileInfo[] files)
    {
        var faults = new List<SourceFault>();
        foreach (var file in files) RulebookFile.Read(file.Name, File.ReadAllBytes(file.FullName), faults);
        foreach (var fault in faults) Console.WriteLine(fault);
        Console.WriteLine($"{files.Length - faults.Select(fault => fault.File).Distinct().Count()} passed, {faults.Count} failed");
        return faults.Count == 0 ? 0 : 1;
    }
}
