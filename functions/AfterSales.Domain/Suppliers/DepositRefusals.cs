using AfterSales.Domain.Cases;

namespace AfterSales.Domain.Suppliers;

/// <summary>Every refusal that a deposit knows.</summary>
public static class DepositRefusals
{
    public static readonly Refusal NothingLacking = new(RefusalKind.Conflict, "nothing-lacking",
        "The deposit is full, or what is lacking is claimed already.");
    public static readonly Refusal ContractEnded = new(RefusalKind.Conflict, "contract-ended",
        "The supplier has left or was expelled; nothing more is claimed for its deposit.");
    public static readonly Refusal NoSuchRelease = new(RefusalKind.Missing, "no-such-release", "The supplier has no such release.");
    public static readonly Refusal ReleaseOpen = new(RefusalKind.Conflict, "release-open",
        "Another release of the supplier is signed and not paid yet.");
    public static readonly Refusal SamePerson = new(RefusalKind.Conflict, "same-person",
        "The sales-floor head and the Inspection Department sign by two people (MALL-LAD-6).");
    public static readonly Refusal AlreadyCompensated = new(RefusalKind.Conflict, "already-compensated",
        "The case was compensated before with another amount.");
}
