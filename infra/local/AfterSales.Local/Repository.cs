using System.Text.Json.Nodes;

namespace AfterSales.Local;

/// <summary>The working copy that this program was built from: where its settings and data folders are, whatever the current
/// folder.</summary>
internal static class Repository
{
    private const string Marker = "AfterSales.Functions.sln";

    /// <summary>The root folder; the current folder when the program runs outside a working copy.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory) ?? Find(Environment.CurrentDirectory)
        ?? Environment.CurrentDirectory;

    /// <summary>The developer's own settings if there are any, else the template that is part of the repository.</summary>
    public static string SettingsFile
    {
        get
        {
            var own = Path.Combine(Root, "local.settings.json");
            return File.Exists(own) ? own : Path.Combine(AppContext.BaseDirectory, "local.settings.template.json");
        }
    }

    /// <summary>A setting as the app will see it: the environment wins over the file.</summary>
    /// <exception cref="CommandException">The setting is missing.</exception>
    public static string Setting(string name)
    {
        var key = name.Replace(":", "__", StringComparison.Ordinal);
        return Environment.GetEnvironmentVariable(key)
            ?? JsonNode.Parse(File.ReadAllText(SettingsFile))!["Values"]?[key]?.GetValue<string>()
            ?? throw new CommandException($"The setting {key} is missing in {SettingsFile}.");
    }

    private static string? Find(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, Marker)))
            {
                return at.FullName;
            }
        }

        return null;
    }
}
