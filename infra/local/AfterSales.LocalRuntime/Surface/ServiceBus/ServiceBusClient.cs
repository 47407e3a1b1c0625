#nullable disable
using AfterSales.LocalRuntime.Engine.Bus;
using Azure.Core;

namespace Azure.Messaging.ServiceBus;

/// <summary>The way to a namespace. On the local runtime the namespace is a <see cref="BusEngine"/> of this process, looked up by its
/// host name at the first operation.</summary>
public class ServiceBusClient : IAsyncDisposable
{
    private readonly Lazy<BusEngine> _engine;
    private volatile bool _closed;

    protected ServiceBusClient()
    {
    }

    /// <exception cref="FormatException">The connection string has no <c>Endpoint=sb://host/</c> or no shared access key.</exception>
    public ServiceBusClient(string connectionString)
        : this(connectionString, new ServiceBusClientOptions())
    {
    }

    /// <inheritdoc cref="ServiceBusClient(string)"/>
    public ServiceBusClient(string connectionString, ServiceBusClientOptions options)
        : this(PublishedNamespaces.HostOfConnectionString(connectionString), options)
    {
    }

    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential)
        : this(fullyQualifiedNamespace, credential, new ServiceBusClientOptions())
    {
    }

    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential, ServiceBusClientOptions options)
        : this(PublishedNamespaces.HostOfNamespace(fullyQualifiedNamespace), options)
    {
        ArgumentNullException.ThrowIfNull(credential);
    }

    private ServiceBusClient(PublishedNamespaces.HostName host, ServiceBusClientOptions options)
    {
        FullyQualifiedNamespace = host.Value;
        Identifier = options?.Identifier ?? $"{host.Value}-{Guid.NewGuid()}";
        _engine = new Lazy<BusEngine>(() => PublishedNamespaces.Find(host), LazyThreadSafetyMode.PublicationOnly);
    }

    public virtual string FullyQualifiedNamespace { get; }

    public virtual string Identifier { get; }

    public virtual bool IsClosed => _closed;

    public virtual ServiceBusSender CreateSender(string queueOrTopicName)
    {
        ArgumentException.ThrowIfNullOrEmpty(queueOrTopicName);
        ObjectDisposedException.ThrowIf(_closed, this);
        return new ServiceBusSender(this, queueOrTopicName);
    }

    public virtual ServiceBusReceiver CreateReceiver(string queueName) => CreateReceiver(queueName, new ServiceBusReceiverOptions());

    public virtual ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(queueName);
        ObjectDisposedException.ThrowIf(_closed, this);
        return new ServiceBusReceiver(this, queueName, options ?? new ServiceBusReceiverOptions());
    }

    public virtual ServiceBusReceiver CreateReceiver(string topicName, string subscriptionName) =>
        CreateReceiver(topicName, subscriptionName, new ServiceBusReceiverOptions());

    public virtual ServiceBusReceiver CreateReceiver(string topicName, string subscriptionName, ServiceBusReceiverOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(topicName);
        ArgumentException.ThrowIfNullOrEmpty(subscriptionName);
        return CreateReceiver(BusPath.Subscription(topicName, subscriptionName), options);
    }

    public virtual ValueTask DisposeAsync()
    {
        _closed = true;
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    internal BusEngine Engine
    {
        get
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return _engine.Value;
        }
    }
}

/// <summary>Options of a client.</summary>
public class ServiceBusClientOptions
{
    public string Identifier { get; set; }

    /// <summary>Of no effect on the local runtime, where nothing is transported.</summary>
    public ServiceBusTransportType TransportType { get; set; }
}

/// <summary>How the broker is reached.</summary>
public enum ServiceBusTransportType
{
    AmqpTcp = 0,
    AmqpWebSockets = 1,
}
