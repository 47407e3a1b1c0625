using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Intake;

public static class IntakeRegistration
{
    /// <summary>The marketplaces' door. Settings: <c>Marketplaces:n:{Id,Rulebook,Adapter,Secrets:n,Zone,CallbackUrl}</c>.</summary>
    public static IServiceCollection AddIntake(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(Marketplaces.From(settings));
        services.AddSingleton<CanonicalAdapter>();
        services.AddSingleton<MessageReading>();
        services.AddSingleton<WebhookIds>();
        services.AddSingleton<WebhookIntake>();
        services.AddHostedService<MarketplaceRulebooks>();
        services.AddTable(WebhookIds.Table);
        services.AddContainer(WebhookIntake.RawContainer);
        return services;
    }
}
