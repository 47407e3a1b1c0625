using System.Runtime.CompilerServices;
using AfterSales.Domain.Ledger;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Ledger.Books;

/// <summary>What every book says of itself.</summary>
public static class LedgerHeads
{
    /// <summary>The books by supplier, without their entries.</summary>
    public static async IAsyncEnumerable<LedgerBook> ReadAsync(
        TableClient ledger, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AsyncPageable<TableEntity> rows = ledger.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"RowKey eq {LedgerRows.Head}"), cancellationToken: cancellationToken);
        await foreach (TableEntity row in rows) yield return LedgerRows.BookOf(row);
    }
}
