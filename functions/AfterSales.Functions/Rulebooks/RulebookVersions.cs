using System.Security.Cryptography;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using NodaTime;
using NodaTime.Extensions;

namespace AfterSales.Functions.Rulebooks;

/// <summary>An entry as it is stored. <paramref name="ETag"/> is null for a shipped version that nobody has touched.</summary>
public sealed record StoredVersion(VersionEntry Entry, ETag? ETag);

/// <summary>
/// The versions of rulebooks: a table row each (partition = rulebook, row = version) and their texts as blobs named by digest. What comes
/// with the app is there without a row, published from the beginning.
/// </summary>
public sealed class RulebookVersions(Tables tables, Blobs blobs)
{
    public const string Table = "rulebooks";
    public const string Container = "rulebooks";

    private const string CheckColumn = "Check";
    private static readonly string[] FinalColumns =
        ["PartitionKey", "RowKey", "Digest", "State", "Author", "Publisher", "PublishedAt", "From"];

    /// <summary>All versions of a rulebook: drafts, then the others, the one that decides last first. None when there is no such rulebook.
    /// </summary>
    public async Task<IReadOnlyList<StoredVersion>> ListAsync(string id, CancellationToken cancellationToken)
    {
        var rows = new List<StoredVersion>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {id}");
        await foreach (var row in tables.Get(Table).QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            rows.Add(Read(row));
        }

        if (ShippedEntry(id) is { } shipped && !rows.Exists(row => row.Entry.Version == shipped.Version))
        {
            rows.Add(new StoredVersion(shipped, null));
        }

        return
        [
            .. rows.OrderBy(row => row.Entry.IsFinal)
                .ThenByDescending(row => row.Entry.From ?? Instant.MinValue)
                .ThenByDescending(row => row.Entry.SavedAt ?? Instant.MinValue)
                .ThenByDescending(row => row.Entry.Version, StringComparer.Ordinal),
        ];
    }

    /// <summary>The version of that name, or null, also where the name could be none.</summary>
    public async Task<StoredVersion?> FindAsync(string id, string version, CancellationToken cancellationToken)
    {
        if (!VersionEntry.IsId(id) || !VersionEntry.IsVersion(version)) return null;
        var row = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(id, version, cancellationToken: cancellationToken);
        return row.HasValue ? Read(row.Value!)
            : ShippedEntry(id) is { } shipped && shipped.Version == version ? new StoredVersion(shipped, null)
            : null;
    }

    /// <summary>Every version of every rulebook that was published, also those withdrawn since; without their checks.</summary>
    public async Task<IReadOnlyList<VersionEntry>> FinalAsync(CancellationToken cancellationToken)
    {
        var entries = new List<VersionEntry>();
        var filter = TableClient.CreateQueryFilter($"State eq {"published"} or State eq {"withdrawn"}");
        var rows = tables.Get(Table).QueryAsync<TableEntity>(filter, select: FinalColumns, cancellationToken: cancellationToken);
        await foreach (var row in rows)
        {
            entries.Add(Read(row).Entry);
        }

        return entries;
    }

    /// <summary>Writes the entry over the one that was read (null = there was none).</summary>
    /// <returns>The new ETag; null when somebody else wrote meanwhile.</returns>
    public async Task<ETag?> WriteAsync(VersionEntry entry, ETag? read, CancellationToken cancellationToken)
    {
        try
        {
            var written = read is { } etag
                ? await tables.Get(Table).UpdateEntityAsync(Row(entry), etag, TableUpdateMode.Replace, cancellationToken)
                : await tables.Get(Table).AddEntityAsync(Row(entry), cancellationToken);
            return written.Headers.ETag;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return null;
        }
    }

    /// <summary>Keeps a text for good; the same text is kept once.</summary>
    public Task KeepTextAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken) =>
        blobs.WriteOnceAsync(Container, Name(DigestOf(text.Span)), text, cancellationToken);

    /// <summary>The text of that digest, or null when nobody kept it. Shipped texts are there without being kept.</summary>
    public async Task<byte[]?> TextAsync(string id, string digest, CancellationToken cancellationToken) =>
        ShippedRulebooks.Find(id) is { } shipped && shipped.Version.Digest == digest
            ? ShippedRulebooks.Text(id).ToArray()
            : await blobs.ReadAsync(Container, Name(digest), cancellationToken);

    public static string DigestOf(ReadOnlySpan<byte> text) => Convert.ToHexStringLower(SHA256.HashData(text));

    /// <summary>The entry of the version that comes with the app; null when none does.</summary>
    public static VersionEntry? ShippedEntry(string id) => ShippedRulebooks.Find(id)?.Version is { } version
        ? new VersionEntry(
            version.Id, version.Version, version.Digest, VersionState.Published, VersionEntry.Shipped, null, CheckReport.None,
            VersionEntry.Shipped)
        : null;

    private static string Name(string digest) => $"{digest}.yaml";

    private static TableEntity Row(VersionEntry entry)
    {
        var row = new TableEntity(entry.Id, entry.Version)
        {
            ["Digest"] = entry.Digest,
            ["State"] = WireName(entry.State),
            ["Author"] = entry.Author,
            ["SavedAt"] = entry.SavedAt?.ToDateTimeOffset(),
            ["Publisher"] = entry.Publisher,
            ["PublishedAt"] = entry.PublishedAt?.ToDateTimeOffset(),
            ["From"] = entry.From?.ToDateTimeOffset(),
            ["WithdrawnBy"] = entry.WithdrawnBy,
            ["WithdrawnAt"] = entry.WithdrawnAt?.ToDateTimeOffset(),
            ["Reason"] = entry.Reason,
        };
        LongColumn.Write(row, CheckColumn, AppJson.ToBytes(entry.Check));
        return row;
    }

    private static StoredVersion Read(TableEntity row) => new(
        new VersionEntry(
            row.PartitionKey,
            row.RowKey,
            row.GetString("Digest"),
            Enum.Parse<VersionState>(row.GetString("State"), ignoreCase: true),
            row.GetString("Author"),
            At(row, "SavedAt"),
            row.ContainsKey(CheckColumn) ? AppJson.From<CheckReport>(LongColumn.Read(row, CheckColumn)) : CheckReport.None,
            row.GetString("Publisher"),
            At(row, "PublishedAt"),
            At(row, "From"),
            row.GetString("WithdrawnBy"),
            At(row, "WithdrawnAt"),
            row.GetString("Reason")),
        row.ETag);

    private static Instant? At(TableEntity row, string column) => row.GetDateTimeOffset(column)?.ToInstant();

    private static string WireName(VersionState state) => state.ToString().ToLowerInvariant();
}
