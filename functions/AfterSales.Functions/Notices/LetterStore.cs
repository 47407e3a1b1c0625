using AfterSales.Domain.Cases;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Notices;

/// <summary>
/// Letters in the table <c>letters</c>, a partition a case, sealed with the key of the customer: who is erased has no letters any more.
/// </summary>
public sealed class LetterStore(Tables tables, PersonVault vault)
{
    internal const string Table = "letters";

    private const string SealedColumn = "Sealed";

    /// <summary>Keeps the letter; one of the same id stays as it was written first.</summary>
    public async Task KeepAsync(Case @case, Letter letter, CancellationToken cancellationToken)
    {
        var row = new TableEntity(@case.Id.ToString(), letter.Id);
        LongColumn.Write(row, SealedColumn, await vault.SealAsync(Customer(@case), AppJson.ToBytes(letter), cancellationToken));
        try
        {
            await tables.Get(Table).AddEntityAsync(row, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // Written by an earlier delivery of the same event.
        }
    }

    /// <summary>The letter, or null when there is none of this id or the customer's data was erased.</summary>
    public async Task<Letter?> FindAsync(Case @case, string id, CancellationToken cancellationToken)
    {
        var row = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(@case.Id.ToString(), id, cancellationToken: cancellationToken);
        return row.HasValue ? await OpenAsync(@case, row.Value!, cancellationToken) : null;
    }

    /// <summary>The letters of a case, the oldest first; none when the customer's data was erased.</summary>
    public async Task<IReadOnlyList<Letter>> OfAsync(Case @case, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {@case.Id.ToString()}");
        var letters = new List<Letter>();
        await foreach (var row in tables.Get(Table).QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            if (await OpenAsync(@case, row, cancellationToken) is { } letter)
            {
                letters.Add(letter);
            }
        }

        return [.. letters.OrderBy(letter => letter.At).ThenBy(letter => letter.Id.Length).ThenBy(letter => letter.Id, StringComparer.Ordinal)];
    }

    private async Task<Letter?> OpenAsync(Case @case, TableEntity row, CancellationToken cancellationToken) =>
        await vault.OpenAsync(Customer(@case), LongColumn.Read(row, SealedColumn), cancellationToken) is { } plain
            ? AppJson.From<Letter>(plain)
            : null;

    private static PersonId Customer(Case @case) => new(@case.CustomerId);
}
