using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace AfterSales.Local.Commands;

/// <summary><c>up</c>: the app on the local runtime, until it is stopped.</summary>
internal static class UpCommand
{
    public const int DefaultPort = 7071;

    public static Command Create(Option<string?> data)
    {
        var port = new Option<int>("--port")
        {
            Description = "Port on 127.0.0.1; 0 takes a free one.",
            DefaultValueFactory = _ => DefaultPort,
        };
        var clock = new Option<string>("--clock")
        {
            Description = "real or virtual. A data folder keeps the kind it began with.",
            DefaultValueFactory = _ => "real",
        };
        clock.AcceptOnlyFromAmong("real", "virtual");
        var start = new Option<string?>("--start")
        {
            Description = "Where a new virtual clock begins, as ISO 8601 with offset; default now.",
        };
        var storage = new Option<string?>("--storage")
        {
            Description = "Connection string of Azurite or a storage account, instead of the embedded store.",
        };
        var command = new Command("up", "Runs the app until Ctrl+C.") { port, clock, start, storage };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var isVirtual = parsed.GetValue(clock) == "virtual";
            var begin = parsed.GetValue(start) is { } text ? Instant("--start", text) : (DateTimeOffset?)null;
            if (begin is not null && !isVirtual)
            {
                throw new CommandException("--start is for a virtual clock: add --clock virtual.");
            }

            if (parsed.GetValue(port) is < 0 or > 65535)
            {
                throw new CommandException($"--port {parsed.GetValue(port)} is no port: 0 to 65535.");
            }

            await RunAsync(
                new AppStart(
                    DataFolder.Of(parsed.GetValue(data), "data"), parsed.GetValue(port), isVirtual, begin, parsed.GetValue(storage),
                    Console.Out, LogLevel.Warning),
                cancellationToken);
            return 0;
        });
        return command;
    }

    /// <summary>An instant given on the command line.</summary>
    /// <exception cref="CommandException">It is not ISO 8601 with an offset.</exception>
    public static DateTimeOffset Instant(string option, string text) =>
        text.Length > 10 && (text.EndsWith('Z') || text[10..].AsSpan().ContainsAny('+', '-'))
            && DateTimeOffset.TryParse(text, out var instant)
            ? instant
            : throw new CommandException(
                $"{option} {text} is no instant. Give date, time and offset, for example 2026-11-02T08:59:00+08:00.");

    private static async Task RunAsync(AppStart start, CancellationToken cancellationToken)
    {
        await using var app = await AppHost.StartAsync(start, cancellationToken);
        var root = app.Url.ToString().TrimEnd('/');
        Console.WriteLine();
        Console.WriteLine(
            $"AfterSales is up at {root} on the {(start.VirtualClock ? "virtual" : "real")} clock; data in {start.Data.Path}");
        Console.WriteLine();
        Console.WriteLine("Try, in another terminal:");
        Console.WriteLine($"  curl {root}/health");
        Console.WriteLine("  the signed request in README.md, which opens a case");
        Console.WriteLine($"  TOKEN=$(dotnet run --project infra/local/AfterSales.Local -- token --role agent)");
        Console.WriteLine($"  curl -H \"Authorization: Bearer $TOKEN\" {root}/api/v1/cases");
        Console.WriteLine($"  dotnet run --project infra/local/AfterSales.Local -- clock{(start.VirtualClock ? " --advance PT10M" : "")}");
        Console.WriteLine("Stop with Ctrl+C.");
        try
        {
            await app.UntilStoppedAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how this command ends.
        }
    }
}
