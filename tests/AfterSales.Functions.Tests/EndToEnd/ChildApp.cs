using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AfterSales.Functions.Tests.EndToEnd;

/// <summary>What a command printed and how it ended.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    public string LastLine => Output.TrimEnd().Split('\n')[^1].TrimEnd();
}

/// <summary>The command line as a process of its own, as a user starts it.</summary>
public static class CommandLine
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "AfterSales.Local.dll");

    /// <summary>Runs a command to its end.</summary>
    public static async Task<CommandResult> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts a command in a folder that is no part of the working copy.</summary>
    public static Process Start(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}

/// <summary>The app in a process that can be killed like any other and started again on the same folder and port.</summary>
public sealed class ChildApp : IDisposable
{
    private readonly string[] _arguments;
    private readonly Dictionary<string, string> _environment = [];
    private readonly StringBuilder _errors = new();
    private Process _process = null!;

    private ChildApp(string folder, string? callback, string[] more)
    {
        Folder = folder;
        var port = FreePort();
        Url = new Uri($"http://127.0.0.1:{port}");
        _arguments = ["up", "--port", $"{port}", "--data", folder, .. more];
        if (callback is not null)
        {
            _environment["Marketplaces__0__CallbackUrl"] = callback;
        }
    }

    public string Folder { get; }

    public Uri Url { get; }

    /// <summary>What the app wrote to its error output, over all its lives.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Starts the app; returns when it takes requests.</summary>
    public static async Task<ChildApp> StartAsync(string folder, string? callback, params string[] more)
    {
        var app = new ChildApp(folder, callback, more);
        await app.StartAgainAsync();
        return app;
    }

    /// <summary>kill -9, at once.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public async Task StartAgainAsync()
    {
        _process?.Dispose();
        _process = CommandLine.Start(_arguments, _environment);
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        _process.BeginErrorReadLine();
        var printed = new StringBuilder();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            printed.AppendLine(line);
            if (line.StartsWith("Stop with Ctrl+C", StringComparison.Ordinal))
            {
                // What it prints from here on is read away, so that it never waits for a reader.
                _ = _process.StandardOutput.ReadToEndAsync();
                return;
            }
        }

        throw new InvalidOperationException($"The app did not start.{Environment.NewLine}{printed}{Errors}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
