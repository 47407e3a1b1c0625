using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Rulebooks;

public static class RulebooksRegistration
{
    /// <summary>Rulebooks: their versions, and which of them decides.</summary>
    public static IServiceCollection AddRulebooks(this IServiceCollection services)
    {
        services.AddSingleton<RulebookVersions>();
        services.AddSingleton<RulebookRegistry>();
        services.AddSingleton<PastDecisions>();
        services.AddTable(PastDecisions.Table);
        services.AddTable(RulebookVersions.Table);
        services.AddContainer(RulebookVersions.Container);
        return services;
    }
}
