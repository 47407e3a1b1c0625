using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Suppliers;

/// <summary>Refusals about penalties as problems, each with the field that is at fault where one is, and with the facts that grounds were sought in.</summary>
internal static class PenaltyProblems
{
    private static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        [PenaltyRefusals.AmountOverflow.Code] = "/base",
        [PenaltyRefusals.PartPayment.Code] = "/amount",
        [PenaltyRefusals.PaidOutOfTime.Code] = "/paidOn",
        [PenaltyRefusals.NothingToReverse.Code] = "/part",
    };

    public static Answer Of(Refusal refusal) =>
        refusal.ToProblem(Fields.TryGetValue(refusal.Code, out var pointer) ? [new Fault(pointer, refusal.Code, refusal.Detail)] : []);

    /// <param name="pointer">The field because of which there are no grounds.</param>
    /// <param name="detail">Why not.</param>
    public static Answer NoGrounds(DecisionDocument said, string pointer, string detail) =>
        NoGrounds(pointer, detail, new Dictionary<string, object> { ["facts"] = said.Facts });

    /// <summary>Names the ultimatum that is lacking, or the complaints that are.</summary>
    public static Answer NoGrounds(ExpulsionFinding finding)
    {
        var members = new Dictionary<string, object> { ["facts"] = finding.Decision.Facts };
        if (finding.Ultimatum is not { } ultimatum) return NoGrounds("/month", "There was no ultimatum about the issue in the month before.", members);
        members["ultimatum"] = new { Penalty = ultimatum.Id, ultimatum.Status, ultimatum.Strike.Stands };
        return ultimatum.IsEstablished
            ? NoGrounds("/issue", "The complaints about the issue in the month after the ultimatum do not suffice.", members)
            : NoGrounds("/month", $"The ultimatum of the month before is {WireName.Of(ultimatum.Status)}; it has to be final, with its strike standing.", members);
    }

    private static Answer NoGrounds(string pointer, string detail, Dictionary<string, object> members) =>
        PenaltyRefusals.NoGrounds.ToProblem([new Fault(pointer, PenaltyRefusals.NoGrounds.Code, detail)], members);
}
