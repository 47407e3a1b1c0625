using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Evidence;

public static class EvidenceRegistration
{
    /// <summary>Evidence and its fetching. Setting <c>Evidence:AllowLoopback</c> (false): lets files be fetched from this machine; refused
    /// off loopback.</summary>
    public static IServiceCollection AddEvidence(this IServiceCollection services, Settings settings)
    {
        var allowLoopback = settings.Flag("Evidence:AllowLoopback", otherwise: false);
        if (allowLoopback && !settings.Loopback)
        {
            settings.Refuse("Evidence:AllowLoopback", "is true, which is refused when the app listens on anything but loopback");
        }

        services.AddSingleton(new FetchOptions(allowLoopback));
        services.AddSingleton<SafeFetch>();
        services.AddSingleton<ExhibitBlobs>();
        services.AddSingleton<EvidenceIndex>();
        services.AddContainer(ExhibitBlobs.Container);
        services.AddTable(EvidenceIndex.Table);
        return services;
    }
}
