using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace AfterSales.LocalRuntime.Engine.Storage.Blobs;

/// <summary>A blob as a change left it, and the files that no row names any more.</summary>
internal sealed record BlobChange(BlobRow Blob, List<string> Garbage);

/// <summary>
/// The rows of Azure Blobs in SQLite. A blob is an ordered list of segments (a Put Blob makes one, a Put Block List one a block, an
/// Append Block one); a segment's bytes are in its row or in a file. Committing blocks moves rows, not bytes.
/// </summary>
internal sealed class BlobRows
{
    public const string Schema =
        """
        CREATE TABLE IF NOT EXISTS storage_containers (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, metadata TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS storage_blobs (
            id INTEGER PRIMARY KEY AUTOINCREMENT, container INTEGER NOT NULL, name TEXT NOT NULL, kind INTEGER NOT NULL,
            length INTEGER NOT NULL, version INTEGER NOT NULL, created INTEGER NOT NULL, blocks INTEGER NOT NULL, properties TEXT NOT NULL,
            UNIQUE (container, name));
        CREATE TABLE IF NOT EXISTS storage_segments (
            blob INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL, block TEXT, content BLOB, file TEXT,
            UNIQUE (blob, start));
        CREATE INDEX IF NOT EXISTS storage_segment_files ON storage_segments (file) WHERE file IS NOT NULL;
        CREATE TABLE IF NOT EXISTS storage_blocks (
            id INTEGER PRIMARY KEY AUTOINCREMENT, container INTEGER NOT NULL, name TEXT NOT NULL, block TEXT NOT NULL,
            length INTEGER NOT NULL, content BLOB, file TEXT, UNIQUE (container, name, block));
        CREATE INDEX IF NOT EXISTS storage_block_files ON storage_blocks (file) WHERE file IS NOT NULL;

        """;

    private const string BlobColumns = "id, container, name, kind, length, version, created, blocks, properties";
    private const int MaxAppendedBlocks = 50_000;

    private long _lastVersion;

    /// <summary>The files that rows name.</summary>
    public static HashSet<string> Files(StoreSession session) => new(
        session.Query(
            "SELECT file FROM storage_segments WHERE file IS NOT NULL UNION SELECT file FROM storage_blocks WHERE file IS NOT NULL",
            r => r.GetString(0)),
        StringComparer.Ordinal);

    /// <exception cref="StorageError">404 ContainerNotFound.</exception>
    public static ContainerRow Container(StoreSession session, string name) =>
        session.Query("SELECT id, name, version, metadata FROM storage_containers WHERE name=$1", ToContainer, name) is [var row]
            ? row
            : throw new StorageError(404, "ContainerNotFound", "The specified container does not exist.");

    public static List<ContainerRow> Containers(StoreSession session, string prefix, string from, int limit) =>
        session.Query(
            """
            SELECT id, name, version, metadata FROM storage_containers
            WHERE name>=$1 AND substr(name, 1, length($2))=$2 ORDER BY name LIMIT $3
            """,
            ToContainer, from, prefix, limit);

    /// <exception cref="StorageError">404 ContainerNotFound or BlobNotFound.</exception>
    public static BlobRow Blob(StoreSession session, string container, string name) =>
        Find(session, Container(session, container).Id, name) ?? throw NotFound();

    /// <summary>The blob's segments that overlap [start, end), in order.</summary>
    public static List<Segment> Segments(StoreSession session, long blob, long start, long end) =>
        session.Query(
            """
            SELECT start, length, content, file FROM storage_segments
            WHERE blob=$1 AND start<$3 AND start>=(SELECT max(start) FROM storage_segments WHERE blob=$1 AND start<=$2) ORDER BY start
            """,
            r => new Segment(
                r.GetInt64(0), r.GetInt64(1), r.IsDBNull(2) ? null : r.GetFieldValue<byte[]>(2), r.IsDBNull(3) ? null : r.GetString(3)),
            blob, start, end);

    /// <summary>One page of names from <paramref name="from"/> on that start with <paramref name="prefix"/>; names that have
    /// <paramref name="delimiter"/> after it are one entry together.</summary>
    public static BlobPage List(StoreSession session, long container, string prefix, string? delimiter, string from, int limit)
    {
        var page = new BlobPage([], [], null);
        var next = string.CompareOrdinal(from, prefix) > 0 ? from : prefix;
        while (true)
        {
            var chunk = Names(session, container, next, delimiter is null ? limit + 1 : Math.Min(limit + 1, 64));
            var jumped = false;
            foreach (var blob in chunk)
            {
                if (!blob.Name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    return page;
                }

                if (page.Blobs.Count + page.Prefixes.Count == limit)
                {
                    return page with { Next = blob.Name };
                }

                var end = delimiter is null ? -1 : blob.Name.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
                if (end >= 0)
                {
                    var directory = blob.Name[..(end + delimiter!.Length)];
                    page.Prefixes.Add(directory);
                    // Nothing sorts after the last code point: the next name is outside this directory.
                    next = directory + "\U0010FFFF";
                    jumped = true;
                    break;
                }

                page.Blobs.Add(blob);
                next = blob.Name + '\0';
            }

            if (!jumped && chunk.Count == 0)
            {
                return page;
            }
        }
    }

    /// <summary>The committed blocks (null: there is no blob) and those that wait for a commit.</summary>
    public static (BlobRow? Blob, List<BlockRow> Committed, List<BlockRow> Uncommitted) Blocks(
        StoreSession session, string container, string name)
    {
        var id = Container(session, container).Id;
        var blob = Find(session, id, name);
        var uncommitted = session.Query(
            "SELECT block, length FROM storage_blocks WHERE container=$1 AND name=$2 ORDER BY block", ToBlock, id, name);
        if (blob is null && uncommitted.Count == 0)
        {
            throw NotFound();
        }

        var committed = blob is null
            ? []
            : session.Query(
                "SELECT block, length FROM storage_segments WHERE blob=$1 AND block IS NOT NULL ORDER BY start", ToBlock, blob.Id);
        return (blob, committed, uncommitted);
    }

    /// <exception cref="StorageError">409 ContainerAlreadyExists.</exception>
    public long CreateContainer(StoreSession session, string name, IReadOnlyDictionary<string, string> metadata)
    {
        var version = NextVersion(0);
        return session.Execute(
            "INSERT INTO storage_containers (name, version, metadata) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            name, version, JsonSerializer.Serialize(metadata)) == 1
            ? version
            : throw new StorageError(409, "ContainerAlreadyExists", "The specified container already exists.");
    }

    public long SetContainerMetadata(
        StoreSession session, string name, BlobConditions conditions, IReadOnlyDictionary<string, string> metadata)
    {
        var container = Container(session, name);
        conditions.CheckChange(container.Version);
        var version = NextVersion(container.Version);
        session.Execute(
            "UPDATE storage_containers SET version=$2, metadata=$3 WHERE id=$1", container.Id, version, JsonSerializer.Serialize(metadata));
        return version;
    }

    /// <summary>Deletes a container with all that is in it; returns files to remove.</summary>
    public static List<string> DeleteContainer(StoreSession session, string name, BlobConditions conditions)
    {
        var container = Container(session, name);
        conditions.CheckChange(container.Version);
        var files = session.Query(
            "DELETE FROM storage_segments WHERE blob IN (SELECT id FROM storage_blobs WHERE container=$1) RETURNING file",
            ToFile, container.Id);
        files.AddRange(session.Query("DELETE FROM storage_blocks WHERE container=$1 RETURNING file", ToFile, container.Id));
        session.Execute("DELETE FROM storage_blobs WHERE container=$1", container.Id);
        session.Execute("DELETE FROM storage_containers WHERE id=$1", container.Id);
        return Unnamed(session, files);
    }

    /// <summary>Creates or overwrites a blob with the bytes that came.</summary>
    public BlobChange Put(
        StoreSession session,
        string container,
        string name,
        BlobKind kind,
        BlobConditions conditions,
        BlobProperties properties,
        ReceivedBytes bytes)
    {
        var containerId = Container(session, container).Id;
        var existing = Find(session, containerId, name);
        conditions.CheckCreate(existing);
        var files = Remove(session, containerId, name, existing);
        var blob = Insert(session, containerId, name, kind, existing, properties);
        if (bytes.Length > 0)
        {
            InsertSegment(session, blob.Id, 0, bytes);
        }

        session.Execute("UPDATE storage_blobs SET length=$2 WHERE id=$1", blob.Id, bytes.Length);
        return new(blob with { Length = bytes.Length }, Unnamed(session, files));
    }

    /// <summary>Keeps a block for a later commit; one with the same id that waited is replaced. Returns files to remove.</summary>
    /// <exception cref="StorageError">400 InvalidBlobOrBlock, 409 InvalidBlobType.</exception>
    public static List<string> PutBlock(StoreSession session, string container, string name, string block, ReceivedBytes bytes)
    {
        var id = Container(session, container).Id;
        CheckKind(Find(session, id, name), BlobKind.BlockBlob);
        var other = session.Scalar("SELECT length(block) FROM storage_blocks WHERE container=$1 AND name=$2 LIMIT 1", id, name);
        if (other is long length && length != block.Length)
        {
            throw new StorageError(
                400, "InvalidBlobOrBlock", "The specified blob or block content is invalid: block ids of a blob have one length.");
        }

        var files = session.Query(
            "DELETE FROM storage_blocks WHERE container=$1 AND name=$2 AND block=$3 RETURNING file", ToFile, id, name, block);
        session.Execute(
            "INSERT INTO storage_blocks (container, name, block, length, content, file) VALUES ($1, $2, $3, $4, $5, $6)",
            id, name, block, bytes.Length, bytes.Content, bytes.File);
        return Unnamed(session, files);
    }

    /// <summary>Makes the blob of the named blocks, in that order; all other blocks of the blob are dropped.</summary>
    /// <exception cref="StorageError">400 InvalidBlockList.</exception>
    public BlobChange PutBlockList(
        StoreSession session,
        string container,
        string name,
        BlobConditions conditions,
        BlobProperties properties,
        List<(string List, string Id)> blocks)
    {
        var containerId = Container(session, container).Id;
        var existing = Find(session, containerId, name);
        conditions.CheckCreate(existing);
        // The new blob is made beside the old one, whose blocks it may take over; the old name makes room first.
        session.Execute("UPDATE storage_blobs SET container=-1 WHERE id=$1", existing?.Id ?? 0);
        var blob = Insert(session, containerId, name, BlobKind.BlockBlob, existing, properties);
        var length = 0L;
        foreach (var (list, id) in blocks)
        {
            length += CopyBlock(session, blob, length, list, id, existing);
        }

        var files = Remove(session, containerId, name, existing);
        session.Execute("UPDATE storage_blobs SET length=$2, blocks=$3 WHERE id=$1", blob.Id, length, blocks.Count);
        return new(blob with { Length = length, Blocks = blocks.Count }, Unnamed(session, files));
    }

    /// <summary>Adds a block at the end; returns the blob as it is then.</summary>
    /// <exception cref="StorageError">404 BlobNotFound, 409 InvalidBlobType, 412 AppendPositionConditionNotMet,
    /// MaxBlobSizeConditionNotMet.</exception>
    public BlobRow Append(
        StoreSession session,
        string container,
        string name,
        BlobConditions conditions,
        long? position,
        long? maxLength,
        ReceivedBytes bytes)
    {
        var blob = Blob(session, container, name);
        CheckKind(blob, BlobKind.AppendBlob);
        conditions.CheckChange(blob.Version);
        if (position is not null && position != blob.Length)
        {
            throw new StorageError(412, "AppendPositionConditionNotMet", "The append position condition specified was not met.");
        }

        if (blob.Length + bytes.Length > maxLength)
        {
            throw new StorageError(412, "MaxBlobSizeConditionNotMet", "The max blob size condition specified was not met.");
        }

        if (blob.Blocks >= MaxAppendedBlocks)
        {
            throw new StorageError(
                409, "BlockCountExceedsLimit", "The committed block count cannot exceed the maximum limit of 50,000 blocks.");
        }

        InsertSegment(session, blob.Id, blob.Length, bytes);
        var changed = blob with { Length = blob.Length + bytes.Length, Blocks = blob.Blocks + 1, Version = NextVersion(blob.Version) };
        session.Execute(
            "UPDATE storage_blobs SET length=$2, blocks=$3, version=$4 WHERE id=$1",
            blob.Id, changed.Length, changed.Blocks, changed.Version);
        return changed;
    }

    /// <summary>Changes headers or metadata.</summary>
    public BlobRow SetProperties(
        StoreSession session, string container, string name, BlobConditions conditions, Func<BlobProperties, BlobProperties> change)
    {
        var blob = Blob(session, container, name);
        conditions.CheckChange(blob.Version);
        var changed = blob with { Properties = change(blob.Properties), Version = NextVersion(blob.Version) };
        session.Execute(
            "UPDATE storage_blobs SET version=$2, properties=$3 WHERE id=$1", blob.Id, changed.Version, changed.Properties.ToJson());
        return changed;
    }

    /// <summary>Deletes a blob; returns files to remove.</summary>
    public static List<string> Delete(StoreSession session, string container, string name, BlobConditions conditions)
    {
        var blob = Blob(session, container, name);
        conditions.CheckChange(blob.Version);
        return Unnamed(session, Remove(session, blob.Container, name, blob));
    }

    private static BlobRow? Find(StoreSession session, long container, string name) =>
        session.Query($"SELECT {BlobColumns} FROM storage_blobs WHERE container=$1 AND name=$2", ToBlob, container, name) is [var row]
            ? row
            : null;

    private static List<BlobRow> Names(StoreSession session, long container, string from, int limit) => session.Query(
        $"SELECT {BlobColumns} FROM storage_blobs WHERE container=$1 AND name>=$2 ORDER BY name LIMIT $3",
        ToBlob, container, from, limit);

    private BlobRow Insert(StoreSession session, long container, string name, BlobKind kind, BlobRow? before, BlobProperties properties)
    {
        var version = NextVersion(before?.Version ?? 0);
        session.Execute(
            """
            INSERT INTO storage_blobs (container, name, kind, length, version, created, blocks, properties)
            VALUES ($1, $2, $3, 0, $4, $4, 0, $5)
            """,
            container, name, (long)kind, version, properties.ToJson());
        return new(session.LastInsertRowId, container, name, kind, 0, version, version, 0, properties);
    }

    private static void InsertSegment(StoreSession session, long blob, long start, ReceivedBytes bytes) => session.Execute(
        "INSERT INTO storage_segments (blob, start, length, content, file) VALUES ($1, $2, $3, $4, $5)",
        blob, start, bytes.Length, bytes.Content, bytes.File);

    /// <summary>Takes a block into the new blob and returns its length.</summary>
    private static long CopyBlock(StoreSession session, BlobRow blob, long start, string list, string id, BlobRow? existing)
    {
        object? length = null;
        if (list is "Uncommitted" or "Latest")
        {
            length = session.Scalar(
                """
                INSERT INTO storage_segments (blob, start, length, block, content, file)
                SELECT $1, $2, length, block, content, file FROM storage_blocks WHERE container=$3 AND name=$4 AND block=$5 RETURNING length
                """,
                blob.Id, start, blob.Container, blob.Name, id);
        }

        if (length is null && existing is not null && list is "Committed" or "Latest")
        {
            length = session.Scalar(
                """
                INSERT INTO storage_segments (blob, start, length, block, content, file)
                SELECT $1, $2, length, block, content, file FROM storage_segments WHERE blob=$3 AND block=$4 LIMIT 1 RETURNING length
                """,
                blob.Id, start, existing.Id, id);
        }

        return length as long? ?? throw new StorageError(400, "InvalidBlockList", "The specified block list is invalid.");
    }

    /// <summary>Removes a blob's rows and its waiting blocks; returns the files that they named.</summary>
    private static List<string> Remove(StoreSession session, long container, string name, BlobRow? blob)
    {
        var files = session.Query("DELETE FROM storage_blocks WHERE container=$1 AND name=$2 RETURNING file", ToFile, container, name);
        if (blob is not null)
        {
            session.Execute("DELETE FROM storage_blobs WHERE id=$1", blob.Id);
            files.AddRange(session.Query("DELETE FROM storage_segments WHERE blob=$1 RETURNING file", ToFile, blob.Id));
        }

        return files;
    }

    /// <summary>Those of the files that no row names any more.</summary>
    private static List<string> Unnamed(StoreSession session, List<string> files) =>
    [
        .. files.Where(f => f.Length > 0).Distinct(StringComparer.Ordinal).Where(f =>
            session.Scalar("SELECT 1 FROM storage_segments WHERE file=$1 UNION ALL SELECT 1 FROM storage_blocks WHERE file=$1", f) is null),
    ];

    private static void CheckKind(BlobRow? blob, BlobKind wanted)
    {
        if (blob is not null && blob.Kind != wanted)
        {
            throw new StorageError(409, "InvalidBlobType", "The blob type is invalid for this operation.");
        }
    }

    private static StorageError NotFound() => new(404, "BlobNotFound", "The specified blob does not exist.");

    private static ContainerRow ToContainer(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetInt64(2), JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(3))!);

    private static BlobRow ToBlob(SqliteDataReader row) => new(
        row.GetInt64(0),
        row.GetInt64(1),
        row.GetString(2),
        (BlobKind)row.GetInt32(3),
        row.GetInt64(4),
        row.GetInt64(5),
        row.GetInt64(6),
        row.GetInt32(7),
        BlobProperties.Parse(row.GetString(8)));

    private static BlockRow ToBlock(SqliteDataReader row) => new(row.GetString(0), row.GetInt64(1));

    private static string ToFile(SqliteDataReader row) => row.IsDBNull(0) ? "" : row.GetString(0);

    // Only the store's writer calls this.
    private long NextVersion(long before) => _lastVersion = Math.Max(Math.Max(_lastVersion, before) + 1, DateTime.UtcNow.Ticks);
}
