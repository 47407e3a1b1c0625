using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Outbound;

public static class OutboundRegistration
{
    /// <summary>What the parties are told. Setting <c>Outbound:AllowPrivateAddresses</c> (false): lets webhooks be posted to addresses that are
    /// not on the public network, and by http.</summary>
    public static IServiceCollection AddOutbound(this IServiceCollection services, Settings settings)
    {
        var allowPrivate = settings.Flag("Outbound:AllowPrivateAddresses", otherwise: false);
        var options = new WebhookOptions(allowPrivate ? PrivateAddresses.Allowed : PrivateAddresses.Refused);
        RefuseCallbacks(settings, new AddressGuard(options.PrivateAddresses));
        services.AddSingleton(options);
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<EndpointRegister>();
        services.AddSingleton<DeliveryStore>();
        services.AddSingleton<DeliveryLog>();
        services.AddSingleton<IDeliveryChannel, WebhookChannel>();
        services.AddSingleton<StandingInstructions>();
        services.AddSingleton<Announcer>();
        services.AddSingleton<PenaltyMessages>();
        services.AddSingleton<CaseAddress>();
        services.AddSingleton<MarketplaceMessages>();
        services.AddSingleton<SupplierMessages>();
        services.AddSingleton<StaffMessages>();
        services.AddTable(EndpointRegister.Table);
        services.AddTable(DeliveryStore.Table);
        services.AddTable(DeliveryLog.Table);
        return services;
    }

    private static void RefuseCallbacks(Settings settings, AddressGuard guard)
    {
        foreach (var marketplace in settings.Configuration.GetSection("Marketplaces").GetChildren())
        {
            var key = $"{marketplace.Path}:CallbackUrl";
            if (settings.OptionalAddress(key) is { } address && !guard.MayAsk(address))
            {
                settings.Refuse(key, $"is '{address}'; expected an https address on the public network, or Outbound:AllowPrivateAddresses");
            }
        }
    }
}
