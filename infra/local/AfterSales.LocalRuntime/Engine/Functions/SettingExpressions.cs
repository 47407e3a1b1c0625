using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary><c>%NAME%</c> in a trigger's schedule or entity name stands for the setting of that name.</summary>
internal static partial class SettingExpressions
{
    /// <summary>The text with its settings put in. <paramref name="missing"/> names those that have no value.</summary>
    public static string Resolve(string text, IConfiguration configuration, out IReadOnlyList<string> missing)
    {
        var unknown = new List<string>();
        var resolved = Expression().Replace(text, match =>
        {
            var name = match.Groups["name"].Value;
            if (configuration[name.Replace("__", ":", StringComparison.Ordinal)] is { Length: > 0 } value)
            {
                return value;
            }

            unknown.Add(name);
            return match.Value;
        });
        missing = unknown;
        return resolved;
    }

    [GeneratedRegex("%(?<name>[^%]+)%", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Expression();
}
