using System.Text.Json.Serialization;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>Opens a closed case again, within the time that the rulebook gives.</summary>
/// <param name="MergedInto">Of a case that was merged: the other case as it is.</param>
public sealed record ReopenCase(Instant At, Actor By, string SealedReason, Case? MergedInto = null) : CaseCommand(At, By);

/// <summary>What another case is to this one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LinkKind>))]
public enum LinkKind
{
    /// <summary>It has to do with this one.</summary>
    [JsonStringEnumMemberName("related")] Related,

    /// <summary>It is the same request once more, merged into this case.</summary>
    [JsonStringEnumMemberName("duplicate")] Duplicate,

    /// <summary>This case is its duplicate and was merged into it.</summary>
    [JsonStringEnumMemberName("merged-into")] MergedInto,
}

/// <param name="Target">The other case as it is; null when there is none.</param>
public sealed record LinkCase(Instant At, Actor By, CaseId Other, LinkKind Kind, Case? Target) : CaseCommand(At, By);

/// <summary>Ends a duplicate; the other case goes on.</summary>
/// <param name="Target">The other case as it is; null when there is none.</param>
public sealed record MergeCase(Instant At, Actor By, CaseId Into, Case? Target) : CaseCommand(At, By);

/// <param name="Run">2 for the first reopening.</param>
/// <param name="Level">The step on which it goes on.</param>
public sealed record CaseReopened(
    Instant At, Actor By, int Run, StepCode Level, string SealedReason, IReadOnlyList<Deadline> Deadlines) : ClockStart(At, By, Deadlines);

public sealed record CaseLinked(Instant At, Actor By, CaseId Other, LinkKind Kind) : CaseEvent(At, By);

/// <summary>The case is a duplicate: its clocks stop and the other goes on.</summary>
public sealed record CaseMerged(Instant At, Actor By, CaseId Into) : CaseEvent(At, By);
