using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Http;

/// <summary>What a caller may be. A token names one of them; a customer comes by signed link.</summary>
public enum Role
{
    Agent,
    FloorManager,
    Inspection,
    Manager,
    Finance,
    PolicyOwner,
    Auditor,
    Supplier,
    Marketplace,
    Customer,
}

public static class RoleNames
{
    private static readonly Dictionary<string, Role> ByName = new(StringComparer.Ordinal)
    {
        ["agent"] = Role.Agent,
        ["floor-manager"] = Role.FloorManager,
        ["inspection"] = Role.Inspection,
        ["manager"] = Role.Manager,
        ["finance"] = Role.Finance,
        ["policy-owner"] = Role.PolicyOwner,
        ["auditor"] = Role.Auditor,
        ["supplier"] = Role.Supplier,
        ["marketplace"] = Role.Marketplace,
        ["customer"] = Role.Customer,
    };

    private static readonly Dictionary<Role, string> Names = ByName.ToDictionary(p => p.Value, p => p.Key);

    /// <summary>The role's name in tokens, deadlines and actions.</summary>
    public static string Name(this Role role) => Names[role];

    public static bool TryParse(string? name, out Role role) => ByName.TryGetValue(name ?? "", out role);
}

/// <summary>Who makes a request. <paramref name="CaseId"/> is set for a customer, whose link opens one case.</summary>
public sealed record Caller(Role Role, string Subject, string? SupplierId = null, string? MarketplaceId = null, string? CaseId = null)
{
    /// <summary>Whether a case between these parties is this caller's business: staff see all, others their own.</summary>
    public bool MaySee(string caseId, string marketplaceId, string? supplierId) => Role switch
    {
        Role.Supplier => SupplierId is not null && SupplierId == supplierId,
        Role.Marketplace => MarketplaceId is not null && MarketplaceId == marketplaceId,
        Role.Customer => CaseId is not null && CaseId == caseId,
        Role.Agent or Role.FloorManager or Role.Inspection or Role.Manager or Role.Finance or Role.PolicyOwner or Role.Auditor => true,
        _ => throw new InvalidOperationException($"No such role: {Role}"),
    };
}

/// <summary>The roles that may call an HTTP function; none named = any token. Every HTTP function carries this or
/// <see cref="Access.AnyoneAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AccessAttribute(params Role[] roles) : Attribute
{
    public IReadOnlyList<Role> Roles { get; } = roles;
}

public static class Access
{
    /// <summary>The function needs no token: it checks a signature or a link itself, or it is public.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class AnyoneAttribute : Attribute;

    /// <summary>The caller that the access check has let in.</summary>
    /// <exception cref="InvalidOperationException">The function is open to anyone.</exception>
    public static Caller GetCaller(this HttpRequest request) =>
        request.HttpContext.Items[typeof(Caller)] as Caller
        ?? throw new InvalidOperationException("This function is open to anyone: it has no caller.");

    /// <summary>As <see cref="GetCaller(HttpRequest)"/>.</summary>
    public static Caller GetCaller(this FunctionContext context) =>
        context.GetHttpContext()?.Request.GetCaller() ?? throw new InvalidOperationException("This function was not called over HTTP.");
}
