using System.Collections.Concurrent;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Storage;

/// <summary>A table that the app creates at start.</summary>
public sealed record TableName(string Name);

/// <summary>The app's tables, by name.</summary>
public sealed class Tables(TableServiceClient service)
{
    private readonly ConcurrentDictionary<string, TableClient> _clients = new(StringComparer.Ordinal);

    /// <summary>Partition = case id; rows head, events, outbox, idempotency keys.</summary>
    public TableClient Cases => Get("cases");

    /// <summary>A table that some service has registered with <see cref="TableRegistration.AddTable"/>.</summary>
    public TableClient Get(string name) => _clients.GetOrAdd(name, service.GetTableClient);
}

public static class TableRegistration
{
    /// <summary>Names a table that must exist before the first request.</summary>
    public static IServiceCollection AddTable(this IServiceCollection services, string name) => services.AddSingleton(new TableName(name));
}
