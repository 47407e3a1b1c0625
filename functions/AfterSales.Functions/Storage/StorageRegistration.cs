using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AfterSales.Functions.Storage;

public static class StorageRegistration
{
    /// <summary>Tables, blobs and the vault on the account that the host itself uses: <c>AzureWebJobsStorage</c> as a connection string, or
    /// <c>AzureWebJobsStorage:{tableServiceUri,blobServiceUri}</c> with the app's identity.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, Settings settings)
    {
        var connection = settings.OptionalText("AzureWebJobsStorage");
        if (connection is not null)
        {
            services.AddSingleton(p => new TableServiceClient(connection, TableOptions(p)));
            services.AddSingleton(p => new BlobServiceClient(connection, BlobOptions(p)));
        }
        else
        {
            var tables = settings.Address("AzureWebJobsStorage:tableServiceUri");
            var blobs = settings.Address("AzureWebJobsStorage:blobServiceUri");
            services.AddSingleton(p => new TableServiceClient(tables, new DefaultAzureCredential(), TableOptions(p)));
            services.AddSingleton(p => new BlobServiceClient(blobs, new DefaultAzureCredential(), BlobOptions(p)));
        }

        services.AddSingleton<Tables>();
        services.AddSingleton<Blobs>();
        services.AddTable("cases");
        services.AddHostedService<StorageCreation>();
        services.AddSingleton(new VaultOptions(settings.SecretKey("Vault:MasterKey", 32, 32)));
        services.AddSingleton<PersonVault>();
        services.AddSingleton<CaseStore>();
        services.AddTable(PersonVault.Table);
        return services;
    }

    // A transport in the services stands for an embedded account; the SDK's own transport serves every other.
    private static TableClientOptions TableOptions(IServiceProvider provider)
    {
        var options = new TableClientOptions();
        options.Transport = provider.GetService<HttpPipelineTransport>() ?? options.Transport;
        return options;
    }

    private static BlobClientOptions BlobOptions(IServiceProvider provider)
    {
        var options = new BlobClientOptions();
        options.Transport = provider.GetService<HttpPipelineTransport>() ?? options.Transport;
        return options;
    }
}

/// <summary>Creates the registered tables and containers once, before any function runs.</summary>
public sealed class StorageCreation(
    TableServiceClient tables, BlobServiceClient blobs, IEnumerable<TableName> tableNames, IEnumerable<ContainerName> containerNames)
    : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var all = tableNames.Select(t => t.Name).Distinct().Select(name => tables.CreateTableIfNotExistsAsync(name, cancellationToken) as Task)
            .Concat(containerNames.Select(c => c.Name).Distinct()
                .Select(name => blobs.GetBlobContainerClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken)));
        await Task.WhenAll(all);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
