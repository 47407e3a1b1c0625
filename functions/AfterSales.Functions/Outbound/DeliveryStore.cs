using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Outbound;

/// <summary>A delivery as it was read; <see cref="DeliveryStore"/> knows what of it is needed to write it back.</summary>
public sealed record StoredDelivery(Delivery Delivery, TableEntity Row);

/// <summary>
/// Deliveries in the table <c>deliveries</c>, a partition a case or a penalty: <c>d_{id}</c> (the record, and the body, sealed because it holds links that
/// open the case) and <c>e_{…}</c> (outbox). Whatever leaves a delivery pending writes, in the same transaction, the message that has its next
/// attempt made: no crash and no outage parts them.
/// </summary>
public sealed class DeliveryStore(Tables tables, OutboxRelay relay, PersonVault vault)
{
    /// <summary>The message on the bus that has an attempt made.</summary>
    public const string Due = "delivery-due";

    internal const string Table = "deliveries";

    private const string Prefix = "d_";
    private const string PrefixEnd = "d`";
    private const string StateColumn = "State";
    private const string BodyColumn = "Body";
    private const string BodyPurpose = "outbound-body";
    private const int EnvelopeVersion = 1;

    /// <summary>Writes a delivery down and has its first attempt made. The same delivery again changes nothing.</summary>
    public async Task CreateAsync(Delivery delivery, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var row = new TableEntity(delivery.Subject, Prefix + delivery.Id) { [BodyColumn] = vault.SealForApp(BodyPurpose, body.Span) };
        await WriteAsync(delivery, row, TableTransactionActionType.Add, ETag.All, cancellationToken);
    }

    /// <summary>The delivery, or null when there is none of this id.</summary>
    public async Task<StoredDelivery?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (Delivery.SubjectOf(id) is not { } subject)
        {
            return null;
        }

        var row = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(subject, Prefix + id, cancellationToken: cancellationToken);
        return row.HasValue ? new StoredDelivery(Read(row.Value!), row.Value!) : null;
    }

    /// <summary>The deliveries about a case, in no order.</summary>
    public async Task<IReadOnlyList<Delivery>> OfCaseAsync(string caseId, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {caseId} and RowKey ge {Prefix} and RowKey lt {PrefixEnd}");
        var all = new List<Delivery>();
        await foreach (var row in tables.Get(Table).QueryAsync<TableEntity>(filter, select: [StateColumn], cancellationToken: cancellationToken))
        {
            all.Add(Read(row));
        }

        return all;
    }

    /// <summary>What is sent, the same at every attempt.</summary>
    public byte[] BodyOf(StoredDelivery stored) => vault.OpenForApp(BodyPurpose, stored.Row.GetBinary(BodyColumn));

    /// <summary>Writes what became of the delivery. False when somebody else wrote it since it was read.</summary>
    public Task<bool> SaveAsync(StoredDelivery read, Delivery now, CancellationToken cancellationToken) =>
        WriteAsync(now, new TableEntity(read.Row), TableTransactionActionType.UpdateReplace, read.Row.ETag, cancellationToken);

    private async Task<bool> WriteAsync(
        Delivery delivery, TableEntity row, TableTransactionActionType write, ETag etag, CancellationToken cancellationToken)
    {
        row[StateColumn] = AppJson.ToBytes(delivery);
        List<TableTransactionAction> writes = [new(write, row, etag)];
        if (delivery.NextAt is not { } due)
        {
            return await CommitAsync(writes, cancellationToken);
        }

        var outgoing = DueMessage(delivery, due);
        var mark = await relay.MarkAsync(Table, delivery.Subject, cancellationToken);
        writes.Add(new(
            TableTransactionActionType.UpsertReplace, outgoing.ToRow($"e_{delivery.Id}:{delivery.Round}.{delivery.Made + 1}", mark)));
        var written = false;
        try
        {
            written = await CommitAsync(writes, cancellationToken);
        }
        finally
        {
            // What failed may have stood all the same, its answer lost: then the sweep finds the row by this note.
            if (!written) relay.Leave(mark);
        }

        if (written) await relay.PublishAsync(mark, [outgoing], cancellationToken);
        return written;
    }

    private async Task<bool> CommitAsync(List<TableTransactionAction> writes, CancellationToken cancellationToken)
    {
        try
        {
            await tables.Get(Table).SubmitTransactionAsync(writes, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    // Its instant is when it is due: that is when the bus hands it over. Its id is short, whatever the endpoint is called: the bus allows
    // 128 characters.
    private static OutgoingEvent DueMessage(Delivery delivery, DateTimeOffset due)
    {
        var attempt = new DueAttempt(delivery.Id, delivery.Round, delivery.Made + 1);
        var name = Base32.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(delivery.Id)), 26);
        return new OutgoingEvent(
            $"{name}:{attempt.Round}.{attempt.Number}", Due, EnvelopeVersion, delivery.Subject, null, null, due, AppJson.ToBytes(attempt));
    }

    private static Delivery Read(TableEntity row) => AppJson.From<Delivery>(row.GetBinary(StateColumn));
}
