using System.Globalization;

namespace AfterSales.LocalRuntime.Engine.Storage.Tables;

/// <summary>What a change does to its row.</summary>
internal enum ChangeKind
{
    Insert,
    InsertOrReplace,
    InsertOrMerge,
    Replace,
    Merge,
    Delete,
}

/// <summary>One change of one row.</summary>
/// <param name="IfMatch">The version that the row must have; null: any.</param>
internal sealed record EntityChange(ChangeKind Kind, string Table, string PartitionKey, string RowKey, byte[] Body, long? IfMatch);

/// <summary>A stored row. The version is the instant of the last change in ticks, higher than that of any earlier state.</summary>
internal readonly record struct EntityRow(string PartitionKey, string RowKey, long Version, byte[] Body);

/// <summary>The rows of Azure Tables in SQLite: one index of (table, partition, row), the properties as one JSON value.</summary>
internal sealed class TableRows
{
    // Rows with a rowid, not WITHOUT ROWID: an event's JSON is a kilobyte or two, which the pages of an index push to overflow pages.
    // Measured with bodies of 1,000 bytes in random partitions: a third of the time to insert, a third of the file.
    public const string Schema =
        """
        CREATE TABLE IF NOT EXISTS storage_tables (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE COLLATE NOCASE);
        CREATE TABLE IF NOT EXISTS storage_entities (
            id INTEGER PRIMARY KEY, tab INTEGER NOT NULL, pk TEXT NOT NULL, rk TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL,
            UNIQUE (tab, pk, rk));

        """;

    public const string PointSql = "SELECT version, body FROM storage_entities WHERE tab=$1 AND pk=$2 AND rk=$3";

    public const string PartitionSql =
        "SELECT pk, rk, version, body FROM storage_entities WHERE tab=$1 AND pk=$2 AND rk>=$3 AND rk<$4 ORDER BY rk LIMIT $5";

    public const string RangeSql =
        """
        SELECT pk, rk, version, body FROM storage_entities
        WHERE tab=$1 AND (pk, rk)>=($2, $3) AND pk<$4 AND rk>=$5 AND rk<$6 ORDER BY pk, rk LIMIT $7
        """;

    // A blob is greater than every text, so it stands for "no upper end".
    private static readonly byte[] NoEnd = [];

    private long _lastVersion;

    /// <exception cref="StorageError">409 TableAlreadyExists.</exception>
    public static void CreateTable(StoreSession session, string name)
    {
        if (session.Execute("INSERT INTO storage_tables (name) VALUES ($1) ON CONFLICT DO NOTHING", name) == 0)
        {
            throw new StorageError(409, "TableAlreadyExists", "The table specified already exists.");
        }
    }

    /// <exception cref="StorageError">404 ResourceNotFound.</exception>
    public static void DeleteTable(StoreSession session, string name)
    {
        if (session.Scalar("DELETE FROM storage_tables WHERE name=$1 RETURNING id", name) is not long id)
        {
            throw NotFound();
        }

        session.Execute("DELETE FROM storage_entities WHERE tab=$1", id);
    }

    /// <summary>Table names from <paramref name="from"/> on, in order.</summary>
    public static List<string> TableNames(StoreSession session, string from, int limit) =>
        session.Query("SELECT name FROM storage_tables WHERE name>=$1 ORDER BY name LIMIT $2", r => r.GetString(0), from, limit);

    /// <exception cref="StorageError">404 TableNotFound.</exception>
    public static long TableId(StoreSession session, string name) =>
        session.Scalar("SELECT id FROM storage_tables WHERE name=$1", name) is long id
            ? id
            : throw new StorageError(404, "TableNotFound", "The table specified does not exist.");

    /// <exception cref="StorageError">404 TableNotFound or ResourceNotFound.</exception>
    public static EntityRow Get(StoreSession session, string table, string partitionKey, string rowKey) =>
        Find(session, TableId(session, table), partitionKey, rowKey) ?? throw NotFound();

    /// <summary>Up to <paramref name="limit"/> rows of <paramref name="box"/> from the given key on, in key order.</summary>
    public static List<EntityRow> Read(StoreSession session, long table, KeyBox box, string fromPartition, string fromRow, int limit)
    {
        if (box.Partition.IsPoint)
        {
            var resumes = fromPartition == box.Partition.From && KeyOrder.Compare(fromRow, box.Row.From) > 0;
            return session.Query(PartitionSql, ToRow, table, box.Partition.From, resumes ? fromRow : box.Row.From, End(box.Row), limit);
        }

        var startsInside = KeyOrder.Compare(fromPartition, box.Partition.From) >= 0;
        return session.Query(
            RangeSql,
            ToRow,
            table,
            startsInside ? fromPartition : box.Partition.From,
            startsInside ? fromRow : "",
            End(box.Partition),
            box.Row.From,
            End(box.Row),
            limit);
    }

    /// <summary>Makes one change and returns the row's new version (0 for a row that is gone).</summary>
    /// <exception cref="StorageError">409 EntityAlreadyExists, 404 ResourceNotFound, 412 UpdateConditionNotSatisfied.</exception>
    public long Apply(StoreSession session, long table, EntityChange change)
    {
        var version = NextVersion();
        switch (change.Kind)
        {
            case ChangeKind.Insert:
                return session.Execute(
                    "INSERT INTO storage_entities (tab, pk, rk, version, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                    table, change.PartitionKey, change.RowKey, version, change.Body) == 1
                    ? version
                    : throw new StorageError(409, "EntityAlreadyExists", "The specified entity already exists.");
            case ChangeKind.InsertOrReplace:
                return Upsert(session, table, change, version, change.Body);
            case ChangeKind.InsertOrMerge:
                var before = Find(session, table, change.PartitionKey, change.RowKey);
                return Upsert(session, table, change, version, before is { } old ? EntityBody.Merge(old.Body, change.Body) : change.Body);
            case ChangeKind.Replace:
                return Replace(session, table, change, version) ?? throw Refusal(session, table, change);
            case ChangeKind.Merge:
                var stored = Find(session, table, change.PartitionKey, change.RowKey);
                return stored is { } row && (change.IfMatch is null || change.IfMatch == row.Version)
                    ? Upsert(session, table, change, version, EntityBody.Merge(row.Body, change.Body))
                    : throw Refusal(session, table, change);
            case ChangeKind.Delete:
                return session.Execute(
                    "DELETE FROM storage_entities WHERE tab=$1 AND pk=$2 AND rk=$3 AND ($4 IS NULL OR version=$4)",
                    table, change.PartitionKey, change.RowKey, change.IfMatch) == 1
                    ? 0
                    : throw Refusal(session, table, change);
            default:
                throw new InvalidOperationException($"No meaning for {change.Kind}.");
        }
    }

    private static long Upsert(StoreSession session, long table, EntityChange change, long version, byte[] body) =>
        (long)session.Scalar(
            """
            INSERT INTO storage_entities (tab, pk, rk, version, body) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (tab, pk, rk) DO UPDATE SET version=max(excluded.version, version+1), body=excluded.body
            RETURNING version
            """,
            table, change.PartitionKey, change.RowKey, version, body)!;

    private static long? Replace(StoreSession session, long table, EntityChange change, long version) =>
        (long?)session.Scalar(
            """
            UPDATE storage_entities SET version=max($4, version+1), body=$5
            WHERE tab=$1 AND pk=$2 AND rk=$3 AND ($6 IS NULL OR version=$6) RETURNING version
            """,
            table, change.PartitionKey, change.RowKey, version, change.Body, change.IfMatch);

    /// <summary>Why a change found no row: there is none, or it has another version.</summary>
    private static StorageError Refusal(StoreSession session, long table, EntityChange change) =>
        Find(session, table, change.PartitionKey, change.RowKey) is null
            ? NotFound()
            : new(412, "UpdateConditionNotSatisfied", "The update condition specified in the request was not satisfied.");

    private static EntityRow? Find(StoreSession session, long table, string partitionKey, string rowKey)
    {
        var rows = session.Query(
            PointSql,
            r => new EntityRow(partitionKey, rowKey, r.GetInt64(0), r.GetFieldValue<byte[]>(1)),
            table, partitionKey, rowKey);
        return rows.Count == 0 ? null : rows[0];
    }

    private static EntityRow ToRow(Microsoft.Data.Sqlite.SqliteDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3));

    private static object End(KeyRange range) => (object?)range.Until ?? NoEnd;

    private static StorageError NotFound() => new(404, "ResourceNotFound", "The specified resource does not exist.");

    // Only the store's writer calls this. A clock set back does not let a row have the same version twice: the statements count on.
    private long NextVersion() => _lastVersion = Math.Max(_lastVersion + 1, DateTime.UtcNow.Ticks);
}

/// <summary>The service's form of a row's version: <c>W/"datetime'2026-11-02T01%3A00%3A00.0000000Z'"</c>.</summary>
internal static class EntityTag
{
    private const string Prefix = "W/\"datetime'";
    private const string Suffix = "'\"";

    public static string Format(long version) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Instant(version).Replace(":", "%3A", StringComparison.Ordinal)}{Suffix}");

    /// <summary>The version as the <c>Timestamp</c> property shows it.</summary>
    public static string Instant(long version) =>
        new DateTime(version, DateTimeKind.Utc).ToString(EdmValue.InstantFormat, CultureInfo.InvariantCulture);

    /// <summary>The version that an <c>If-Match</c> asks for; null for <c>*</c>.</summary>
    /// <exception cref="StorageError">400 InvalidInput: not a tag of this service.</exception>
    public static long? Parse(string ifMatch)
    {
        if (ifMatch == "*")
        {
            return null;
        }

        if (ifMatch.StartsWith(Prefix, StringComparison.Ordinal) && ifMatch.EndsWith(Suffix, StringComparison.Ordinal)
            && EdmValue.ParseInstant(Uri.UnescapeDataString(ifMatch[Prefix.Length..^Suffix.Length])) is { } instant)
        {
            return instant.Ticks;
        }

        throw new StorageError(400, "InvalidInput", $"The etag value '{ifMatch}' specified in one of the request headers is not valid.");
    }
}
