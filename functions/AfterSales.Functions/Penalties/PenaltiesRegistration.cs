using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Penalties;

public static class PenaltiesRegistration
{
    /// <summary>The suppliers' ledger, their register, and what turns case events into entries.</summary>
    public static IServiceCollection AddPenalties(this IServiceCollection services)
    {
        services.AddTable(LedgerStore.Table);
        services.AddTable(SupplierRegister.Table);
        services.AddSingleton<LedgerStore>();
        services.AddSingleton<SupplierRegister>();
        services.AddSingleton<PenaltyAccounting>();
        return services;
    }
}
