using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Penalties;

public static class PenaltiesRegistration
{
    /// <summary>The suppliers' register, and what turns case events into entries of the ledger.</summary>
    public static IServiceCollection AddPenalties(this IServiceCollection services)
    {
        services.AddTable(SupplierRegister.Table);
        services.AddSingleton<SupplierRegister>();
        services.AddSingleton<PenaltyAccounting>();
        return services;
    }
}
