namespace AfterSales.Domain.Cases;

/// <summary>What the case says no to about evidence, beside the general <see cref="Refusals"/>.</summary>
public static class EvidenceRefusals
{
    public static readonly Refusal NothingAsked = new(RefusalKind.Invalid, "evidence-nobody-asked",
        "Say whom to ask, customer, supplier or both, each once.");

    public static readonly Refusal DueNotAhead = new(RefusalKind.Invalid, "evidence-due-out-of-range",
        $"Evidence is due after now and within {CaseDecider.LongestEvidenceDays} days.");

    public static readonly Refusal RoundOpen = new(RefusalKind.Conflict, "evidence-round-open",
        "A round of evidence is open; it ends when all have submitted or it is closed.");

    public static readonly Refusal NoRound = new(RefusalKind.Conflict, "evidence-not-asked",
        "There is no open request for evidence to this party; files are added without staging them.");

    public static readonly Refusal Submitted = new(RefusalKind.Conflict, "evidence-already-submitted",
        "What was submitted is final; nothing more is taken from this party in this round.");

    public static readonly Refusal NoSuchFile = new(RefusalKind.Missing, "no-such-evidence", "The case has no file of this name.");
}
