using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Penalties;

public static class PenaltiesRegistration
{
    /// <summary>What turns case events into entries of the ledger.</summary>
    public static IServiceCollection AddPenalties(this IServiceCollection services)
    {
        services.AddSingleton<PenaltyAccounting>();
        return services;
    }
}
