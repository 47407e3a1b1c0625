using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Evidence;

/// <summary>Who sees which files of a case, and what of its history tells about them.</summary>
public static class EvidenceSight
{
    /// <summary>The file of this name, if the caller may see it: one that is staged is its sender's alone.</summary>
    public static FiledEvidence? Find(Case @case, Caller caller, string name) =>
        @case.Evidence.FirstOrDefault(file => file.Name == name) ?? Staged(@case, caller).FirstOrDefault(file => file.Name == name);

    /// <summary>The files that the caller staged.</summary>
    public static IEnumerable<FiledEvidence> Staged(Case @case, Caller caller) => @case.StagedEvidence.Where(file => IsSender(caller, file));

    /// <summary>Whether the caller sent the file. What the marketplace sent with a request is the customer's too.</summary>
    public static bool IsSender(Caller caller, FiledEvidence file) => caller.Role switch
    {
        Role.Customer => file.By.Party is Party.Customer or Party.Marketplace,
        Role.Marketplace => file.By.Party == Party.Marketplace,
        Role.Supplier => file.By.Party == Party.Supplier,
        Role.Agent or Role.FloorManager or Role.Inspection or Role.Manager => file.By == caller.ToActor(),
        Role.Finance or Role.Auditor or Role.PolicyOwner => false,
        _ => throw new InvalidOperationException($"No such role: {caller.Role}"),
    };

    /// <summary>Whether the search across cases is the caller's business: it is advice for those who decide.</summary>
    public static bool MaySeeReuse(Caller caller) => caller.Role switch
    {
        Role.Agent or Role.FloorManager or Role.Inspection or Role.Manager or Role.Auditor => true,
        Role.Customer or Role.Supplier or Role.Marketplace or Role.Finance or Role.PolicyOwner => false,
        _ => throw new InvalidOperationException($"No such role: {caller.Role}"),
    };

    /// <summary>Whether the caller is shown this line of the history.</summary>
    public static bool MaySee(Caller caller, TimelineEntry entry) => entry.Event switch
    {
        "evidence-staged" => caller.Role switch
        {
            Role.Customer => entry.By.Party == Party.Customer,
            Role.Supplier => entry.By.Party == Party.Supplier,
            _ => false,
        },
        _ => true,
    };
}
