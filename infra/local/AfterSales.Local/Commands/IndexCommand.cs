using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace AfterSales.Local.Commands;

/// <summary><c>index rebuild</c>: makes the lists of cases again from the cases.</summary>
internal static class IndexCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public static Command Create(Option<string?> data)
    {
        var rebuild = new Command("rebuild", "Makes every row of the lists again from the cases, while the app that runs on the folder goes on.");
        rebuild.SetAction((parsed, cancellationToken) => RebuildAsync(DataFolder.Of(parsed.GetValue(data), "data"), cancellationToken));
        return new Command("index", "The lists of cases.") { rebuild };
    }

    private static async Task<int> RebuildAsync(DataFolder data, CancellationToken cancellationToken)
    {
        var app = data.Running ?? throw new CommandException($"No app runs on {data.Path}. Start one with 'up', or name its folder with --data.");
        using var http = new HttpClient { BaseAddress = new Uri(app.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TokenCommand.Sign("manager", null, null));
        var started = await AskAsync(http, HttpMethod.Post, "/api/v1/index/rebuilds", cancellationToken);
        var (progress, told) = (started, -1L);
        do
        {
            await Task.Delay(Look, cancellationToken);
            progress = await AskAsync(http, HttpMethod.Get, started["links"]!["self"]!.GetValue<string>(), cancellationToken);
            var cases = progress["cases"]!.GetValue<long>();
            if (cases != told) Console.WriteLine($"{cases} cases");
            told = cases;
        }
        while (progress["state"]!.GetValue<string>() == "running");

        Console.WriteLine($"{progress["state"]}: {progress["cases"]} cases, {progress["removed"]} rows removed that no case has");
        return progress["state"]!.GetValue<string>() == "done" ? 0 : 1;
    }

    private static async Task<JsonNode> AskAsync(HttpClient http, HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        using var answer = await http.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new CommandException($"{(int)answer.StatusCode} {text}");
    }
}
