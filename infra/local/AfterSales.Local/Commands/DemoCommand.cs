using System.CommandLine;
using System.Diagnostics;
using AfterSales.Local.Month;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace AfterSales.Local.Commands;

/// <summary>How the demo is run.</summary>
/// <param name="Data">The data folder; null = the demo's own.</param>
/// <param name="Exit">End after the month instead of serving.</param>
internal sealed record DemoOptions(string? Data, bool Exit = false, int Port = UpCommand.DefaultPort);

/// <summary><c>demo</c>: plays the sample month on a fresh data folder, shows what came of it, then serves it.</summary>
internal static class DemoCommand
{
    public const string Marketplace = "demo-mall";

    public static Command Create(Option<string?> data)
    {
        var exit = new Option<bool>("--exit") { Description = "End after the month; exit code 0 only if every check of the demo holds." };
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1.", DefaultValueFactory = _ => UpCommand.DefaultPort };
        var command = new Command(
            "demo", "Plays a sample month in virtual time, shows cases, refunds, ledger and surveys, then serves them.") { exit, port };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new DemoOptions(parsed.GetValue(data), parsed.GetValue(exit), parsed.GetValue(port)), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        var console = PlainConsole.Create();
        var folder = DataFolder.Of(options.Data, "demo");
        folder.Clear();
        var secret = Repository.Setting("Marketplaces:0:Secrets:0");
        var watch = Stopwatch.StartNew();
        var drawing = Task.Run(DrawAhead, cancellationToken);
        await using var marketplace = await Month.Marketplace.StartAsync(secret, SampleMonth.Stories, cancellationToken);
        await using var app = await AppHost.StartAsync(Start(folder, options.Port, marketplace.CallbackUrl), cancellationToken);
        using var client = new AppClient(app.Url, Marketplace, secret, TokenCommand.Sign, patience: TimeSpan.Zero);
        var player = new Player(client, marketplace, SampleMonth.Stories, BadInputs.All);
        var requests = SampleMonth.Stories.Count;
        console.WriteLine(
            $"AfterSales is up at {app.Url}; a marketplace's month of {requests} requests begins on {SampleMonth.Start:d MMMM yyyy}.");
        await MonthProgress.ShowAsync(console, player, requests, cancellationToken);
        await drawing;
        var results = await MonthResults.ReadAsync(client, player, SampleMonth.Stories, cancellationToken);
        var realTime = watch.Elapsed;
        new MonthTables(console).Show(results, realTime);
        var checks = await MonthChecks.RunAsync(client, player, marketplace, results, folder.Path, cancellationToken);
        ShowChecks(console, checks);
        ShowLinks(console, app.Url, player, options.Exit);
        if (options.Exit)
        {
            console.WriteLine($"{checks.Count(c => c.Passed)} passed, {checks.Count(c => !c.Passed)} failed");
            return checks.All(c => c.Passed) ? 0 : 1;
        }

        console.WriteLine("Serving, with the clock standing still, until Ctrl+C.");
        try
        {
            await app.UntilStoppedAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how this command ends.
        }

        return 0;
    }

    /// <summary>Draws the photos while the app starts; whoever needs one earlier draws it or waits for it.</summary>
    private static void DrawAhead()
    {
        foreach (var picture in SampleMonth.Stories.SelectMany(story => story.Pictures))
        {
            _ = picture.Jpeg;
        }
    }

    private static AppStart Start(DataFolder folder, int port, Uri callback) => new(
        folder, port, VirtualClock: true, SampleMonth.Start, Log: LogLevel.Error,
        Settings: new Dictionary<string, string?> { ["Marketplaces:0:CallbackUrl"] = callback.ToString() });

    private static void ShowChecks(IAnsiConsole console, IReadOnlyList<Check> checks)
    {
        console.WriteLine();
        foreach (var check in checks.Where(c => !c.Passed))
        {
            console.MarkupLineInterpolated($"[red]FAILED[/] {check.What}: expected {check.Expected}, got {check.Got}");
        }

        console.WriteLine($"The demo's own checks: {checks.Count(c => c.Passed)} hold, {checks.Count(c => !c.Passed)} do not.");
    }

    private static void ShowLinks(IAnsiConsole console, Uri url, Player player, bool exit)
    {
        if (exit)
        {
            return;
        }

        var root = url.ToString().TrimEnd('/');
        var agent = TokenCommand.Sign("agent", null, null);
        var silent = player.CaseIds["R-1036"];
        console.WriteLine();
        console.WriteLine("To look at (a token of the role agent, good for seven days on this machine):");
        console.Profile.Out.Writer.WriteLine($"  TOKEN={agent}");
        console.Profile.Out.Writer.WriteLine($"  curl -H \"Authorization: Bearer $TOKEN\" {root}/api/v1/cases/{silent}");
        console.Profile.Out.Writer.WriteLine(
            $"  curl -H \"Authorization: Bearer $TOKEN\" -o defect.jpg {root}/api/v1/cases/{silent}/evidence/defect.jpg");
        console.Profile.Out.Writer.WriteLine($"  {player.SurveyLinks.GetValueOrDefault("R-1036")}   (a survey page, for the browser)");
        console.Profile.Out.Writer.WriteLine($"  curl {root}/admin/clock");
        console.WriteLine();
    }
}
