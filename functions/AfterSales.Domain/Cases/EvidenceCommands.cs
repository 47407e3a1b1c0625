using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>Staff ask the customer, the supplier or both for evidence: opens a round.</summary>
/// <param name="From">Each party once, with its own due instant.</param>
/// <param name="SealedNote">What is wanted, in words for those who are asked.</param>
public sealed record AskForEvidence(Instant At, Actor By, IReadOnlyList<EvidenceAsk> From, string? SealedNote = null) : CaseCommand(At, By);

/// <summary>A file has been stored for its sender alone, who was asked for evidence. One staged under the same name is replaced.</summary>
public sealed record StageEvidence(Instant At, Actor By, EvidenceFile File) : CaseCommand(At, By);

/// <summary>The sender's staged files become evidence, and the sender adds nothing more in this round. With nothing staged it says that
/// there is nothing more to come.</summary>
public sealed record SubmitEvidence(Instant At, Actor By) : CaseCommand(At, By);

/// <summary>Staff wait no longer for what they asked for. What is staged and not submitted does not count.</summary>
public sealed record CloseEvidenceRound(Instant At, Actor By) : CaseCommand(At, By);

/// <summary>Somebody of the mall is shown a file with what it says about place and device.</summary>
public sealed record OpenOriginal(Instant At, Actor By, string File) : CaseCommand(At, By);
