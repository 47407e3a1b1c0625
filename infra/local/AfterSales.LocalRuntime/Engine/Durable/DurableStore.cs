using System.Text.Json;
using AfterSales.LocalRuntime.Engine.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>
/// The durable engine's tables. An instance is one row; each step of it appends one row of history, which holds what came in and what
/// the code asked for. Pending activities, timers and unread events are not kept again: they follow from the history of the
/// instances that have not ended. So a step costs one insert.
/// </summary>
internal static class DurableStore
{
    /// <summary>The stored status of an instance that has not ended; whether it runs already is seen from its history.</summary>
    public const int Live = (int)OrchestrationRuntimeStatus.Pending;

    public const string Schema = """
        CREATE TABLE IF NOT EXISTS durable_instances (
            key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, status INTEGER NOT NULL, execution INTEGER NOT NULL,
            created INTEGER NOT NULL, updated INTEGER, start_at INTEGER, input TEXT, output TEXT,
            custom_status TEXT, failure TEXT, tags TEXT);
        CREATE INDEX IF NOT EXISTS durable_live ON durable_instances (key) WHERE status = 6;
        CREATE TABLE IF NOT EXISTS durable_history (
            key INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, events BLOB NOT NULL, PRIMARY KEY (key, seq)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS durable_sent (seq INTEGER PRIMARY KEY, target TEXT NOT NULL, name TEXT NOT NULL, payload TEXT);
        CREATE TABLE IF NOT EXISTS durable_detached (
            key INTEGER NOT NULL, execution INTEGER NOT NULL, task INTEGER NOT NULL, instance TEXT NOT NULL, name TEXT NOT NULL, input TEXT,
            PRIMARY KEY (key, execution, task)) WITHOUT ROWID;
        """;

    private const string MetadataColumns = """
        SELECT i.key, i.id, i.name,
            CASE WHEN i.status = 6 AND (i.execution > 0 OR h.at >= COALESCE(i.start_at, 0)) THEN 0 ELSE i.status END AS status,
            i.created, COALESCE(i.updated, h.at, i.created), i.input, i.output, i.custom_status, i.failure, i.tags
        FROM durable_instances i
        LEFT JOIN durable_history h ON h.key = i.key AND h.seq = (SELECT MAX(seq) FROM durable_history WHERE key = i.key)
        """;

    /// <summary>Adds an instance, in place of one of the same id that has ended.</summary>
    /// <returns>Null; or the status of the instance that is there and must not be replaced.</returns>
    public static OrchestrationRuntimeStatus? Insert(
        StoreSession session, NewInstance start, IReadOnlyCollection<OrchestrationRuntimeStatus> refused)
    {
        if (TryInsert(session, start))
        {
            return null;
        }

        var existing = session.Query(
            "SELECT key, status FROM durable_instances WHERE id = $1",
            r => (Key: r.GetInt64(0), Status: (OrchestrationRuntimeStatus)r.GetInt32(1)), start.Id)[0];
        if (existing.Status == OrchestrationRuntimeStatus.Pending || refused.Contains(existing.Status))
        {
            return existing.Status;
        }

        Delete(session, existing.Key);
        TryInsert(session, start);
        return null;
    }

    public static void AppendHistory(StoreSession session, long key, int seq, long at, byte[] events) =>
        session.Execute("INSERT INTO durable_history (key, seq, at, events) VALUES ($1, $2, $3, $4)", key, seq, at, events);

    public static void SetCustomStatus(StoreSession session, long key, string? status) =>
        session.Execute("UPDATE durable_instances SET custom_status = $2 WHERE key = $1", key, status == "null" ? null : status);

    public static void End(
        StoreSession session, long key, OrchestrationRuntimeStatus status, long at, string? output, TaskFailureDetails? failure) =>
        session.Execute(
            "UPDATE durable_instances SET status = $2, updated = $3, output = $4, failure = $5 WHERE key = $1",
            key, (int)status, at, output, failure is null ? null : JsonSerializer.Serialize(failure));

    public static void ContinueAsNew(StoreSession session, long key, int execution, string? input)
    {
        session.Execute("DELETE FROM durable_history WHERE key = $1", key);
        session.Execute("UPDATE durable_instances SET execution = $2, input = $3 WHERE key = $1", key, execution, input);
    }

    public static void AddSent(StoreSession session, long seq, in HistoryEvent sent) =>
        session.Execute(
            "INSERT INTO durable_sent (seq, target, name, payload) VALUES ($1, $2, $3, $4)", seq, sent.Target, sent.Name, sent.Data);

    public static void RemoveSent(StoreSession session, long seq) => session.Execute("DELETE FROM durable_sent WHERE seq = $1", seq);

    public static void AddDetached(
        StoreSession session, long key, int execution, string instance, OpenActivity activity) => session.Execute(
        "INSERT INTO durable_detached (key, execution, task, instance, name, input) VALUES ($1, $2, $3, $4, $5, $6)",
        key, execution, activity.TaskId, instance, activity.Name, activity.Input);

    public static void RemoveDetached(StoreSession session, long key, int execution, int task) =>
        session.Execute("DELETE FROM durable_detached WHERE key = $1 AND execution = $2 AND task = $3", key, execution, task);

    /// <summary>Removes an instance that has ended; false when there is none.</summary>
    public static bool Purge(StoreSession session, string id)
    {
        if (session.Scalar("SELECT key FROM durable_instances WHERE id = $1 AND status <> 6", id) is not long key)
        {
            return false;
        }

        Delete(session, key);
        return true;
    }

    /// <summary>Removes instances that have ended, at most <paramref name="max"/>; returns how many.</summary>
    public static int Purge(StoreSession session, PurgeInstancesFilter filter, int max)
    {
        var statuses = filter.Statuses is null ? null : JsonSerializer.Serialize(filter.Statuses.Select(s => (int)s));
        var keys = session.Query(
            """
            SELECT key FROM durable_instances WHERE status <> 6 AND ($1 IS NULL OR created >= $1) AND ($2 IS NULL OR created <= $2)
                AND ($3 IS NULL OR status IN (SELECT value FROM json_each($3))) ORDER BY key LIMIT $4
            """,
            r => r.GetInt64(0), filter.CreatedFrom?.UtcTicks, filter.CreatedTo?.UtcTicks, statuses, max);
        keys.ForEach(key => Delete(session, key));
        return keys.Count;
    }

    public static InstanceRow? Find(StoreSession session, string id) =>
        session.Query(MetadataColumns + " WHERE i.id = $1", ReadRow, id).FirstOrDefault();

    /// <summary>One page of instances in the order of their creation, after the key <paramref name="after"/>.</summary>
    public static List<InstanceRow> List(StoreSession session, OrchestrationQuery query, long after, int max)
    {
        var statuses = query.Statuses is null ? null : JsonSerializer.Serialize(query.Statuses.Select(s => (int)s));
        return session.Query(
            "SELECT * FROM (" + MetadataColumns + """
             WHERE i.key > $1 AND ($2 IS NULL OR i.created >= $2) AND ($3 IS NULL OR i.created <= $3)
                AND ($4 IS NULL OR substr(i.id, 1, length($4)) = $4))
            WHERE ($5 IS NULL OR status IN (SELECT value FROM json_each($5))) ORDER BY key LIMIT $6
            """,
            ReadRow, after, query.CreatedFrom?.UtcTicks, query.CreatedTo?.UtcTicks, query.InstanceIdPrefix, statuses, max);
    }

    public static List<HistoryChunk> History(StoreSession session, long key) => session.Query(
        "SELECT seq, at, events FROM durable_history WHERE key = $1 ORDER BY seq",
        r => new HistoryChunk(r.GetInt32(0), r.GetInt64(1), HistoryCodec.Decode(r.GetFieldValue<byte[]>(2))), key);

    public static (string? Input, string? CustomStatus) Input(StoreSession session, long key) => session.Query(
        "SELECT input, custom_status FROM durable_instances WHERE key = $1",
        r => (r.IsDBNull(0) ? null : r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1)), key)[0];

    public static List<LiveRow> LiveInstances(StoreSession session) => session.Query(
        "SELECT key, id, name, execution, start_at FROM durable_instances WHERE status = 6 ORDER BY key",
        r => new LiveRow(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetInt32(3), r.IsDBNull(4) ? null : r.GetInt64(4)));

    public static List<(long Seq, string Target, string Name, string? Payload)> Sent(StoreSession session) => session.Query(
        "SELECT seq, target, name, payload FROM durable_sent ORDER BY seq",
        r => (r.GetInt64(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3)));

    public static List<DetachedRow> Detached(StoreSession session) => session.Query(
        "SELECT key, execution, task, instance, name, input FROM durable_detached ORDER BY key, execution, task",
        r => new DetachedRow(
            r.GetInt64(0), r.GetInt32(1), r.GetInt32(2), r.GetString(3), r.GetString(4), r.IsDBNull(5) ? null : r.GetString(5)));

    /// <summary>The highest key in use; new instances get higher ones.</summary>
    public static long LastKey(StoreSession session) => (long)session.Scalar(
        "SELECT MAX(COALESCE((SELECT MAX(key) FROM durable_instances), 0), COALESCE((SELECT MAX(key) FROM durable_detached), 0))")!;

    /// <summary>Shows the whole history of every instance that has not ended, in the order of keys and steps.</summary>
    public static void ReadLiveHistories(StoreSession session, Action<long, HistoryChunk> show) => session.Query(
        """
        SELECT h.key, h.seq, h.at, h.events FROM durable_history h JOIN durable_instances i ON i.key = h.key
        WHERE i.status = 6 ORDER BY h.key, h.seq
        """,
        r =>
        {
            show(r.GetInt64(0), new HistoryChunk(r.GetInt32(1), r.GetInt64(2), HistoryCodec.Decode(r.GetFieldValue<byte[]>(3))));
            return true;
        });

    private static bool TryInsert(StoreSession session, NewInstance start) => session.Execute(
        """
        INSERT INTO durable_instances (key, id, name, status, execution, created, start_at, input, tags)
        VALUES ($1, $2, $3, 6, 0, $4, $5, $6, $7)
        ON CONFLICT (id) DO NOTHING
        """,
        start.Key, start.Id, start.Name, start.Created, start.StartAt, start.Input, start.Tags) == 1;

    private static void Delete(StoreSession session, long key)
    {
        session.Execute("DELETE FROM durable_history WHERE key = $1", key);
        session.Execute("DELETE FROM durable_instances WHERE key = $1", key);
    }

    private static InstanceRow ReadRow(Microsoft.Data.Sqlite.SqliteDataReader r)
    {
        string? Text(int column) => r.IsDBNull(column) ? null : r.GetString(column);
        return new InstanceRow(
            r.GetInt64(0), r.GetString(1), r.GetString(2), (OrchestrationRuntimeStatus)r.GetInt32(3),
            r.GetInt64(4), r.GetInt64(5), Text(6), Text(7), Text(8),
            Text(9) is { } failure ? JsonSerializer.Deserialize<TaskFailureDetails>(failure) : null, Text(10));
    }
}

/// <summary>An instance to be added. Instants are UTC ticks.</summary>
internal sealed record NewInstance(long Key, string Id, string Name, string? Input, long Created, long? StartAt, string? Tags);

/// <summary>An instance that has not ended, as the start of the engine finds it.</summary>
internal sealed record LiveRow(long Key, string Id, string Name, int Execution, long? StartAt);

/// <summary>An activity whose orchestration has gone on without it.</summary>
internal sealed record DetachedRow(long Key, int Execution, int Task, string Instance, string Name, string? Input);

/// <summary>An instance as it is shown. Instants are UTC ticks.</summary>
internal sealed record InstanceRow(
    long Key, string Id, string Name, OrchestrationRuntimeStatus Status, long Created, long Updated,
    string? Input, string? Output, string? CustomStatus, TaskFailureDetails? Failure, string? Tags);
