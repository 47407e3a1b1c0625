using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Suppliers;

public static class SuppliersRegistration
{
    /// <summary>The suppliers' register, their conduct, penalties and deposits.</summary>
    public static IServiceCollection AddSuppliers(this IServiceCollection services)
    {
        services.AddTable(SupplierRegister.Table);
        services.AddSingleton<SupplierRegister>();
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
