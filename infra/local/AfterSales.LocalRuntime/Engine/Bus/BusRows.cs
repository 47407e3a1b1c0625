using AfterSales.LocalRuntime.Engine.Storage;

namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>The broker's rows. A subscription's copy is a row of its own; <c>due</c> is set while a message is scheduled; instants are UTC
/// ticks.</summary>
internal static class BusRows
{
    public const string Schema = """
        CREATE TABLE IF NOT EXISTS bus_message (
          seq INTEGER PRIMARY KEY,
          entity TEXT NOT NULL,
          due INTEGER,
          deliveries INTEGER NOT NULL,
          enqueued_seq INTEGER NOT NULL,
          enqueued INTEGER NOT NULL,
          expires INTEGER NOT NULL,
          dead_reason TEXT,
          dead_description TEXT,
          head TEXT NOT NULL,
          body BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS bus_seen (
          entity TEXT NOT NULL, message_id TEXT NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY (entity, message_id)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS bus_sequence (id INTEGER PRIMARY KEY CHECK (id = 1), reserved INTEGER NOT NULL);
        """;

    public sealed record Row(
        long Sequence,
        string Entity,
        long? Due,
        int Deliveries,
        long EnqueuedSequence,
        DateTimeOffset Enqueued,
        DateTimeOffset Expires,
        string? DeadLetterReason,
        string? DeadLetterDescription,
        BusContent Content);

    public static List<Row> ReadAll(StoreSession session) => session.Query(
        """
        SELECT seq, entity, due, deliveries, enqueued_seq, enqueued, expires, dead_reason, dead_description, head, body
        FROM bus_message ORDER BY seq
        """,
        r => new Row(
            r.GetInt64(0),
            r.GetString(1),
            r.IsDBNull(2) ? null : r.GetInt64(2),
            r.GetInt32(3),
            r.GetInt64(4),
            new DateTimeOffset(r.GetInt64(5), TimeSpan.Zero),
            new DateTimeOffset(r.GetInt64(6), TimeSpan.Zero),
            r.IsDBNull(7) ? null : r.GetString(7),
            r.IsDBNull(8) ? null : r.GetString(8),
            BusContent.Read(r.GetString(9), r.GetFieldValue<byte[]>(10))));

    public static List<(string Entity, string MessageId, DateTimeOffset Seen)> ReadSeen(StoreSession session) => session.Query(
        "SELECT entity, message_id, seen FROM bus_seen ORDER BY seen",
        r => (r.GetString(0), r.GetString(1), new DateTimeOffset(r.GetInt64(2), TimeSpan.Zero)));

    public static long ReadReserved(StoreSession session) => (long?)session.Scalar("SELECT reserved FROM bus_sequence") ?? 0;

    public static void Reserve(StoreSession session, long reserved) => session.Execute(
        "INSERT INTO bus_sequence (id, reserved) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET reserved = excluded.reserved", reserved);

    public static void Insert(StoreSession session, BusMessage m) =>
        Insert(session, m.Sequence, m.Queue.Path, due: null, m.EnqueuedSequence, m.Enqueued, m.Expires, m.Content);

    public static void Insert(StoreSession session, ScheduledMessage m) =>
        Insert(session, m.Sequence, m.Entity.Path, m.Due.UtcTicks, 0, m.Due, DateTimeOffset.MaxValue, m.Content);

    public static void Delete(StoreSession session, long sequence) => session.Execute("DELETE FROM bus_message WHERE seq = $1", sequence);

    public static void SetDeliveries(StoreSession session, long sequence, int deliveries) =>
        session.Execute("UPDATE bus_message SET deliveries = $2 WHERE seq = $1", sequence, deliveries);

    public static void SetHead(StoreSession session, long sequence, string head) =>
        session.Execute("UPDATE bus_message SET head = $2 WHERE seq = $1", sequence, head);

    public static void MoveToDeadLetters(StoreSession session, long sequence, string deadLetters, string? reason, string? description) =>
        session.Execute(
            "UPDATE bus_message SET entity = $2, dead_reason = $3, dead_description = $4 WHERE seq = $1",
            sequence,
            deadLetters,
            reason,
            description);

    public static void Remember(StoreSession session, string entity, string messageId, DateTimeOffset seen) => session.Execute(
        "INSERT OR REPLACE INTO bus_seen (entity, message_id, seen) VALUES ($1, $2, $3)", entity, messageId, seen.UtcTicks);

    public static void Forget(StoreSession session, string entity, string messageId, DateTimeOffset seen) => session.Execute(
        "DELETE FROM bus_seen WHERE entity = $1 AND message_id = $2 AND seen = $3", entity, messageId, seen.UtcTicks);

    private static void Insert(
        StoreSession session,
        long sequence,
        string entity,
        long? due,
        long enqueuedSequence,
        DateTimeOffset enqueued,
        DateTimeOffset expires,
        BusContent content) => session.Execute(
            """
            INSERT INTO bus_message (seq, entity, due, deliveries, enqueued_seq, enqueued, expires, head, body)
            VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8)
            """,
            sequence,
            entity,
            due,
            enqueuedSequence,
            enqueued.UtcTicks,
            expires.UtcTicks,
            content.Head,
            content.Body);
}
