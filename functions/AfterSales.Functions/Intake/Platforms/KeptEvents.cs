using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using NodaTime;

namespace AfterSales.Functions.Intake.Platforms;

/// <summary>An event that waits, or a document that others refer to. The payload is opened when it is wanted.</summary>
public sealed record KeptEvent(string Key, string Id, string? Topic, Instant SentAt, PersonId? Customer, bool IsDocument);

/// <summary>
/// Events that came before what they belong to, by marketplace and group: a row with what is needed to order them, and the payload as a
/// blob, sealed for the customer whom it names (a payload that names nobody, for the app).
/// </summary>
public sealed class KeptEvents(Tables tables, Blobs blobs, PersonVault vault, TimeProvider clock)
{
    internal const string Table = "kept";
    internal const string Container = "kept";

    /// <summary>How the keys of events that wait begin, and the end of their range.</summary>
    internal const string EventPrefix = "e_";
    internal const string EventPrefixEnd = "e`";

    private const string DocumentKey = "document";
    private const string KeptAtColumn = "KeptAt";

    /// <summary>Keeps an event until its case is there. The same delivery again changes nothing.</summary>
    public Task KeepAsync(string marketplace, string group, PlatformEvent happened, PersonId? customer, CancellationToken cancellationToken) =>
        WriteAsync(marketplace, group, $"{EventPrefix}{WebhookIds.KeyOf(happened.Id)}", happened, customer, 0, cancellationToken);

    /// <summary>Keeps the group's document unless a newer one is kept. Of two that are equally new, the one with the greater content stays,
    /// so that the order of their coming does not matter.</summary>
    public async Task KeepDocumentAsync(
        string marketplace, string group, PlatformEvent happened, PersonId? customer, long version, CancellationToken cancellationToken)
    {
        var partition = PartitionOf(marketplace, group);
        for (var written = false; !written;)
        {
            var known = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(partition, DocumentKey, cancellationToken: cancellationToken);
            var row = Row(partition, DocumentKey, happened, customer, version);
            if (known.HasValue && (known.Value!.GetInt64("Version"), known.Value.GetString("Digest")).CompareTo((version, row.GetString("Digest"))) >= 0)
            {
                return;
            }

            await SealAsync(row, happened, customer, cancellationToken);
            written = await TryWriteAsync(row, known.HasValue ? known.Value!.ETag : null, cancellationToken);
        }
    }

    /// <summary>What waits in the group, and its document.</summary>
    public async Task<IReadOnlyList<KeptEvent>> OfAsync(string marketplace, string group, CancellationToken cancellationToken)
    {
        var partition = PartitionOf(marketplace, group);
        var kept = new List<KeptEvent>();
        await foreach (var row in tables.Get(Table).QueryAsync<TableEntity>(
            row => row.PartitionKey == partition, cancellationToken: cancellationToken))
        {
            kept.Add(new KeptEvent(
                row.RowKey,
                row.GetString("EventId"),
                row.GetString("Topic"),
                Instant.FromDateTimeOffset(row.GetDateTimeOffset("SentAt")!.Value),
                row.GetString("Customer") is { } person ? new PersonId(person) : null,
                row.RowKey == DocumentKey));
        }

        return kept;
    }

    /// <summary>The payload; null when its customer was erased meanwhile, or somebody else has dealt with it.</summary>
    public async Task<byte[]?> OpenAsync(string marketplace, string group, KeptEvent kept, CancellationToken cancellationToken)
    {
        var row = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(
            PartitionOf(marketplace, group), kept.Key, cancellationToken: cancellationToken);
        if (!row.HasValue || await blobs.ReadAsync(Container, NameOf(row.Value!), cancellationToken) is not { } content)
        {
            return null;
        }

        return kept.Customer is { } person
            ? await vault.OpenAsync(person, content, cancellationToken)
            : vault.OpenForApp(row.Value!.PartitionKey, content);
    }

    /// <summary>Forgets an event that was dealt with.</summary>
    public async Task ForgetAsync(string marketplace, string group, KeptEvent kept, CancellationToken cancellationToken)
    {
        var row = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(
            PartitionOf(marketplace, group), kept.Key, cancellationToken: cancellationToken);
        if (!row.HasValue)
        {
            return;
        }

        await ForgetAsync(row.Value!, cancellationToken);
    }

    /// <summary>Forgets the event of a row; once it is forgotten, nothing happens.</summary>
    internal async Task ForgetAsync(TableEntity row, CancellationToken cancellationToken)
    {
        await blobs.Container(Container).GetBlobClient(NameOf(row)).DeleteIfExistsAsync(cancellationToken: cancellationToken);
        await tables.Get(Table).DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
    }

    /// <summary>The rows of events that have waited since before an instant. One from before that was written down counts from when the
    /// platform sent it.</summary>
    internal async IAsyncEnumerable<TableEntity> WaitingSinceAsync(
        DateTimeOffset instant, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"RowKey ge {EventPrefix} and RowKey lt {EventPrefixEnd}");
        await foreach (var row in tables.Get(Table).QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            if ((row.GetDateTimeOffset(KeptAtColumn) ?? row.GetDateTimeOffset("SentAt")) <= instant) yield return row;
        }
    }

    /// <summary>The marketplace of a row.</summary>
    internal static string MarketplaceOf(TableEntity row) => row.PartitionKey[..row.PartitionKey.LastIndexOf(':')];

    private async Task WriteAsync(
        string marketplace, string group, string key, PlatformEvent happened, PersonId? customer, long version, CancellationToken cancellationToken)
    {
        var row = Row(PartitionOf(marketplace, group), key, happened, customer, version);
        await SealAsync(row, happened, customer, cancellationToken);
        await tables.Get(Table).UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    private TableEntity Row(string partition, string key, PlatformEvent happened, PersonId? customer, long version) => new(partition, key)
    {
        ["EventId"] = happened.Id,
        ["Topic"] = happened.Topic,
        ["SentAt"] = happened.SentAt.ToDateTimeOffset(),
        [KeptAtColumn] = clock.GetUtcNow(),
        ["Customer"] = customer?.Value,
        ["Version"] = version,
        ["Digest"] = Convert.ToHexStringLower(SHA256.HashData(happened.Raw.Span)),
    };

    private async Task SealAsync(TableEntity row, PlatformEvent happened, PersonId? customer, CancellationToken cancellationToken)
    {
        var content = customer is { } person
            ? await vault.SealAsync(person, happened.Raw, cancellationToken)
            : vault.SealForApp(row.PartitionKey, happened.Raw.Span);
        await blobs.WriteAsync(Container, NameOf(row), content, cancellationToken);
    }

    /// <summary>False when somebody else wrote the row meanwhile.</summary>
    private async Task<bool> TryWriteAsync(TableEntity row, ETag? read, CancellationToken cancellationToken)
    {
        try
        {
            _ = read is { } etag
                ? await tables.Get(Table).UpdateEntityAsync(row, etag, TableUpdateMode.Replace, cancellationToken)
                : await tables.Get(Table).AddEntityAsync(row, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    private static string NameOf(TableEntity row) => $"{row.PartitionKey.Replace(':', '/')}/{row.RowKey}-{row.GetString("Digest")[..16]}";

    private static string PartitionOf(string marketplace, string group) =>
        $"{marketplace}:{Base32.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(group)), 26)}";
}
