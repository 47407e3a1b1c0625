using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace AfterSales.LocalRuntime.Tests.Storage;

/// <summary>
/// Azurite as a child process on free ports, in a temporary folder; its packages are those of infra/local/azurite.
/// </summary>
public sealed partial class Azurite : StorageUnderTest
{
    // The emulator's public account and key, the same for everyone.
    private const string Account = "AccountName=devstoreaccount1;AccountKey="
        + "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("azurite").FullName;
    private Process? _process;

    public override async Task InitializeAsync()
    {
        var packages = Path.Combine(RepositoryRoot(), "infra", "local", "azurite");
        var npm = new NpmPackages(packages, "azurite", "the storage contract is also run against Azurite");
        await npm.InstallAsync();
        _process = npm.Node(
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
