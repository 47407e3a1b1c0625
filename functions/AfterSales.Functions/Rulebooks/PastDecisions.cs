using System.Runtime.CompilerServices;
using System.Text.Json;
using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using NodaTime;
using NodaTime.Extensions;

namespace AfterSales.Functions.Rulebooks;

/// <summary>What a rulebook decided about a case, as it stands: facts in, conclusions and money out. Nothing about the customer.</summary>
/// <param name="Rulebook">The version that the case is frozen to.</param>
/// <param name="Facts">As JSON: names and values.</param>
/// <param name="Outcome">As JSON, a <see cref="PastOutcome"/>; empty where it was not asked for.</param>
public sealed record PastDecision(
    CaseId Case, RulebookVersion Rulebook, string Supplier, Instant OpenedAt, Instant? ClosedAt, ReadOnlyMemory<byte> Facts,
    ReadOnlyMemory<byte> Outcome)
{
    public PastOutcome ReadOutcome() => AppJson.From<PastOutcome>(Outcome.Span);

    /// <summary>The facts as a rulebook reads them. What it does not know, or knows as another type, is left out and named.</summary>
    public FactsReading ReadFacts(Rulebook rulebook)
    {
        using var json = JsonDocument.Parse(Facts);
        return rulebook.ReadFacts(json.RootElement);
    }
}

/// <summary>What was concluded and what it was to cost.</summary>
/// <param name="Payable">To the customer; zero where the claim is not covered.</param>
public sealed record PastOutcome(Conclusions Conclusions, IReadOnlyList<MoneyComponent> Components, Money Payable)
{
    public static PastOutcome Of(DecisionDocument decision) =>
        new(decision.Conclusions, decision.Money.Components, decision.Covered == true ? decision.Payable : Money.Zero);
}

/// <summary>
/// A slim row for the decision of each case, for asking what other rules would have decided: partition = rulebook, row = case. Fed by the
/// cases' events, seconds stale; always made from the case as it is, so events may come late, twice or out of order.
/// </summary>
public sealed class PastDecisions(Tables tables, CaseStore cases)
{
    public const string Table = "pastdecisions";

    /// <summary>Rows of one request to the storage.</summary>
    public const int PageSize = 1000;

    private const int Attempts = 30;
    private const string FactsColumn = "Facts";
    private const string OutcomeColumn = "Outcome";

    // Facts of up to four columns; a case has no more.
    private static readonly string[] Slim =
        ["PartitionKey", "RowKey", "Version", "Digest", "Supplier", "OpenedAt", "ClosedAt", "Facts", "Facts1", "Facts2", "Facts3"];

    /// <summary>Brings the row of a case up to the case.</summary>
    /// <exception cref="OutageException">Others kept writing the row.</exception>
    public async Task UpdateAsync(CaseId id, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var @case = await cases.LoadAsync(id, cancellationToken) ?? throw new InvalidOperationException($"There is no case {id}.");
            var row = RowOf(
                @case.Id,
                @case.Decision,
                @case.SupplierId,
                @case.OpenedAt.ToDateTimeOffset(),
                @case.ClosedAt?.ToDateTimeOffset(),
                @case.Sequence);
            var known = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(
                row.PartitionKey, row.RowKey, ["Sequence"], cancellationToken);
            if (known.HasValue && known.Value!.GetInt64("Sequence") >= @case.Sequence) return;
            if (await WriteAsync(row, known.HasValue ? known.Value!.ETag : null, cancellationToken)) return;
        }

        throw new OutageException($"The decision of {id} was changed by others {Attempts} times in a row.");
    }

    /// <summary>All decisions of a rulebook, page by page, without their outcomes: what they decide today is computed from the facts.
    /// </summary>
    public static async IAsyncEnumerable<IReadOnlyList<PastDecision>> PagesAsync(
        TableClient table, string rulebook, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {rulebook}");
        await foreach (var page in table.QueryAsync<TableEntity>(filter, PageSize, Slim, cancellationToken).AsPages())
        {
            yield return [.. page.Values.Select(Read)];
        }
    }

    /// <summary>The decisions of closed cases with their outcomes, page by page; of every rulebook, or of the cases named.</summary>
    public static async IAsyncEnumerable<PastDecision> ClosedAsync(
        TableClient table, IReadOnlyCollection<CaseId> only, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var named = string.Join(" or ", only.Select(id => TableClient.CreateQueryFilter($"RowKey eq {id.ToString()}")));
        await foreach (var row in table.QueryAsync<TableEntity>(named.Length > 0 ? named : null, PageSize, null, cancellationToken))
        {
            if (row.GetDateTimeOffset("ClosedAt") is not null) yield return Read(row);
        }
    }

    /// <summary>The row that is kept of a case.</summary>
    /// <param name="sequence">How far the case had come.</param>
    public static TableEntity RowOf(
        CaseId id, DecisionDocument decision, string supplier, DateTimeOffset openedAt, DateTimeOffset? closedAt, long sequence)
    {
        var row = new TableEntity(decision.Rulebook.Id, id.ToString())
        {
            ["Version"] = decision.Rulebook.Version,
            ["Digest"] = decision.Rulebook.Digest,
            ["Supplier"] = supplier,
            ["OpenedAt"] = openedAt,
            ["Sequence"] = sequence,
        };
        if (closedAt is { } closed) row["ClosedAt"] = closed;
        LongColumn.Write(row, FactsColumn, AppJson.ToBytes(decision.Facts));
        LongColumn.Write(row, OutcomeColumn, AppJson.ToBytes(PastOutcome.Of(decision)));
        return row;
    }

    private async Task<bool> WriteAsync(TableEntity row, ETag? known, CancellationToken cancellationToken)
    {
        try
        {
            if (known is { } etag) await tables.Get(Table).UpdateEntityAsync(row, etag, TableUpdateMode.Replace, cancellationToken);
            else await tables.Get(Table).AddEntityAsync(row, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    private static PastDecision Read(TableEntity row) => new(
        CaseId.Parse(row.RowKey),
        new RulebookVersion(row.PartitionKey, row.GetString("Version"), row.GetString("Digest")),
        row.GetString("Supplier"),
        row.GetDateTimeOffset("OpenedAt")!.Value.ToInstant(),
        row.GetDateTimeOffset("ClosedAt")?.ToInstant(),
        LongColumn.Read(row, FactsColumn),
        LongColumn.Read(row, OutcomeColumn));
}
