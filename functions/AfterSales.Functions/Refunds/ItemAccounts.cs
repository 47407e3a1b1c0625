using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Refunds;

/// <summary>
/// What was refunded of each item, over all cases and marketplaces, in the table <c>items</c>, a partition an item: <c>account</c> (its
/// <see cref="RefundAccount"/>) and <c>requests</c> (the cases there are about it, where the rulebook limits them).
/// </summary>
public sealed class ItemAccounts(Tables tables)
{
    public const string Table = "items";

    private const string AccountRow = "account";
    private const string RequestsRow = "requests";
    private const string ValueColumn = "Value";
    private const int Attempts = 40;

    /// <summary>Decides the request on the account as it is, and writes it down when that changed it.</summary>
    /// <param name="order">What was paid, for an item of which nothing is known yet.</param>
    /// <exception cref="OutageException">Others kept writing to the account; trying again later helps.</exception>
    public async Task<RefundAnswer> DecideAsync(ItemKey item, OrderLine order, RefundRequest request, CancellationToken cancellationToken)
    {
        RefundAnswer? answer = null;
        await ChangeAsync<RefundAccount>(item, AccountRow, account =>
        {
            answer = (account ?? RefundAccount.Open(order.Paid, order.Freight, order.Pieces, order.Tenders)).Decide(request);
            return (answer as RefundAnswer.Taken)?.Account;
        }, cancellationToken);
        return answer!;
    }

    /// <summary>How many pieces of the item were refunded as pieces, over all cases.</summary>
    public async Task<int> PiecesBackAsync(ItemKey item, CancellationToken cancellationToken) =>
        (await FindAsync(item, cancellationToken))?.PiecesBack ?? 0;

    /// <summary>The account as it is; null: nothing of the item was refunded.</summary>
    public async Task<RefundAccount?> FindAsync(ItemKey item, CancellationToken cancellationToken)
    {
        var read = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(item.ToString(), AccountRow, cancellationToken: cancellationToken);
        return read.HasValue ? AppJson.From<RefundAccount>(LongColumn.Read(read.Value!, ValueColumn)) : null;
    }

    /// <summary>Whether the item may have this case: it has one already, or fewer than the most.</summary>
    /// <exception cref="OutageException">Others kept writing; trying again later helps.</exception>
    public async Task<bool> AdmitAsync(ItemKey item, CaseId @case, int most, CancellationToken cancellationToken)
    {
        var admitted = false;
        await ChangeAsync<List<string>>(item, RequestsRow, known =>
        {
            known ??= [];
            var knows = known.Contains(@case.ToString());
            admitted = knows || known.Count < most;
            return admitted && !knows ? [.. known, @case.ToString()] : null;
        }, cancellationToken);
        return admitted;
    }

    /// <param name="change">Called again when somebody else wrote in between; null: nothing is to be written.</param>
    private async Task ChangeAsync<T>(ItemKey item, string rowKey, Func<T?, T?> change, CancellationToken cancellationToken) where T : class
    {
        var table = tables.Get(Table);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var read = await table.GetEntityIfExistsAsync<TableEntity>(item.ToString(), rowKey, cancellationToken: cancellationToken);
            var changed = change(read.HasValue ? AppJson.From<T>(LongColumn.Read(read.Value!, ValueColumn)) : null);
            if (changed is null) return;
            var row = new TableEntity(item.ToString(), rowKey);
            LongColumn.Write(row, ValueColumn, AppJson.ToBytes(changed));
            try
            {
                if (read.HasValue) await table.UpdateEntityAsync(row, read.Value!.ETag, TableUpdateMode.Replace, cancellationToken);
                else await table.AddEntityAsync(row, cancellationToken);
                return;
            }
            catch (RequestFailedException e) when (e.Status is 409 or 412)
            {
                // Somebody else wrote in between: decide again on what it is now.
            }
        }
        throw new OutageException($"The account of {item} was written by others {Attempts} times in a row.");
    }
}
