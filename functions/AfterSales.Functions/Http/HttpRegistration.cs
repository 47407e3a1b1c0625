using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Http;

public static class HttpRegistration
{
    /// <summary>Access, signed links and idempotency. Settings: <c>Access:{DevelopmentIssuer,SigningKey}</c>, <c>Links:Key</c>,
    /// <c>PublicUrl</c>.</summary>
    public static IServiceCollection AddHttp(this IServiceCollection services, Settings settings)
    {
        var developmentIssuer = settings.Flag("Access:DevelopmentIssuer", otherwise: false);
        if (developmentIssuer && !settings.Loopback)
        {
            settings.Refuse(
                "Access:DevelopmentIssuer", "is true, which is refused when the app listens on anything but loopback (WEBSITE_HOSTNAME)");
        }

        var signingKey = developmentIssuer ? settings.SecretKey("Access:SigningKey", 32, 128) : new byte[32];
        services.AddSingleton(new AccessOptions(developmentIssuer, signingKey));
        services.AddSingleton(new LinkOptions(settings.SecretKey("Links:Key", 32, 128), settings.Address("PublicUrl")));
        services.AddSingleton(AccessRules.Of(typeof(FunctionApp).Assembly));
        services.AddSingleton<Tokens>();
        services.AddSingleton<SignedLinks>();
        services.AddSingleton<Idempotency>();
        services.AddTable(Idempotency.Table);
        return services;
    }
}
