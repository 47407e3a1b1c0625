using System.ComponentModel;
using System.Diagnostics;

namespace AfterSales.LocalRuntime.Tests;

/// <summary>
/// The locked npm packages of a folder, which Node runs. On first use they are installed by <c>npm ci</c>; another test process that
/// does so is waited for. Without Node the tests fail and say so: a contract that was not checked has not been kept.
/// </summary>
/// <param name="folder">Of package-lock.json.</param>
/// <param name="name">Of the lock between processes.</param>
/// <param name="why">What Node is needed for, in the message to whoever has none.</param>
internal sealed class NpmPackages(string folder, string name, string why)
{
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Installs the packages unless those of the lock are there.</summary>
    public async Task InstallAsync()
    {
        var wanted = await File.ReadAllTextAsync(Path.Combine(folder, "package-lock.json"));
        var stamp = Path.Combine(folder, "node_modules", ".installed-lock.json");
        using var timeout = new CancellationTokenSource(InstallTimeout);
        await using var turn = await TakeTurnAsync(Path.Combine(Path.GetTempPath(), $"aftersales-{name}-install.lock"), timeout.Token);
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp, timeout.Token) == wanted)
        {
            return;
        }

        using var npm = Start(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund"], folder);
        npm.StandardInput.Close();
        var output = npm.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = npm.StandardError.ReadToEndAsync(timeout.Token);
        await npm.WaitForExitAsync(timeout.Token);
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"npm ci in {folder} failed:\n{await output}\n{await errors}");
        }

        await File.WriteAllTextAsync(stamp, wanted, timeout.Token);
    }

    /// <summary>Starts a program of Node with its streams open.</summary>
    public Process Node(IEnumerable<string> arguments, string? workingFolder = null) => Start("node", arguments, workingFolder ?? folder);

    private static async Task<FileStream> TakeTurnAsync(string path, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // Another process installs.
                await timer.WaitForNextTickAsync(cancellation);
            }
        }
    }

    private Process Start(string program, IEnumerable<string> arguments, string workingFolder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingFolder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"Node 20 or later is needed: {why} ({program} did not start: {e.Message}).", e);
        }
    }
}
