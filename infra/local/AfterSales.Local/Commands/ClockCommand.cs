using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace AfterSales.Local.Commands;

/// <summary><c>clock</c>: shows the clock of the running app, or lets virtual time pass.</summary>
internal static class ClockCommand
{
    public static Command Create(Option<string?> data)
    {
        var by = new Option<string?>("--advance") { Description = "Let this much time pass, as ISO 8601: P3D, PT30M, P1DT2H." };
        var to = new Option<string?>("--to") { Description = "Let time pass up to this instant, as ISO 8601 with offset." };
        var untilIdle = new Option<bool>("--until-idle") { Description = "Let time pass until nothing waits but recurring schedules." };
        var command = new Command("clock", "Shows the clock of the running app and what it waits for, or advances a virtual one.")
        {
            by,
            to,
            untilIdle,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var advance = Advance(parsed.GetValue(by), parsed.GetValue(to), parsed.GetValue(untilIdle));
            var folder = DataFolder.Of(parsed.GetValue(data), "data");
            var app = folder.Running ?? (parsed.GetValue(data) is null ? DataFolder.Of(null, "demo").Running : null)
                ?? throw new CommandException($"No app runs on {folder.Path}. Start one with 'up', or name its folder with --data.");
            Show(await AskAsync(app, advance, cancellationToken));
            return 0;
        });
        return command;
    }

    private static JsonObject? Advance(string? by, string? to, bool untilIdle)
    {
        if (new[] { by is not null, to is not null, untilIdle }.Count(given => given) > 1)
        {
            throw new CommandException("Give one of --advance, --to and --until-idle.");
        }

        return by is not null ? new JsonObject { ["by"] = by }
            : to is not null ? new JsonObject { ["to"] = UpCommand.Instant("--to", to) }
            : untilIdle ? new JsonObject { ["untilIdle"] = true }
            : null;
    }

    private static async Task<JsonNode> AskAsync(RunningApp app, JsonObject? advance, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(app.Url), Timeout = TimeSpan.FromMinutes(30) };
        using var answer = advance is null
            ? await http.GetAsync(new Uri("/admin/clock", UriKind.Relative), cancellationToken)
            : await http.PostAsJsonAsync(new Uri("/admin/clock/advance", UriKind.Relative), advance, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        var json = text.StartsWith('{') ? JsonNode.Parse(text)! : new JsonObject { ["detail"] = text };
        return answer.IsSuccessStatusCode ? json : throw new CommandException($"{json["detail"]}");
    }

    private static void Show(JsonNode clock)
    {
        Console.WriteLine($"now   {clock["now"]}");
        Console.WriteLine($"mode  {clock["mode"]}");
        var waiting = clock["waitingFor"]!.AsArray();
        Console.WriteLine(waiting.Count == 0 ? "waits for nothing" : "waits for");
        foreach (var item in waiting)
        {
            Console.WriteLine($"  {item!["due"]}  {item["what"]}{(item["recurring"]?.GetValue<bool>() == true ? "  (recurs)" : "")}");
        }
    }
}
