using System.Collections.Concurrent;

namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>The bus engines of this process by the host name that connection strings name them with.</summary>
internal static class PublishedNamespaces
{
    private static readonly ConcurrentDictionary<string, BusEngine> Engines = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A namespace's host name.</summary>
    public readonly record struct HostName(string Value);

    public static void Publish(string host, BusEngine engine)
    {
        if (!Engines.TryAdd(host, engine))
        {
            throw new InvalidOperationException($"A Service Bus namespace {host} is published already.");
        }
    }

    public static void Withdraw(string host) => Engines.TryRemove(host, out _);

    /// <exception cref="InvalidOperationException">No engine is published under that name.</exception>
    public static BusEngine Find(HostName host) => Engines.TryGetValue(host.Value, out var engine)
        ? engine
        : throw new InvalidOperationException(
            $"No Service Bus namespace {host.Value} runs in this process. The local runtime publishes one under the host name that it puts "
            + "into the setting ServiceBus; a real namespace needs the Azure flavour (FunctionsRuntime=Azure).");

    /// <exception cref="FormatException">Not a Service Bus connection string.</exception>
    public static HostName HostOfConnectionString(string connectionString)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        string? endpoint = null;
        var hasName = false;
        var hasKey = false;
        foreach (var part in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (key, value) = part.IndexOf('=', StringComparison.Ordinal) is var equals and > 0
                ? (part[..equals], part[(equals + 1)..])
                : throw new FormatException("The Service Bus connection string has a part without a value.");
            switch (key.ToUpperInvariant())
            {
                case "ENDPOINT":
                    endpoint = value;
                    break;
                case "SHAREDACCESSKEYNAME":
                    hasName = true;
                    break;
                case "SHAREDACCESSKEY":
                    hasKey = true;
                    break;
            }
        }

        if (endpoint is null || !Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme != "sb" || uri.Host.Length == 0)
        {
            throw new FormatException("The Service Bus connection string has no Endpoint=sb://<host>/.");
        }

        return hasName && hasKey
            ? new HostName(uri.Host)
            : throw new FormatException("The Service Bus connection string has no SharedAccessKeyName or no SharedAccessKey.");
    }

    /// <exception cref="ArgumentException">Not a host name.</exception>
    public static HostName HostOfNamespace(string fullyQualifiedNamespace)
    {
        ArgumentException.ThrowIfNullOrEmpty(fullyQualifiedNamespace);
        var host = Uri.TryCreate(fullyQualifiedNamespace, UriKind.Absolute, out var uri) ? uri.Host : fullyQualifiedNamespace;
        return Uri.CheckHostName(host) is UriHostNameType.Unknown
            ? throw new ArgumentException(
                $"'{fullyQualifiedNamespace}' is not the host name of a namespace.", nameof(fullyQualifiedNamespace))
            : new HostName(host);
    }
}
