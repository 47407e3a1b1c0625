using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Surveys;

public static class SurveysRegistration
{
    /// <summary>Callback surveys of closed cases.</summary>
    public static IServiceCollection AddSurveys(this IServiceCollection services)
    {
        services.AddTable(SurveyStore.Table);
        services.AddSingleton<SurveyStore>();
        services.AddSingleton<SurveyLinks>();
        return services;
    }
}
