using System.Diagnostics;

namespace AfterSales.LocalRuntime.Tests;

/// <summary>This assembly run as a program of its own (see Program.cs) that says on its output what was acknowledged to it, and is killed.</summary>
internal static class KilledProcess
{
    /// <summary>Kills the process when it has said <paramref name="lines"/> lines; returns all it said.</summary>
    public static async Task<List<string>> RunAsync(string what, string folder, int lines)
    {
        var dotnet = Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet";
        var start = new ProcessStartInfo(dotnet)
        {
            ArgumentList = { typeof(KilledProcess).Assembly.Location, what, folder },
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var child = Process.Start(start)!;
        var said = new List<string>();
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (said.Count == lines)
            {
                child.Kill();
            }
        }

        await child.WaitForExitAsync();
        Assert.True(said.Count >= lines, "The process ended by itself.");

        // The kill may have cut the last line short: such a line was not said.
        return said[..^1];
    }
}
