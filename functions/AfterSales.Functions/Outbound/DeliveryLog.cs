using System.Buffers.Text;
using System.Globalization;
using System.Text;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Outbound;

/// <summary>Which deliveries are wanted. Null = any.</summary>
/// <param name="To">Those to one endpoint; without it the whole log is looked through.</param>
public sealed record DeliveryQuery(EndpointKey? To, DeliveryState? State, string? Cursor);

/// <summary>
/// The deliveries by endpoint, newest first, for lists: table <c>deliverylog</c>, a partition an endpoint. Written after the delivery itself,
/// by the message that has its attempts made, so that a crash in between is made good when that message comes again.
/// </summary>
public sealed class DeliveryLog(Tables tables)
{
    public const int PageSize = 100;
    internal const string Table = "deliverylog";

    private const string StateColumn = "State";
    private const string DeliveryColumn = "Delivery";
    private const string VersionColumn = "Version";
    private const int Attempts = 10;

    /// <summary>Shows the delivery as it is now; an older state than the one shown is passed over.</summary>
    public async Task ShowAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var row = RowOf(delivery);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var known = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(
                row.PartitionKey, row.RowKey, [VersionColumn], cancellationToken);
            if (known.HasValue && known.Value!.GetInt32(VersionColumn) >= delivery.Version
                || await WriteAsync(row, known.HasValue ? known.Value!.ETag : null, cancellationToken))
            {
                return;
            }
        }

        throw new OutageException($"The log's row of {delivery.Id} was changed by others {Attempts} times in a row.");
    }

    /// <summary>A page of deliveries, and where the next one begins; null at the end.</summary>
    /// <exception cref="RequestFailedException">The cursor is none of ours (status 400).</exception>
    /// <exception cref="FormatException">The cursor is none of ours.</exception>
    public async Task<(IReadOnlyList<Delivery> Deliveries, string? Cursor)> ListAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        var token = query.Cursor is null ? null : Encoding.UTF8.GetString(Base64Url.DecodeFromChars(query.Cursor));
        var pages = tables.Get(Table)
            .QueryAsync<TableEntity>(Filter(query), PageSize, [DeliveryColumn], cancellationToken).AsPages(token, PageSize);
        await foreach (var page in pages)
        {
            // The service may give empty pages on the way through rows that do not match.
            if (page.Values.Count > 0 || page.ContinuationToken is null)
            {
                return ([.. page.Values.Select(row => AppJson.From<Delivery>(row.GetBinary(DeliveryColumn)))],
                    page.ContinuationToken is { } next ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(next)) : null);
            }
        }

        return ([], null);
    }

    private async Task<bool> WriteAsync(TableEntity row, ETag? known, CancellationToken cancellationToken)
    {
        try
        {
            if (known is { } etag)
            {
                await tables.Get(Table).UpdateEntityAsync(row, etag, TableUpdateMode.Replace, cancellationToken);
            }
            else
            {
                await tables.Get(Table).AddEntityAsync(row, cancellationToken);
            }

            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    private static TableEntity RowOf(Delivery delivery)
    {
        var newestFirst = (long.MaxValue - delivery.HappenedAt.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);
        return new TableEntity(delivery.To.Slug, $"{newestFirst}_{delivery.Id}")
        {
            [StateColumn] = delivery.State.ToString(),
            [VersionColumn] = delivery.Version,
            [DeliveryColumn] = AppJson.ToBytes(delivery),
        };
    }

    private static string Filter(DeliveryQuery query)
    {
        string?[] conditions =
        [
            query.To is { } to ? TableClient.CreateQueryFilter($"PartitionKey eq {to.Slug}") : null,
            query.State is { } state ? TableClient.CreateQueryFilter($"State eq {state.ToString()}") : null,
        ];
        return string.Join(" and ", conditions.OfType<string>());
    }
}
