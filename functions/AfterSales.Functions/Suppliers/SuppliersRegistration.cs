using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Suppliers;

public static class SuppliersRegistration
{
    /// <summary>Conduct, penalties and deposits of suppliers.</summary>
    public static IServiceCollection AddSuppliers(this IServiceCollection services)
    {
        services.AddTable(ConductStore.Table);
        services.AddContainer(ConductStore.Container);
        services.AddTable(PenaltyStore.Table);
        services.AddSingleton<RulesInForce>();
        services.AddSingleton<ConductStore>();
        services.AddSingleton<PenaltyStore>();
        services.AddSingleton<FaultFunds>();
        services.AddSingleton<SupplierConduct>();
        services.AddSingleton<PenaltyBooks>();
        services.AddSingleton<Deposits>();
        services.AddSingleton<Releases>();
        services.AddSingleton<Compensations>();
        services.AddSingleton<DepositWarnings>();
        services.AddSingleton<SupplierDays>();
        services.AddSingleton<SupplierDesk>();
        services.AddSingleton<PenaltyViews>();
        services.AddSingleton<PenaltyDesk>();
        return services;
    }
}
