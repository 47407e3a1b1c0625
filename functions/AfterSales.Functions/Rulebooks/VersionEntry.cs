using System.Collections.Immutable;
using System.Text.RegularExpressions;
using NodaTime;

namespace AfterSales.Functions.Rulebooks;

/// <summary>How far a version of a rulebook has come.</summary>
public enum VersionState
{
    /// <summary>It loads; an example of it fails, or it has none.</summary>
    Draft,

    /// <summary>It loads and its examples pass: somebody else than its author may publish it.</summary>
    Checked,

    /// <summary>It decides new cases from its instant on, until a newer one does. Its text never changes again.</summary>
    Published,

    /// <summary>It decides no new case. The cases that it decided keep it.</summary>
    Withdrawn,
}

/// <summary>An example of a rulebook that does not come out as it says.</summary>
/// <param name="Differences">The conclusions that differ, in words.</param>
public sealed record FailedExample(string Id, ImmutableArray<string> Differences);

/// <summary>A remark of the lint, with its place in the text; lines and columns count from 1.</summary>
public sealed record VersionFinding(int Line, int Column, string Code, string Detail);

/// <summary>What the checks of a version found.</summary>
/// <param name="ExamplesPassed">How many of its examples come out as they say.</param>
public sealed record CheckReport(
    int ExamplesPassed, ImmutableArray<FailedExample> ExamplesFailed, ImmutableArray<VersionFinding> Findings)
{
    public static CheckReport None { get; } = new(0, [], []);

    /// <summary>Publishing needs examples, and that all of them pass.</summary>
    public bool ExamplesHold => ExamplesPassed > 0 && ExamplesFailed.IsEmpty;
}

/// <summary>A version of a rulebook: what is known about it beside its text, which the digest names.</summary>
/// <param name="Digest">SHA-256 of the text, lower-case hexadecimal.</param>
/// <param name="Author">The subject who wrote the text.</param>
/// <param name="Publisher">The subject who published it, never the author.</param>
/// <param name="From">From when it decides new cases; null while it is not published, and for a shipped version: from the beginning.
/// </param>
public sealed partial record VersionEntry(
    string Id,
    string Version,
    string Digest,
    VersionState State,
    string Author,
    Instant? SavedAt,
    CheckReport Check,
    string? Publisher = null,
    Instant? PublishedAt = null,
    Instant? From = null,
    string? WithdrawnBy = null,
    Instant? WithdrawnAt = null,
    string? Reason = null)
{
    /// <summary>Author of the versions that come with the app.</summary>
    public const string Shipped = "aftersales";

    public bool IsFinal => State is VersionState.Published or VersionState.Withdrawn;

    /// <summary>Lower-case letters, digits and hyphens; at most 60 characters.</summary>
    public static bool IsId(string text) => IdPattern().IsMatch(text);

    /// <summary>Letters, digits, dots, hyphens and underscores; at most 32 characters.</summary>
    public static bool IsVersion(string text) => VersionPattern().IsMatch(text);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,59}$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex IdPattern();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex VersionPattern();
}
