using NodaTime;

namespace AfterSales.Domain.Cases;

/// <param name="Round">The round's number, from 1.</param>
public sealed record EvidenceRequested(
    Instant At, Actor By, int Round, IReadOnlyList<EvidenceAsk> From, string? SealedNote, IReadOnlyList<Deadline> Deadlines)
    : ClockStart(At, By, Deadlines);

public sealed record EvidenceStaged(Instant At, Actor By, EvidenceFile File) : CaseEvent(At, By);

/// <param name="Files">The names of the files that were staged and count from now on.</param>
/// <param name="Late">It came after the party's due instant.</param>
public sealed record EvidenceSubmitted(
    Instant At, Actor By, int Round, string DeadlineId, IReadOnlyList<string> Files, bool Late) : CaseEvent(At, By);

public sealed record EvidenceRoundClosed(Instant At, Actor By, int Round) : CaseEvent(At, By);

public sealed record EvidenceOriginalOpened(Instant At, Actor By, string File) : CaseEvent(At, By);
