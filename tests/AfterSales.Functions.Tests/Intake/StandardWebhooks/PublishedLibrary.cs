using System.Text.Json;
using AfterSales.Functions.Tests.Architecture;
using AfterSales.LocalRuntime.Tests;

namespace AfterSales.Functions.Tests.Intake.StandardWebhooks;

/// <summary>The npm package <c>standardwebhooks</c> of the folder of this file, run by Node.</summary>
internal static class PublishedLibrary
{
    private static readonly TimeSpan RunTimeout = TimeSpan.FromMinutes(2);

    private static readonly NpmPackages Packages = new(
        Path.Combine(Repository.Root, "tests", "AfterSales.Functions.Tests", "Intake", "StandardWebhooks"),
        "standardwebhooks",
        "signatures are held against the published library");

    private static readonly Lazy<Task> Installed = new(Packages.InstallAsync);

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
        using var node = Packages.Node(["webhook.mjs", what]);
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(given));
        node.StandardInput.Close();
        var output = node.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = node.StandardError.ReadToEndAsync(timeout.Token);
        await node.WaitForExitAsync(timeout.Token);
        return (await output, node.ExitCode == 0 ? null : await errors);
    }
}
