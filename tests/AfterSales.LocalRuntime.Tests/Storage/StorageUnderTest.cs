using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace AfterSales.LocalRuntime.Tests.Storage;

/// <summary>A storage service and the genuine SDKs' clients of it. Service versions are pinned to what Azurite 3.35.0 accepts:
/// 2020-12-06 for tables (the SDK's newest), 2025-11-05 for blobs.</summary>
public abstract class StorageUnderTest : IAsyncLifetime
{
    private TableServiceClient? _tables;
    private BlobServiceClient? _blobs;

    public TableServiceClient Tables => _tables ?? throw new InvalidOperationException("The storage was not started.");

    public BlobServiceClient Blobs => _blobs ?? throw new InvalidOperationException("The storage was not started.");

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    public static TableClientOptions TableOptions(HttpPipelineTransport? transport) =>
        With(new TableClientOptions(TableClientOptions.ServiceVersion.V2020_12_06), transport);

    public static BlobClientOptions BlobOptions(HttpPipelineTransport? transport) =>
        With(new BlobClientOptions(BlobClientOptions.ServiceVersion.V2025_11_05), transport);

    protected void Connect(string connection, HttpPipelineTransport? transport)
    {
        _tables = new TableServiceClient(connection, TableOptions(transport));
        _blobs = new BlobServiceClient(connection, BlobOptions(transport));
    }

    private static T With<T>(T options, HttpPipelineTransport? transport)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = 0;
        if (transport is not null)
        {
            options.Transport = transport;
        }

        return options;
    }
}
