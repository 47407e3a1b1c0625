using AfterSales.Functions.Intake.Platforms;
using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Intake;

public static class IntakeRegistration
{
    /// <summary>The marketplaces' door. Settings: <c>Marketplaces:n:{Id,Rulebook,Adapter,Signature,Secrets:n,Supplier,Zone,CallbackUrl}</c>.</summary>
    public static IServiceCollection AddIntake(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(Marketplaces.From(settings));
        services.AddSingleton<CanonicalAdapter>();
        services.AddSingleton<MessageReading>();
        services.AddSingleton<WebhookIds>();
        services.AddSingleton<WebhookIntake>();
        services.AddSingleton<KeptEvents>();
        services.AddSingleton<DroppedEvents>();
        services.AddSingleton<PlatformIntake>();
        services.AddHostedService<MarketplaceRulebooks>();
        services.AddTable(WebhookIds.Table);
        services.AddContainer(WebhookIntake.RawContainer);
        services.AddTable(KeptEvents.Table);
        services.AddContainer(KeptEvents.Container);
        return services;
    }
}
