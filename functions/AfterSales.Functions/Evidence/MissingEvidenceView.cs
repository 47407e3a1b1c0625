using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;

namespace AfterSales.Functions.Evidence;

/// <summary>Evidence that the rulebook wants for this claim and the case has not.</summary>
/// <param name="Kinds">Any of these will do: <c>photo</c>, <c>video</c>, <c>document</c>.</param>
/// <param name="From">Whose it must be; null = anybody's.</param>
/// <param name="Wanted">How many files are still wanted.</param>
/// <param name="Clause">Of the rulebook; <c>P</c> where the rulebook proposes it.</param>
/// <param name="HoldsClocks">The case's clocks wait for it.</param>
public sealed record MissingEvidenceView(
    string Item, IReadOnlyList<string> Kinds, string? From, int Wanted, string Clause, string En, string Zh, bool HoldsClocks)
{
    /// <param name="rulebook">The version that the case is frozen to.</param>
    public static IReadOnlyList<MissingEvidenceView> Of(Case @case, Rulebook rulebook) =>
    [
        .. EvidenceChecklist.Missing(rulebook.EvidenceFor(@case.Claim.Reason, @case.Decision.Facts), @case.Evidence).Select(missing =>
            new MissingEvidenceView(
                missing.Item.Id, missing.Item.Kinds, missing.Item.From, missing.Wanted, missing.Item.Clause, missing.Item.English,
                missing.Item.Chinese, missing.Item.HoldsClocks)),
    ];
}
