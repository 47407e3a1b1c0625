using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Suppliers;

/// <summary>Who may read of a supplier: staff of all, a supplier of itself.</summary>
internal static class SupplierAccess
{
    public static bool MayRead(Caller caller, SupplierId supplier) => caller.Role != Role.Supplier || caller.SupplierId == supplier.ToString();

    public static Answer NoSuchSupplier(string id) => Problem.Of(404, "no-such-supplier", $"There is no supplier '{id}'.");

    /// <summary>The supplier of an address, if it is known and the caller may read of it.</summary>
    public static async Task<(SupplierId Supplier, Answer? Refusal)> FindForAsync(
        this SupplierRegister suppliers, Caller caller, string id, CancellationToken cancellationToken)
    {
        if (!SupplierId.TryParse(id, out SupplierId supplier)) return (default, NoSuchSupplier(id));
        if (!MayRead(caller, supplier)) return (default, Problem.Of(403, "not-your-supplier", "This token belongs to another supplier."));
        return await suppliers.FindAsync(supplier, cancellationToken) is null ? (default, NoSuchSupplier(id)) : (supplier, null);
    }
}
