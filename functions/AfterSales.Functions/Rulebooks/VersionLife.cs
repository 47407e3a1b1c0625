using AfterSales.Functions.Http;
using NodaTime;

namespace AfterSales.Functions.Rulebooks;

/// <summary>What becomes of a version when somebody wants something of it: the entry to write, or why not.</summary>
public abstract record VersionStep
{
    private VersionStep()
    {
    }

    /// <summary>The entry as it is to be.</summary>
    public sealed record Change(VersionEntry Entry) : VersionStep;

    /// <summary>It is so already.</summary>
    public sealed record Same(VersionEntry Entry) : VersionStep;

    public sealed record Refusal(int Status, string Code, string Detail, IReadOnlyList<Fault> Errors) : VersionStep;
}

/// <summary>
/// The life of a version: saved as a draft and checked, published by a second person from an instant, withdrawn. Pure: the entry as
/// it is comes in, the entry as it is to be goes out.
/// </summary>
public static class VersionLife
{
    /// <param name="current">The version of this name; null when there is none.</param>
    /// <param name="saved">The text's entry as its author wants it: <see cref="VersionState.Draft"/> or
    /// <see cref="VersionState.Checked"/>.</param>
    /// <param name="knowsCurrent">The author says which text is replaced, so nobody's work is lost unseen.</param>
    public static VersionStep Save(VersionEntry? current, VersionEntry saved, bool knowsCurrent) => current switch
    {
        null => new VersionStep.Change(saved),
        { IsFinal: true } when current.Digest == saved.Digest => new VersionStep.Same(current),
        { IsFinal: true } => Refuse(409, "version-final",
            $"{current.Id} {current.Version} is {Word(current)} and never changes again. Give the changed text another version."),
        _ when current.Digest == saved.Digest => current.State == saved.State && SameFindings(current, saved)
            ? new VersionStep.Same(current)
            : new VersionStep.Change(current with { State = saved.State, Check = saved.Check }),
        _ when current.Author != saved.Author && !knowsCurrent => Refuse(409, "draft-of-another",
            $"{current.Author} has a draft of this name. Read it, and send its ETag in If-Match to replace it."),
        _ => new VersionStep.Change(saved),
    };

    /// <param name="check">The checks, run again now.</param>
    /// <param name="from">From when it decides; null = at once.</param>
    /// <param name="acceptFindings">The publisher has seen what the lint remarks.</param>
    public static VersionStep Publish(
        VersionEntry current, CheckReport check, string publisher, Instant now, Instant? from, bool acceptFindings) => current switch
        {
            { State: VersionState.Published } when current.Publisher == publisher && (from is null || from == current.From) =>
                new VersionStep.Same(current),
            { IsFinal: true } => Refuse(409, "version-final", $"{current.Id} {current.Version} is {Word(current)} already."),
            _ when current.Author == publisher => Refuse(403, "second-person-needed",
                $"{publisher} wrote this text. Somebody else has to read and publish it."),
            _ when from < now => Refuse(422, "from-in-the-past", "A version decides from now or from later on.",
                [new Fault("/from", "from-in-the-past", "No case that is decided already is decided anew.")]),
            _ when !check.ExamplesHold => Refuse(409, "examples-fail", check.ExamplesPassed == 0 && check.ExamplesFailed.IsEmpty
                    ? "The rulebook has no examples. Publishing needs some, and that they pass."
                    : $"{check.ExamplesFailed.Length} of its examples do not come out as they say; see errors.",
                [.. check.ExamplesFailed.Select(e => new Fault($"/examples/{e.Id}", "example-fails", string.Join("; ", e.Differences)))]),
            _ when !check.Findings.IsEmpty && !acceptFindings => Refuse(409, "findings-not-accepted",
                "The lint remarks what errors lists. Correct it, or say acceptFindings: true.",
                [.. check.Findings.Select(f => new Fault($"{f.Line}:{f.Column}", f.Code, f.Detail))]),
            _ => new VersionStep.Change(current with
            {
                State = VersionState.Published,
                Check = check,
                Publisher = publisher,
                PublishedAt = now,
                From = from ?? now,
            }),
        };

    /// <param name="needed">Without it a marketplace would have no version that decides.</param>
    public static VersionStep Withdraw(VersionEntry current, string by, Instant now, string reason, bool needed) => current.State switch
    {
        VersionState.Withdrawn => new VersionStep.Same(current),
        VersionState.Draft or VersionState.Checked => Refuse(409, "not-published", "A draft decides nothing: it need not be withdrawn."),
        VersionState.Published when needed => Refuse(409, "last-version",
            "A marketplace decides by this rulebook and no other version of it would be in force. Publish another one first."),
        VersionState.Published => new VersionStep.Change(current with
        {
            State = VersionState.Withdrawn,
            WithdrawnBy = by,
            WithdrawnAt = now,
            Reason = reason,
        }),
        _ => throw new InvalidOperationException($"No such state: {current.State}"),
    };

    private static bool SameFindings(VersionEntry a, VersionEntry b) =>
        a.Check.ExamplesPassed == b.Check.ExamplesPassed && a.Check.Findings.SequenceEqual(b.Check.Findings)
        && a.Check.ExamplesFailed.Select(e => e.Id).SequenceEqual(b.Check.ExamplesFailed.Select(e => e.Id));

    private static string Word(VersionEntry entry) => entry.State == VersionState.Published ? "published" : "withdrawn";

    private static VersionStep.Refusal Refuse(int status, string code, string detail, IReadOnlyList<Fault>? errors = null) =>
        new(status, code, detail, errors ?? []);
}
