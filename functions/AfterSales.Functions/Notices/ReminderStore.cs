using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Notices;

/// <summary>What the bus carries of a reminder until its instant.</summary>
public sealed record DueReminder(string Name);

/// <summary>
/// Reminders in the table <c>reminders</c>, a partition a case: <c>r_{name}</c> and <c>e_{name}</c> (outbox: the message that waits on the bus
/// until the reminder's instant, written in the same transaction).
/// </summary>
public sealed class ReminderStore(Tables tables, OutboxRelay relay)
{
    /// <summary>The message on the bus that has a reminder looked at.</summary>
    public const string Due = "reminder-due";

    internal const string Table = "reminders";

    private const string Prefix = "r_";
    private const string PrefixEnd = "r`";
    private const string StateColumn = "State";
    private const int EnvelopeVersion = 1;

    /// <summary>Plans the reminders; those planned before stay as they are.</summary>
    public async Task PlanAsync(IEnumerable<Reminder> reminders, CancellationToken cancellationToken)
    {
        foreach (var reminder in reminders)
        {
            await PlanAsync(reminder, cancellationToken);
        }
    }

    public async Task<Reminder?> FindAsync(string caseId, string name, CancellationToken cancellationToken)
    {
        var row = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(caseId, Prefix + name, cancellationToken: cancellationToken);
        return row.HasValue ? Read(row.Value!) : null;
    }

    /// <summary>The reminders of a case in the order of their instants.</summary>
    public async Task<IReadOnlyList<Reminder>> OfAsync(string caseId, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {caseId} and RowKey ge {Prefix} and RowKey lt {PrefixEnd}");
        var all = new List<Reminder>();
        await foreach (var row in tables.Get(Table).QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            all.Add(Read(row));
        }

        return [.. all.OrderBy(reminder => reminder.At).ThenBy(reminder => reminder.Name, StringComparer.Ordinal)];
    }

    /// <summary>Writes down what became of it.</summary>
    public Task HandledAsync(Reminder reminder, CancellationToken cancellationToken) =>
        tables.Get(Table).UpsertEntityAsync(RowOf(reminder), TableUpdateMode.Replace, cancellationToken);

    private async Task PlanAsync(Reminder reminder, CancellationToken cancellationToken)
    {
        var outgoing = MessageOf(reminder);
        var mark = await relay.MarkAsync(Table, reminder.CaseId, cancellationToken);
        TableTransactionAction[] writes =
        [
            new(TableTransactionActionType.Add, RowOf(reminder)),
            new(TableTransactionActionType.UpsertReplace, outgoing.ToRow($"e_{reminder.Name}", mark)),
        ];
        var written = false;
        try
        {
            await tables.Get(Table).SubmitTransactionAsync(writes, cancellationToken);
            written = true;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // Planned by an earlier delivery of the same event.
        }
        finally
        {
            // What failed may have stood all the same, its answer lost: then the sweep finds the row by this note.
            if (!written) relay.Leave(mark);
        }

        if (written) await relay.PublishAsync(mark, [outgoing], cancellationToken);
    }

    private static TableEntity RowOf(Reminder reminder) =>
        new(reminder.CaseId, Prefix + reminder.Name) { [StateColumn] = AppJson.ToBytes(reminder) };

    private static Reminder Read(TableEntity row) => AppJson.From<Reminder>(row.GetBinary(StateColumn));

    // Its instant is the reminder's: that is when the bus hands it over.
    private static OutgoingEvent MessageOf(Reminder reminder) => new(
        Base32.Encode(SHA256.HashData(Encoding.UTF8.GetBytes($"{reminder.CaseId}-{reminder.Name}")), 26),
        Due, EnvelopeVersion, reminder.CaseId, null, null, reminder.At.ToDateTimeOffset(),
        AppJson.ToBytes(new DueReminder(reminder.Name)));
}
