using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Ledger.Books;

/// <summary>Reads the rows of <see cref="LedgerRows"/>.</summary>
internal sealed class BookReader(TableClient table)
{
    public async Task<StoredBook?> HeadAsync(SupplierId supplier, CancellationToken cancellationToken) =>
        await RowAsync(supplier, LedgerRows.Head, cancellationToken) is { } row ? new StoredBook(LedgerRows.BookOf(row), row.ETag) : null;

    /// <summary>The entry of an id, or null.</summary>
    public Task<LedgerEntry?> FindAsync(SupplierId supplier, string entryId, CancellationToken cancellationToken) =>
        FollowAsync(supplier, LedgerRows.KeyOf(entryId), cancellationToken);

    /// <summary>What settled, voided or reversed an entry, or null.</summary>
    public Task<LedgerEntry?> OutcomeAsync(SupplierId supplier, string entryId, CancellationToken cancellationToken) =>
        FollowAsync(supplier, LedgerRows.OutcomeOf(entryId), cancellationToken);

    public async Task<TableEntity?> RowAsync(SupplierId supplier, string rowKey, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> row =
            await table.GetEntityIfExistsAsync<TableEntity>(supplier.ToString(), rowKey, cancellationToken: cancellationToken);
        return row.HasValue ? row.Value : null;
    }

    public AsyncPageable<TableEntity> RangeAsync(SupplierId supplier, string from, string below, CancellationToken cancellationToken) =>
        table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {supplier.ToString()} and RowKey ge {from} and RowKey lt {below}"),
            cancellationToken: cancellationToken);

    private async Task<LedgerEntry?> FollowAsync(SupplierId supplier, string rowKey, CancellationToken cancellationToken)
    {
        if (await RowAsync(supplier, rowKey, cancellationToken) is not { } pointer) return null;
        TableEntity row = await table.GetEntityAsync<TableEntity>(
            supplier.ToString(), LedgerRows.EntryKey(LedgerRows.SequenceOf(pointer)), cancellationToken: cancellationToken);
        return LedgerRows.EntryOf(row);
    }
}
