using System.Text.Json.Serialization;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>Why the clocks of a case may stand still.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PauseReason>))]
public enum PauseReason
{
    /// <summary>Until the customer gives what was asked for.</summary>
    [JsonStringEnumMemberName("waiting-for-customer")] WaitingForCustomer,

    /// <summary>Flood, closure, strike.</summary>
    [JsonStringEnumMemberName("force-majeure")] ForceMajeure,
}

/// <summary>Stops the clocks that may stand still. A limit of wall-clock time runs on .</summary>
public sealed record PauseClocks(Instant At, Actor By, PauseReason Reason, string SealedNote) : CaseCommand(At, By);

public sealed record ResumeClocks(Instant At, Actor By) : CaseCommand(At, By);

/// <param name="Paused">Ids of the deadlines that stand still.</param>
public sealed record ClocksPaused(
    Instant At, Actor By, PauseReason Reason, string? SealedNote, IReadOnlyList<string> Paused, IReadOnlyList<Deadline> Deadlines)
    : ClockStart(At, By, Deadlines);

/// <param name="Deadlines">The deadlines that stood still, under their ids, with their new due instants.</param>
/// <param name="BySilence">The time that the rulebook gives for such pauses was over.</param>
public sealed record ClocksResumed(Instant At, Actor By, bool BySilence, IReadOnlyList<Deadline> Deadlines) : ClockStart(At, By, Deadlines);
