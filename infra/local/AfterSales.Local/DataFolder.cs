using System.Diagnostics;
using System.Text.Json;

namespace AfterSales.Local;

/// <summary>The app that runs on a data folder, as it wrote itself down there.</summary>
/// <param name="EmbeddedStore">False when its tables and blobs are elsewhere.</param>
public sealed record RunningApp(string Url, int Process, string Clock, bool EmbeddedStore);

/// <summary>A data folder, and who runs on it.</summary>
public sealed class DataFolder(string path)
{
    private const string RunningFile = "running.json";

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The folder of a command: the one given, or the default one inside the working copy.</summary>
    public static DataFolder Of(string? given, string otherwise) =>
        new(given ?? System.IO.Path.Combine(Repository.Root, ".aftersales", otherwise));

    /// <summary>The app that runs on this folder now, or null.</summary>
    public RunningApp? Running
    {
        get
        {
            var file = System.IO.Path.Combine(Path, RunningFile);
            if (!File.Exists(file))
            {
                return null;
            }

            var app = JsonSerializer.Deserialize<RunningApp>(File.ReadAllText(file));
            return app is not null && IsAlive(app.Process) && IsHeld() ? app : null;
        }
    }

    /// <summary>Writes down that this process serves the folder at <paramref name="url"/>.</summary>
    public void WriteRunning(string url, string clock, bool embeddedStore) => File.WriteAllText(
        System.IO.Path.Combine(Path, RunningFile),
        JsonSerializer.Serialize(new RunningApp(url, Environment.ProcessId, clock, embeddedStore)));

    /// <summary>Takes that down again.</summary>
    public void RemoveRunning() => File.Delete(System.IO.Path.Combine(Path, RunningFile));

    /// <summary>Deletes the folder and what is in it.</summary>
    /// <exception cref="CommandException">An app runs on it, or it holds something that is no app's.</exception>
    public void Clear()
    {
        if (!Directory.Exists(Path))
        {
            return;
        }

        if (IsHeld())
        {
            var holder = Running is { } app ? $"process {app.Process}, which serves {app.Url}" : "another process";
            throw new CommandException($"The data folder {Path} is in use by {holder}. Stop it, or give another folder with --data.");
        }

        if (Directory.EnumerateFileSystemEntries(Path).Any() && !File.Exists(System.IO.Path.Combine(Path, "store.db")))
        {
            throw new CommandException(
                $"{Path} is not a data folder of this program, so it is not cleared. Give another folder with --data.");
        }

        Directory.Delete(Path, recursive: true);
    }

    private bool IsHeld()
    {
        var lockFile = System.IO.Path.Combine(Path, "in-use");
        if (!File.Exists(lockFile))
        {
            return false;
        }

        try
        {
            using var probe = new FileStream(lockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            // The lock is what was asked about.
            return true;
        }
    }

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            // No such process: the app ended without taking its note down.
            return false;
        }
    }
}
