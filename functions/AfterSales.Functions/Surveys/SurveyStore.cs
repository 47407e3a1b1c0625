using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Surveys;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Surveys;

/// <summary>Which survey: the case, and the how-manieth closure of it, from 1.</summary>
public sealed record SurveyKey(string CaseId, int Number)
{
    /// <summary>The orchestration of this survey.</summary>
    public string InstanceId => Number == 1 ? $"survey_{CaseId}" : $"survey_{CaseId}:{Number}";

    /// <summary>The subject of the signed link.</summary>
    public string Subject => $"{CaseId}:{Number}";

    internal string Row => $"{SurveyStore.SurveyPrefix}{Number:D4}";

    /// <summary>Null when the text is no such subject.</summary>
    public static SurveyKey? Parse(string subject)
    {
        string[] parts = subject.Split(':');
        return parts.Length == 2 && Domain.Cases.CaseId.TryParse(parts[0], out _) && int.TryParse(parts[1], out int number) && number is >= 1 and <= 9999
            ? new SurveyKey(parts[0], number)
            : null;
    }
}

/// <summary>A survey as stored.</summary>
/// <param name="Zone">TZDB id of the zone in which the case's days are counted.</param>
/// <param name="ClosedBy">Id of the event that closed the case.</param>
/// <param name="Person">Whose answer it will be; the comment is sealed for this person.</param>
/// <param name="Sequence">Number of events so far.</param>
public sealed record SurveyRecord(
    SurveyKey Key, string ExternalId, string SupplierId, string Marketplace, string Person, string Zone, string ClosedBy, long Sequence, Survey Survey, string? SealedComment);

/// <summary>
/// Surveys in the table <c>surveys</c>, a partition a case: <c>survey_{number}</c> (the state), <c>e_{number}_{sequence}</c>
/// (events, which are also the outbox).
/// </summary>
public sealed class SurveyStore(Tables tables, OutboxRelay relay, SurveyLinks links)
{
    public const string Table = "surveys";
    internal const string SurveyPrefix = "survey_";
    private const string SurveyPrefixEnd = "survey`";
    private const string StateColumn = "State";
    private const int Attempts = 10;
    private const int EventVersion = 1;

    /// <summary>Plans the survey of a closure; the same closure gives the same survey again.</summary>
    public async Task<SurveyRecord> PlanAsync(Case @case, Envelope closed, SurveyTimes times, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            IReadOnlyList<SurveyRecord> known = await OfCaseAsync(closed.CaseId, cancellationToken);
            if (known.FirstOrDefault(record => record.ClosedBy == closed.Id) is { } planned) return planned;
            var fresh = new SurveyRecord(
                new SurveyKey(closed.CaseId, known.Count + 1), @case.ExternalId, @case.SupplierId, @case.Marketplace, @case.CustomerId, @case.Zone, closed.Id, 0,
                new Survey(times), null);
            try
            {
                await tables.Get(Table).AddEntityAsync(RowOf(fresh), cancellationToken);
                return fresh;
            }
            catch (RequestFailedException e) when (e.Status == 409)
            {
                // Another delivery planned one at the same moment; look again whose it was.
            }
        }
        throw new OutageException($"The surveys of {closed.CaseId} were changed by others {Attempts} times in a row.");
    }

    public async Task<SurveyRecord?> FindAsync(SurveyKey key, CancellationToken cancellationToken) => (await ReadAsync(key, cancellationToken))?.Record;

    /// <summary>All surveys, by case.</summary>
    public Task<IReadOnlyList<SurveyRecord>> AllAsync(CancellationToken cancellationToken) =>
        ListAsync(TableClient.CreateQueryFilter($"RowKey ge {SurveyPrefix} and RowKey lt {SurveyPrefixEnd}"), cancellationToken);

    /// <summary>Decides on the survey as it is and writes state, events and messages together.</summary>
    /// <param name="sealedComment">Kept with an accepted answer.</param>
    /// <exception cref="OutageException">Others kept writing to the survey; trying again later helps.</exception>
    public async Task<(SurveyDecision Decision, SurveyRecord Record)> ExecuteAsync(
        SurveyKey key, SurveyCommand command, string? sealedComment, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            (SurveyRecord record, ETag etag) = await ReadAsync(key, cancellationToken)
                ?? throw new InvalidOperationException($"There is no survey {key.Subject}.");
            SurveyDecision decision = SurveyDecider.Decide(record.Survey, command);
            if (decision is not SurveyDecision.Accepted { Events.Count: > 0 } accepted) return (decision, record);
            SurveyRecord next = record with
            {
                Survey = accepted.Events.Aggregate(record.Survey, SurveyDecider.Evolve),
                Sequence = record.Sequence + accepted.Events.Count,
                SealedComment = command is AnswerSurvey ? sealedComment : record.SealedComment,
            };
            if (await CommitAsync(next, accepted.Events, etag, cancellationToken)) return (decision, next);
        }
        throw new OutageException($"The survey {key.Subject} was changed by others {Attempts} times in a row.");
    }

    private async Task<bool> CommitAsync(SurveyRecord next, IReadOnlyList<SurveyEvent> events, ETag etag, CancellationToken cancellationToken)
    {
        string partition = next.Key.CaseId;
        OutboxMark mark = await relay.MarkAsync(Table, partition, cancellationToken);
        var outbox = new List<OutgoingEvent>();
        List<TableTransactionAction> writes = [new(TableTransactionActionType.UpdateReplace, RowOf(next), etag)];
        foreach ((int index, SurveyEvent happened) in events.Index())
        {
            long sequence = next.Sequence - events.Count + index + 1;
            OutgoingEvent outgoing = OutgoingOf(next, happened, sequence);
            writes.Add(new(TableTransactionActionType.Add, outgoing.ToRow($"e_{next.Key.Number:D4}_{sequence:D4}", mark)));
            outbox.Add(outgoing);
        }
        return await relay.CommitAsync(mark, writes, outbox, cancellationToken);
    }

    private OutgoingEvent OutgoingOf(SurveyRecord record, SurveyEvent happened, long sequence)
    {
        JsonObject data = JsonSerializer.SerializeToNode(happened, AppJson.Options)!.AsObject();
        if (happened is SurveyInvited) data["surveyUrl"] = links.Address(record.Key, record.Survey.Times).ToString();
        return new OutgoingEvent(
            $"{record.Key.CaseId}-survey{record.Key.Number}-{sequence}", data["$type"]!.GetValue<string>(), EventVersion, record.Key.CaseId,
            record.SupplierId, record.Marketplace, happened.At.ToDateTimeOffset(), AppJson.ToBytes(data));
    }

    /// <summary>The survey that an envelope of this store tells of.</summary>
    public static SurveyKey KeyOf(Envelope envelope)
    {
        // {caseId}-survey{number}-{sequence}
        string number = envelope.Id.Split('-')[^2];
        return new SurveyKey(envelope.CaseId, int.Parse(number.AsSpan("survey".Length), CultureInfo.InvariantCulture));
    }

    private async Task<(SurveyRecord Record, ETag ETag)?> ReadAsync(SurveyKey key, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> row = await tables.Get(Table)
            .GetEntityIfExistsAsync<TableEntity>(key.CaseId, key.Row, cancellationToken: cancellationToken);
        return row.HasValue ? (RecordOf(row.Value!), row.Value!.ETag) : null;
    }

    /// <summary>The surveys of one case, the oldest first.</summary>
    public Task<IReadOnlyList<SurveyRecord>> OfCaseAsync(string caseId, CancellationToken cancellationToken) => ListAsync(
        TableClient.CreateQueryFilter($"PartitionKey eq {caseId} and RowKey ge {SurveyPrefix} and RowKey lt {SurveyPrefixEnd}"), cancellationToken);

    private async Task<IReadOnlyList<SurveyRecord>> ListAsync(string filter, CancellationToken cancellationToken)
    {
        var all = new List<SurveyRecord>();
        await foreach (TableEntity row in tables.Get(Table).QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken)) all.Add(RecordOf(row));
        return all;
    }

    private static TableEntity RowOf(SurveyRecord record) => new(record.Key.CaseId, record.Key.Row) { [StateColumn] = AppJson.ToBytes(record) };

    private static SurveyRecord RecordOf(TableEntity row) => AppJson.From<SurveyRecord>(row.GetBinary(StateColumn));
}
