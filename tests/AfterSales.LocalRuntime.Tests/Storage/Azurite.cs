using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace AfterSales.LocalRuntime.Tests.Storage;

/// <summary>
/// Azurite as a child process on free ports, in a temporary folder. On first use its packages are installed by <c>npm ci</c> from
/// infra/local/azurite. Without Node the tests fail and say so: a contract that was not checked has not been kept.
/// </summary>
public sealed partial class Azurite : StorageUnderTest
{
    // The emulator's public account and key, the same for everyone.
    private const string Account = "AccountName=devstoreaccount1;AccountKey="
        + "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("azurite").FullName;
    private Process? _process;

    public override async Task InitializeAsync()
    {
        var packages = Path.Combine(RepositoryRoot(), "infra", "local", "azurite");
        await InstallAsync(packages);
        _process = Start(
            "node",
            [
                Path.Combine(packages, "node_modules", "azurite", "dist", "src", "azurite.js"),
                "--location", _folder, "--silent", "--disableTelemetry", "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
            ],
            _folder);
        var (blobs, tables) = await ListeningAsync(_process);
        Connect(
            $"DefaultEndpointsProtocol=http;{Account};BlobEndpoint={blobs}/devstoreaccount1;TableEndpoint={tables}/devstoreaccount1",
            transport: null);
    }

    public override async Task DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AfterSales.Functions.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository's folder.");
    }

    /// <summary>Runs <c>npm ci</c> unless the locked packages are there; another test process that does so is waited for.</summary>
    private static async Task InstallAsync(string packages)
    {
        var wanted = await File.ReadAllTextAsync(Path.Combine(packages, "package-lock.json"));
        var stamp = Path.Combine(packages, "node_modules", ".installed-lock.json");
        using var timeout = new CancellationTokenSource(InstallTimeout);
        await using var turn = await TakeTurnAsync(Path.Combine(Path.GetTempPath(), "aftersales-azurite-install.lock"), timeout.Token);
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == wanted)
        {
            return;
        }

        using var npm = Start(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund"], packages);
        var output = npm.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = npm.StandardError.ReadToEndAsync(timeout.Token);
        await npm.WaitForExitAsync(timeout.Token);
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"npm ci in {packages} failed:\n{await output}\n{await errors}");
        }

        await File.WriteAllTextAsync(stamp, wanted);
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

    private static Process Start(string program, IEnumerable<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
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
                $"Node 20 or later is needed: the storage contract is also run against Azurite ({program} did not start: {e.Message}).", e);
        }
    }

    private static async Task<(string Blobs, string Tables)> ListeningAsync(Process process)
    {
        var urls = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var output = new ConcurrentQueue<string>();
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        DataReceivedEventHandler read = (_, line) =>
        {
            output.Enqueue(line.Data ?? "(end)");
            var match = Listening().Match(line.Data ?? "");
            if (match.Success)
            {
                urls[match.Groups["service"].Value] = match.Groups["url"].Value;
            }

            if (urls.ContainsKey("Blob") && urls.ContainsKey("Table"))
            {
                listening.TrySetResult();
            }
        };
        process.OutputDataReceived += read;
        process.ErrorDataReceived += read;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var timeout = new CancellationTokenSource(StartTimeout);
        await Task.WhenAny(listening.Task, process.WaitForExitAsync(timeout.Token));
        return listening.Task.IsCompleted
            ? (urls["Blob"], urls["Table"])
            : throw new InvalidOperationException($"Azurite did not start:\n{string.Join('\n', output)}");
    }

    [GeneratedRegex("Azurite (?<service>Blob|Table) service is successfully listening at (?<url>http://[^ ]+)", RegexOptions.None, 1000)]
    private static partial Regex Listening();
}
