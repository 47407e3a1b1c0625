using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using AfterSales.Domain.Rulebooks.Checks;
using AfterSales.Domain.Rulebooks.Format;
using AfterSales.Functions.Rulebooks;

namespace AfterSales.Local.Commands;

/// <summary><c>rulebook correct</c>: after a number was changed on purpose, the examples are made to expect what follows from it.</summary>
internal static partial class CorrectCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A rulebook's YAML file; it is changed." };
        var command = new Command(
            "correct",
            "Writes into examples that fail what the rulebook concludes now, and prints each. Read them: they are what you decide.")
        {
            file,
        };
        command.SetAction(parsed => Run(parsed.GetValue(file)!));
        return command;
    }

    private static int Run(string file)
    {
        if (!File.Exists(file)) throw new CommandException($"There is no file {file}.");
        var bytes = File.ReadAllBytes(file);
        var (rulebook, faults) = PolicyText.Load(Path.GetFileNameWithoutExtension(file), bytes);
        if (rulebook is null) throw new CommandException(string.Join(Environment.NewLine, faults.Select(fault => $"{fault}")));
        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        var (corrected, left) = (0, 0);
        foreach (var (example, result) in rulebook.Source.Examples.Zip(ExampleRunner.RunOwn(rulebook)))
        {
            if (result.Passed) continue;

            // From the right, so that what stands before keeps its place.
            var places = result.Differences.Select(difference => (Difference: difference, Value: Expected(example, difference.Name)))
                .OrderByDescending(place => place.Value.At.Line).ThenByDescending(place => place.Value.At.Column);
            var remaining = places.Count(place => !Correct(lines, place.Value, place.Difference.Actual)) + result.Faults.Length;
            foreach (var difference in result.Differences)
            {
                Console.WriteLine($"{result.Id} {difference.Name}: {difference.Expected} -> {difference.Actual ?? "nothing"}");
            }

            if (remaining == 0) corrected++;
            else left++;
        }

        File.WriteAllText(file, string.Join('\n', lines));
        Console.WriteLine($"{corrected} examples corrected, {left} to be corrected by hand");
        return left == 0 ? 0 : 1;
    }

    private static SourceNode Expected(ExampleSource example, string name) =>
        example.Expect.Entries.First(entry => entry.Key.Value == name).Value;

    /// <summary>Replaces one value where it stands. False for what is no plain value: a list, or a conclusion that is no longer reached.
    /// </summary>
    private static bool Correct(string[] lines, SourceNode value, string? actual)
    {
        if (value is not SourceNode.Scalar { Text: var text } || actual is null or ['[' or '{', ..]) return false;
        var line = lines[text.At.Line - 1];
        var start = text.At.Column - 1;
        if (start > 0 && line[start] is not ('"' or '\'') && line[start - 1] is '"' or '\'') start--;
        var written = Value().Match(line, start);
        if (!written.Success || written.Value.Trim('"', '\'') != text.Value) return false;
        lines[text.At.Line - 1] = $"{line[..start]}{actual}{line[(start + written.Length)..]}";
        return true;
    }

    [GeneratedRegex("""\G("[^"]*"|'[^']*'|[^,}\s]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Value();
}
