using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using AfterSales.Functions.Tests.Architecture;

namespace AfterSales.Functions.Tests.Intake.StandardWebhooks;

/// <summary>
/// The npm package <c>standardwebhooks</c>, run by Node. On first use it is installed by <c>npm ci</c> in the folder of this file.
/// Without Node the tests fail and say so: a contract that was not checked has not been kept.
/// </summary>
internal static class PublishedLibrary
{
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RunTimeout = TimeSpan.FromMinutes(2);

    private static readonly string Folder =
        Path.Combine(Repository.Root, "tests", "AfterSales.Functions.Tests", "Intake", "StandardWebhooks");

    private static readonly Lazy<Task> Installed = new(InstallAsync);

    /// <summary>The signature header of a message.</summary>
    public static async Task<string> SignAsync(string secret, string id, long timestamp, string body)
    {
        var (written, refusal) = await RunAsync("sign", new { secret, id, timestamp, body });
        return refusal is null ? written : throw new InvalidOperationException(refusal);
    }

    /// <summary>Null when the message verifies, else the library's reason.</summary>
    public static async Task<string?> WhyNotAsync(string secret, IReadOnlyDictionary<string, string> headers, string body)
    {
        var (_, refusal) = await RunAsync("verify", new { secret, headers, body });
        return refusal;
    }

    private static async Task<(string Written, string? Refusal)> RunAsync(string what, object given)
    {
        await Installed.Value;
        using var timeout = new CancellationTokenSource(RunTimeout);
        using var node = Start("node", ["webhook.mjs", what]);
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(given));
        node.StandardInput.Close();
        var output = node.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = node.StandardError.ReadToEndAsync(timeout.Token);
        await node.WaitForExitAsync(timeout.Token);
        return (await output, node.ExitCode == 0 ? null : await errors);
    }

    /// <summary>Runs <c>npm ci</c> unless the locked packages are there; another test process that does so is waited for.</summary>
    private static async Task InstallAsync()
    {
        var wanted = await File.ReadAllTextAsync(Path.Combine(Folder, "package-lock.json"));
        var stamp = Path.Combine(Folder, "node_modules", ".installed-lock.json");
        using var timeout = new CancellationTokenSource(InstallTimeout);
        await using var turn = await TakeTurnAsync(Path.Combine(Path.GetTempPath(), "aftersales-standardwebhooks-install.lock"), timeout.Token);
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp, timeout.Token) == wanted)
        {
            return;
        }

        using var npm = Start(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund"]);
        npm.StandardInput.Close();
        var output = npm.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = npm.StandardError.ReadToEndAsync(timeout.Token);
        await npm.WaitForExitAsync(timeout.Token);
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"npm ci in {Folder} failed:\n{await output}\n{await errors}");
        }

        await File.WriteAllTextAsync(stamp, wanted, timeout.Token);
    }

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

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
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
            throw new InvalidOperationException(
                $"Node 20 or later is needed: signatures are held against the published library ({program} did not start: {e.Message}).", e);
        }
    }
}
