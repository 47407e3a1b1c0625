using System.CommandLine;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Rulebooks;
using Azure;

namespace AfterSales.Local.Commands;

/// <summary><c>replay</c>: decides closed cases again, each by the version that it is frozen to, and compares to the fen.</summary>
internal static class ReplayCommand
{
    public static Command Create(Option<string?> data)
    {
        var cases = new Argument<string[]>("CASE")
        {
            Description = "Cases to replay; none = all that are closed.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command(
            "replay", "Recomputes the decision of closed cases and compares it to the fen, beside a running app or without one.") { cases };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            DataFolder.Of(parsed.GetValue(data), "data"), parsed.GetValue(cases) ?? [], cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DataFolder data, string[] named, CancellationToken cancellationToken)
    {
        var ids = named.Distinct().Select(Parse).ToList();
        await using var store = PolicyStore.Of(data, "replay");
        var seen = new HashSet<CaseId>();
        var (passed, failed) = (0, 0);
        try
        {
            await foreach (var replayed in Replay.RunAsync(store.Decisions, store.Rulebooks, ids, cancellationToken))
            {
                seen.Add(replayed.Case);
                if (replayed.Differences.Count == 0) passed++;
                else failed++;
                var version = $"{replayed.Rulebook.Id} {replayed.Rulebook.Version} {replayed.Rulebook.Digest[..12]}";
                if (replayed.Differences.Count > 0 || ids.Count > 0)
                {
                    var verdict = replayed.Differences.Count == 0 ? "ok    " : "FAILED";
                    Console.WriteLine($"{verdict} {replayed.Case} by {version}: {replayed.Payable}");
                }

                foreach (var difference in replayed.Differences) Console.WriteLine($"         {difference}");
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == "TableNotFound")
        {
            // An app that never started has decided nothing.
        }

        foreach (var missing in ids.Where(id => !seen.Contains(id)))
        {
            failed++;
            Console.WriteLine($"FAILED {missing} is no closed case of {data.Path}.");
        }

        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private static CaseId Parse(string text) => CaseId.TryParse(text, out var id)
        ? id
        : throw new CommandException($"'{text}' is no case id, such as case_3nwytftdmxnnswpcoby6v4fy33.");
}
