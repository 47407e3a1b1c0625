using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Rulebooks;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Storage;

/// <summary>A case as it is stored.</summary>
/// <param name="Card">Who the customer is and what they wrote when it was opened, sealed for them.</param>
public sealed record StoredCase(Case State, ReadOnlyMemory<byte> Card);

/// <summary>How a change is done once however often it is asked for.</summary>
/// <param name="Key">Commands under a key that was used before are accepted again without any event. Null = each time is
/// another change.</param>
public sealed record ChangeOnce(string? Key)
{
    /// <summary>Made from the case as the change leaves it, and kept under the key, if there is one, for whoever asks again. Null = whoever
    /// asks again gets an answer of then.</summary>
    public Func<StoredCase, ValueTask<KeptAnswer?>>? Answer { get; init; }

    /// <summary>Takes the sending of the events, which then is done behind the answer that somebody waits for. Null = the change is over
    /// when they are sent.</summary>
    public Action<Func<Task>>? Behind { get; init; }

    /// <summary>The <see cref="StoredCase.Card"/> of a case that this change opens.</summary>
    public ReadOnlyMemory<byte> Card { get; init; }

    /// <summary>There is most likely no such case yet, so that reading it first is not worth a round trip. A wrong guess
    /// costs one.</summary>
    public bool LikelyNew { get; init; }
}

/// <summary>
/// Cases in the table <c>cases</c>, a partition each: <c>head</c> (the folded state and the customer's card), <c>e_{seq}</c> (events, which are
/// also the outbox), <c>k_{hash}</c> (idempotency keys of what was done). A command is one read and one transaction.
/// </summary>
public sealed class CaseStore(Tables tables, OutboxRelay relay, RulebookRegistry rulebooks)
{
    private const string Table = "cases";
    private const string HeadRow = "head";
    private const string StateColumn = "State";
    private const string CardColumn = "Card";
    private const int EventVersion = 1;
    private const int RowsPerTransaction = 100;

    // Beside the head and the key.
    private const int MostEvents = RowsPerTransaction - 2;
    private const int Attempts = 30;

    private readonly KeptAnswers _answers = new(tables.Cases);

    /// <summary>The case, or null when there is none of this id. One round trip.</summary>
    public async Task<Case?> LoadAsync(CaseId id, CancellationToken cancellationToken) =>
        (await HeadAsync(id, cancellationToken))?.Stored.State;

    /// <summary>As <see cref="LoadAsync"/>, with the customer's card.</summary>
    public async Task<StoredCase?> ReadAsync(CaseId id, CancellationToken cancellationToken) => (await HeadAsync(id, cancellationToken))?.Stored;

    /// <inheritdoc cref="ExecuteAsync(CaseId, Func{Case?, IReadOnlyList{CaseCommand}}, string?, CancellationToken)"/>
    public Task<Decision> ExecuteAsync(CaseId id, CaseCommand command, string? idempotencyKey, CancellationToken cancellationToken) =>
        ExecuteAsync(id, _ => [command], idempotencyKey, cancellationToken);

    /// <inheritdoc cref="ExecuteAsync(CaseId, Func{Case?, ValueTask{IReadOnlyList{CaseCommand}}}, ChangeOnce, CancellationToken)"/>
    public Task<Decision> ExecuteAsync(
        CaseId id, Func<Case?, IReadOnlyList<CaseCommand>> commands, string? idempotencyKey, CancellationToken cancellationToken) =>
        ExecuteAsync(id, current => ValueTask.FromResult(commands(current)), idempotencyKey, cancellationToken);

    /// <inheritdoc cref="ExecuteAsync(CaseId, Func{Case?, ValueTask{IReadOnlyList{CaseCommand}}}, ChangeOnce, CancellationToken)"/>
    public Task<Decision> ExecuteAsync(
        CaseId id, Func<Case?, ValueTask<IReadOnlyList<CaseCommand>>> commands, string? idempotencyKey, CancellationToken cancellationToken) =>
        ExecuteAsync(id, commands, new ChangeOnce(idempotencyKey), cancellationToken);

    /// <summary>
    /// Reads the case, decides, and writes events, outbox and head together, then has the outbox sent. When somebody else wrote
    /// in between, it decides again on the new state.
    /// </summary>
    /// <param name="commands">Makes the commands from the case as it is (null when there is none); called once per attempt. They
    /// are done all together or, when one is refused, not at all.</param>
    /// <exception cref="OutageException">Others kept writing to the case; trying again later helps.</exception>
    public async Task<Decision> ExecuteAsync(
        CaseId id, Func<Case?, ValueTask<IReadOnlyList<CaseCommand>>> commands, ChangeOnce once, CancellationToken cancellationToken)
    {
        Task<OutboxMark>? marking = null;
        var guess = once.LikelyNew;
        for (var attempt = 1; attempt <= Attempts; attempt++, guess = false)
        {
            marking ??= relay.MarkAsync(Table, id.ToString(), cancellationToken);
            var head = guess ? null : await HeadAsync(id, cancellationToken);
            var current = head?.Stored.State;
            var wanted = await commands(current);
            var (decision, state) = WithinRoom(CaseDecider.Decide(current, wanted), wanted, head?.Stored.Card ?? once.Card);
            if (decision is not Decision.Accepted { Events.Count: > 0 } accepted)
            {
                if (guess) continue;
                relay.Unmark(await marking);

                // What was done under this key may be exactly why it is refused now.
                var earlier = decision is Decision.Refused ? await DoneBeforeAsync(id, once.Key, cancellationToken) : null;
                return earlier ?? decision;
            }
            var changed = new StoredCase(accepted.State, head?.Stored.Card ?? once.Card);
            var answer = once.Answer is { } make ? await make(changed) : null;
            var events = Outgoing(accepted);
            var keyRow = once.Key is { } key ? KeptAnswers.RowOf(id.ToString(), key, answer) : null;

            // The note takes about as long as deciding and answering, which therefore went on beside it.
            var mark = await marking;
            if (await CommitAsync(changed, state, head?.ETag, events, mark, keyRow, cancellationToken))
            {
                if (once.Behind is { } behind) behind(() => relay.PublishAsync(mark, events, CancellationToken.None));
                else await relay.PublishAsync(mark, events, cancellationToken);
                return accepted;
            }
            relay.Leave(mark);
            marking = null;
            if (await DoneBeforeAsync(id, once.Key, cancellationToken) is { } done) return done;
        }
        throw new OutageException($"{id} was changed by others {Attempts} times in a row.");
    }

    /// <summary>Refuses what a row or a transaction has no room for, before the storage does. With the state as it is stored.</summary>
    private static (Decision Decision, byte[] State) WithinRoom(Decision decision, IReadOnlyList<CaseCommand> wanted, ReadOnlyMemory<byte> card)
    {
        if (decision is not Decision.Accepted { Events.Count: > 0 } accepted) return (decision, []);
        if (accepted.Events.Count > MostEvents) return (new Decision.Refused(Refusals.TooMuchAtOnce), []);
        var state = AppJson.ToBytes(accepted.State);
        return state.Length + card.Length > CaseRoom.After(wanted) ? (new Decision.Refused(Refusals.CaseFull), []) : (decision, state);
    }

    /// <summary>What is kept under the key, or null when nothing was done under it.</summary>
    public Task<KeptAnswer?> AnswerAsync(CaseId id, string key, CancellationToken cancellationToken) =>
        _answers.FindAsync(id.ToString(), key, cancellationToken);

    /// <summary>Keeps the answer to what changed nothing. False when one is kept under the key already.</summary>
    public Task<bool> KeepAsync(CaseId id, string key, KeptAnswer answer, CancellationToken cancellationToken) =>
        _answers.KeepAsync(id.ToString(), key, answer, cancellationToken);

    /// <summary>What happened of one kind before an event of the case, with the ids under which it was sent.</summary>
    /// <param name="before">The number of the event that is not among them any more.</param>
    public async Task<IReadOnlyList<(string Id, T Happened)>> EarlierAsync<T>(
        CaseId id, string type, long before, CancellationToken cancellationToken) where T : CaseEvent
    {
        var earlier = new List<(string, T)>();
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {id.ToString()} and RowKey ge {"e_"} and RowKey lt {$"e_{before:D10}"} and Type eq {type}");
        await foreach (var row in tables.Cases.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            var sent = OutgoingEvent.Of(row);
            earlier.Add((sent.Id, (T)AppJson.From<CaseEvent>(sent.Data.Span)));
        }
        return earlier;
    }

    /// <summary>The number, within its case, of the event that an envelope carries.</summary>
    public static long SequenceOf(Envelope envelope) => long.Parse(envelope.Id.AsSpan(envelope.Id.LastIndexOf('-') + 1));

    private async Task<Head?> HeadAsync(CaseId id, CancellationToken cancellationToken)
    {
        var row = await tables.Cases.GetEntityIfExistsAsync<TableEntity>(id.ToString(), HeadRow, cancellationToken: cancellationToken);
        if (!row.HasValue) return null;
        var state = AppJson.From<Case>(LongColumn.Read(row.Value!, StateColumn));
        state = state with { Process = await rulebooks.ProcessOfAsync(state.Decision.Rulebook, cancellationToken) };
        return new Head(new StoredCase(state, row.Value!.GetBinary(CardColumn)), row.Value!.ETag);
    }

    /// <summary>False when somebody else wrote to the case since it was read, or the key was used before.</summary>
    private async Task<bool> CommitAsync(
        StoredCase changed, byte[] state, ETag? read, IReadOnlyList<OutgoingEvent> events, OutboxMark mark, TableEntity? keyRow,
        CancellationToken cancellationToken)
    {
        var head = new TableEntity(mark.Partition, HeadRow) { [CardColumn] = changed.Card.ToArray() };
        LongColumn.Write(head, StateColumn, state);
        var first = changed.State.Sequence - events.Count + 1;
        List<TableTransactionAction> writes =
        [
            read is { } etag
                ? new(TableTransactionActionType.UpdateReplace, head, etag)
                : new(TableTransactionActionType.Add, head),
            .. events.Select((happened, i) =>
                new TableTransactionAction(TableTransactionActionType.Add, happened.ToRow($"e_{first + i:D10}", mark))),
        ];
        if (keyRow is not null) writes.Add(new(TableTransactionActionType.Add, keyRow));
        try
        {
            await tables.Cases.SubmitTransactionAsync(writes, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    private async Task<Decision?> DoneBeforeAsync(CaseId id, string? idempotencyKey, CancellationToken cancellationToken)
    {
        if (idempotencyKey is null || !await _answers.HasAsync(id.ToString(), idempotencyKey, cancellationToken)) return null;
        var head = await HeadAsync(id, cancellationToken) ?? throw new InvalidOperationException($"{id} has a key and no head.");
        return new Decision.Accepted([], head.Stored.State);
    }

    /// <summary>The events with their numbers in the case, from 1.</summary>
    private static List<OutgoingEvent> Outgoing(Decision.Accepted accepted)
    {
        var state = accepted.State;
        var first = state.Sequence - accepted.Events.Count + 1;
        return
        [
            .. accepted.Events.Select((happened, i) => new OutgoingEvent(
                $"{state.Id}-{first + i}", happened.Name, EventVersion, state.Id.ToString(), state.SupplierId, state.Marketplace,
                happened.At.ToDateTimeOffset(), AppJson.ToBytes(happened))),
        ];
    }

    private sealed record Head(StoredCase Stored, ETag ETag);
}

/// <summary>Bytes longer than one column may hold (64 KiB), over several columns of a row.</summary>
public static class LongColumn
{
    private const int BytesPerColumn = 64 * 1024;

    public static void Write(TableEntity row, string column, ReadOnlySpan<byte> bytes)
    {
        for (var (part, start) = (0, 0); start < bytes.Length || part == 0; part++, start += BytesPerColumn)
        {
            row[Name(column, part)] = bytes.Slice(start, Math.Min(BytesPerColumn, bytes.Length - start)).ToArray();
        }
    }

    public static byte[] Read(TableEntity row, string column)
    {
        using var bytes = new MemoryStream();
        for (var part = 0; row.TryGetValue(Name(column, part), out var value); part++)
        {
            bytes.Write((byte[])value);
        }
        return bytes.ToArray();
    }

    private static string Name(string column, int part) => part == 0 ? column : $"{column}{part}";
}
