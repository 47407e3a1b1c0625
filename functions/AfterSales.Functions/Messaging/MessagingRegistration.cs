using AfterSales.Functions.Storage;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Messaging;

public static class MessagingRegistration
{
    /// <summary>The bus client, the relay and redelivery. Setting <c>ServiceBus</c>: a connection string, or
    /// <c>ServiceBus:fullyQualifiedNamespace</c> with the app's identity.</summary>
    public static IServiceCollection AddMessaging(this IServiceCollection services, Settings settings)
    {
        var connection = settings.OptionalText(Topology.Connection);
        if (connection is not null)
        {
            services.AddSingleton(_ => new ServiceBusClient(connection));
        }
        else
        {
            var name = settings.Text($"{Topology.Connection}:fullyQualifiedNamespace", "a namespace, or ServiceBus as a connection string");
            services.AddSingleton(_ => new ServiceBusClient(name, new DefaultAzureCredential()));
        }

        services.AddSingleton<Senders>();
        services.AddSingleton<OutboxNotes>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxNotes>());
        services.AddSingleton<OutboxRelay>();
        services.AddSingleton<Redelivery>();
        services.AddTable(OutboxNotes.Table);
        return services;
    }
}
