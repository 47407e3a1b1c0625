using AfterSales.Domain.Cases;
using AfterSales.Functions.Storage;

namespace AfterSales.Functions.Http;

/// <summary>Between the callers and answers of HTTP and the parties and refusals of a case.</summary>
public static class CasePeople
{
    /// <summary>Who the case says did it.</summary>
    /// <exception cref="InvalidOperationException">The role has no part in cases; the access rule should not have let it in.</exception>
    public static Actor ToActor(this Caller caller) => caller.Role switch
    {
        Role.Customer => new Actor(Party.Customer),
        Role.Supplier => new Actor(Party.Supplier, caller.SupplierId),
        Role.Marketplace => new Actor(Party.Marketplace, caller.MarketplaceId),
        Role.Agent => new Actor(Party.Agent, caller.Subject),
        Role.FloorManager => new Actor(Party.FloorManager, caller.Subject),
        Role.Inspection => new Actor(Party.Inspection, caller.Subject),
        Role.Manager => new Actor(Party.Manager, caller.Subject),
        Role.Finance => new Actor(Party.Finance, caller.Subject),
        Role.PolicyOwner or Role.Auditor => throw new InvalidOperationException($"'{caller.Role.Name()}' acts on no case."),
        _ => throw new InvalidOperationException($"No such role: {caller.Role}"),
    };

    /// <summary>The case that a request names, for a caller whose business it is; else why it is not shown.</summary>
    public static async Task<(StoredCase? Stored, Answer? Refusal)> ReadForAsync(
        this CaseStore cases, Caller caller, string? id, CancellationToken cancellationToken)
    {
        if (!CaseId.TryParse(id, out var caseId) || await cases.ReadAsync(caseId, cancellationToken) is not { } stored)
        {
            return (null, Refusals.NoSuchCase.ToProblem());
        }

        return caller.MaySee(stored.State.Id.ToString(), stored.State.Marketplace, stored.State.SupplierId)
            ? (stored, null)
            : (null, Refusals.NotYourCase.ToProblem());
    }

    /// <summary>The refusal as a problem document.</summary>
    /// <param name="members">What is told beside the refusal.</param>
    public static Answer ToProblem(this Refusal refusal, IDictionary<string, object>? members = null) => refusal.ToProblem([], members);

    /// <param name="faults">The fields that are at fault.</param>
    public static Answer ToProblem(this Refusal refusal, IReadOnlyList<Fault> faults, IDictionary<string, object>? members = null) => Problem.Of(
        refusal.Kind switch
        {
            RefusalKind.Forbidden => 403,
            RefusalKind.Missing => 404,
            RefusalKind.Conflict => 409,
            RefusalKind.Invalid => 422,
            _ => throw new InvalidOperationException($"No such kind: {refusal.Kind}"),
        },
        refusal.Code,
        refusal.Detail,
        faults,
        members);
}
