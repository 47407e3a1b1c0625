using AfterSales.Functions.Cases.Files;
using AfterSales.Functions.Cases.Lists;
using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Cases;

public static class CaseRegistration
{
    /// <summary>Cases: their store, their list, what people do to them.</summary>
    public static IServiceCollection AddCases(this IServiceCollection services)
    {
        services.AddSingleton<CaseIndex>();
        services.AddSingleton<CaseLists>();
        services.AddSingleton<QueueCounts>();
        services.AddSingleton<SearchTerms>();
        services.AddSingleton<CaseViews>();
        services.AddSingleton<CustomerCards>();
        services.AddSingleton<CaseFiles>();
        services.AddSingleton<ClockHistory>();
        services.AddTable(CaseIndex.Table);
        return services;
    }
}
