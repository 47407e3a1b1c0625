using System.Buffers.Text;
using System.Globalization;
using System.Text;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Cases;

/// <summary>Which cases are wanted. Null = any.</summary>
/// <param name="DueBy">Cases that wait for a deadline due at this instant or before.</param>
/// <param name="Q">An exact case id, external id or order id.</param>
public sealed record CaseQuery(
    string? Marketplace, string? Supplier, string? Status, string? Owner, DateTimeOffset? DueBy, string? Q, string? Cursor);

/// <summary>
/// A row for each case, for lists: partition = marketplace, newest case first. Fed by the case's events, seconds stale. The row
/// is always made from the case as it is, so events may come late, twice or out of order.
/// </summary>
public sealed class CaseIndex(Tables tables, CaseStore cases)
{
    public const int PageSize = 200;
    internal const string Table = "caseindex";

    private const int Attempts = 30;

    /// <summary>
    /// Brings the row of a case up to the event of this number. When the case has gone on since, the message about its last event
    /// does the work.
    /// </summary>
    /// <exception cref="OutageException">Others kept writing the row.</exception>
    public async Task UpdateAsync(CaseId id, long sequence, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var @case = await cases.LoadAsync(id, cancellationToken) ?? throw new InvalidOperationException($"There is no case {id}.");
            if (@case.Sequence > sequence) return;
            var row = RowOf(@case);
            var known = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(
                row.PartitionKey, row.RowKey, ["Sequence"], cancellationToken);
            if (known.HasValue && known.Value!.GetInt64("Sequence") >= @case.Sequence) return;
            if (await WriteAsync(row, known.HasValue ? known.Value!.ETag : null, cancellationToken)) return;
        }

        throw new OutageException($"The row of {id} was changed by others {Attempts} times in a row.");
    }

    /// <summary>A page of rows, and where the next one begins; null at the end.</summary>
    /// <exception cref="RequestFailedException">The cursor is none of ours (status 400).</exception>
    public async Task<(IReadOnlyList<CaseRow> Rows, string? Cursor)> ListAsync(CaseQuery query, CancellationToken cancellationToken)
    {
        var token = query.Cursor is null ? null : Encoding.UTF8.GetString(Base64Url.DecodeFromChars(query.Cursor));
        var pages = tables.Get(Table).QueryAsync<TableEntity>(Filter(query), PageSize, cancellationToken: cancellationToken)
            .AsPages(token, PageSize);
        await foreach (var page in pages)
        {
            // The service may give empty pages on the way through rows that do not match.
            if (page.Values.Count > 0 || page.ContinuationToken is null)
            {
                return ([.. page.Values.Select(CaseRow.Of)],
                    page.ContinuationToken is { } next ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(next)) : null);
            }
        }

        return ([], null);
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

    private static TableEntity RowOf(Case @case)
    {
        var newestFirst = (long.MaxValue - @case.OpenedAt.ToUnixTimeTicks()).ToString("D19", CultureInfo.InvariantCulture);
        var row = new TableEntity(@case.Marketplace, $"{newestFirst}_{@case.Id}")
        {
            ["CaseId"] = @case.Id.ToString(),
            ["ExternalId"] = @case.ExternalId,
            ["OrderId"] = @case.Order.OrderId,
            ["Supplier"] = @case.SupplierId,
            ["Status"] = WireName.Of(@case.Status),
            ["Level"] = @case.Level.Value,
            ["Kind"] = WireName.Of(@case.Claim.Kind),
            ["Granted"] = @case.Granted.ToString(),
            ["Currency"] = @case.Granted.Currency.Code,
            ["Zone"] = @case.Zone,
            ["OpenedAt"] = @case.OpenedAt.ToDateTimeOffset(),
            ["Sequence"] = @case.Sequence,
        };
        if (@case.Owner is { } owner) row["Owner"] = WireName.Of(owner);
        if (@case.Earliest is { } earliest) row["Due"] = earliest.Due.ToDateTimeOffset();
        if (@case.ClosedAt is { } closed) row["ClosedAt"] = closed.ToDateTimeOffset();
        return row;
    }

    private static string Filter(CaseQuery query)
    {
        string?[] conditions =
        [
            query.Marketplace is { } marketplace ? TableClient.CreateQueryFilter($"PartitionKey eq {marketplace}") : null,
            query.Supplier is { } supplier ? TableClient.CreateQueryFilter($"Supplier eq {supplier}") : null,
            query.Status is { } status ? TableClient.CreateQueryFilter($"Status eq {status}") : null,
            query.Owner is { } owner ? TableClient.CreateQueryFilter($"Owner eq {owner}") : null,
            query.DueBy is { } due ? TableClient.CreateQueryFilter($"Due le {due}") : null,
            query.Q is { } q ? TableClient.CreateQueryFilter($"(CaseId eq {q} or ExternalId eq {q} or OrderId eq {q})") : null,
        ];
        return string.Join(" and ", conditions.OfType<string>());
    }
}

/// <summary>A case in a list.</summary>
public sealed record CaseRow(
    string Id, string Marketplace, string ExternalId, string OrderId, string Supplier, string Status, string Level, string Kind,
    string? Owner, string Granted, string Currency, string Zone, DateTimeOffset OpenedAt, DateTimeOffset? Due, DateTimeOffset? ClosedAt)
{
    internal static CaseRow Of(TableEntity row) => new(
        row.GetString("CaseId"), row.PartitionKey, row.GetString("ExternalId"), row.GetString("OrderId"), row.GetString("Supplier"),
        row.GetString("Status"), row.GetString("Level"), row.GetString("Kind"), row.GetString("Owner"), row.GetString("Granted"),
        row.GetString("Currency"), row.GetString("Zone"), row.GetDateTimeOffset("OpenedAt")!.Value, row.GetDateTimeOffset("Due"),
        row.GetDateTimeOffset("ClosedAt"));
}
