using AfterSales.Domain.Cases;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;

namespace AfterSales.Functions.Cases.Lists;

/// <summary>Reads lists of cases from the rows that <see cref="CaseIndex"/> keeps.</summary>
public sealed class CaseLists(Tables tables, SearchTerms terms)
{
    // Of one page. A range whose rows mostly do not fit ends early, and the caller goes on with the cursor.
    private const int MostCalls = 3;

    /// <summary>A page, and the cursor of the next one; null at the end. A page may have fewer rows than wanted, also none, and go on.
    /// Null when the cursor is not of this list.</summary>
    public Task<CasePage?> ReadAsync(CaseQuery query, CancellationToken cancellationToken) =>
        query.Q is null ? ListAsync(query, cancellationToken) : FindAsync(query, query.Q, cancellationToken);

    private async Task<CasePage?> ListAsync(CaseQuery query, CancellationToken cancellationToken)
    {
        var (from, until) = query.Range;
        var list = $"{query.Partition}\n{from}\n{until}\n{query.Rest}";
        if (ListCursor.Read(query.Cursor, list) is not { } cursor) return null;
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {query.Partition} and RowKey gt {cursor.After ?? from} and RowKey lt {until}") + query.Rest;
        var rows = new List<TableEntity>();
        var calls = 0;
        string? token = null;
        // One row more than wanted tells whether the page is the last.
        var pages = tables.Get(CaseIndex.Table).QueryAsync<TableEntity>(filter, query.Limit + 1, cancellationToken: cancellationToken);
        await foreach (var page in pages.AsPages(cursor.Token))
        {
            rows.AddRange(page.Values);
            token = page.ContinuationToken;
            if (rows.Count > query.Limit || ++calls == MostCalls) break;
        }

        var next = rows.Count > query.Limit ? new ListCursor(rows[query.Limit - 1].RowKey, null)
            : token is not null ? new ListCursor(null, token)
            : null;
        return new CasePage([.. rows.Take(query.Limit).Select(CaseRow.Of)], next?.For(list));
    }

    /// <summary>Cases found by a word, newest first.</summary>
    private async Task<CasePage?> FindAsync(CaseQuery query, string q, CancellationToken cancellationToken)
    {
        if (ListCursor.Read(query.Cursor, q) is not { } cursor) return null;
        var found = CaseId.TryParse(q, out var id)
            ? [new Found("", id.ToString())]
            : await FoundAsync(query, terms.Meant(q, query.Contacts), cursor, cancellationToken);
        var page = found.Take(query.Limit).ToList();
        var rows = await Task.WhenAll(page.Select(f => CaseAsync(f.CaseId, cancellationToken)));
        var next = found.Count > query.Limit ? new ListCursor(page[^1].Place, null) : null;
        return new CasePage([.. rows.OfType<CaseRow>().Where(query.Fits)], next?.For(q));
    }

    private async Task<List<Found>> FoundAsync(
        CaseQuery query, IReadOnlyList<string> meant, ListCursor cursor, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(meant.Select(term => FoundAsync(query, ListKeys.Term(term), cursor, cancellationToken)));
        return [.. found.SelectMany(some => some).DistinctBy(f => f.CaseId).OrderBy(f => f.Place, StringComparer.Ordinal)];
    }

    /// <summary>The next cases of a word, one more than wanted.</summary>
    private async Task<List<Found>> FoundAsync(CaseQuery query, string list, ListCursor cursor, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {ListKeys.Everybody} and RowKey gt {list + cursor.After} and RowKey lt {ListKeys.End(list)}");
        if (query.Marketplace is { } marketplace) filter += TableClient.CreateQueryFilter($" and Marketplace eq {marketplace}");
        if (query.Supplier is { } supplier) filter += TableClient.CreateQueryFilter($" and Supplier eq {supplier}");
        var found = new List<Found>();
        await foreach (var row in tables.Get(CaseIndex.Table).QueryAsync<TableEntity>(
            filter, query.Limit + 1, ["RowKey", "CaseId"], cancellationToken))
        {
            found.Add(new Found(row.RowKey[list.Length..], row.GetString("CaseId")));
            if (found.Count > query.Limit) break;
        }

        return found;
    }

    private async Task<CaseRow?> CaseAsync(string caseId, CancellationToken cancellationToken)
    {
        var row = await tables.Get(CaseIndex.Table).GetEntityIfExistsAsync<TableEntity>(
            ListKeys.Everybody, ListKeys.Case(caseId), cancellationToken: cancellationToken);
        return row.HasValue ? CaseRow.Of(row.Value!) : null;
    }

    /// <param name="Place">Where it is among all of a word: newest first.</param>
    private sealed record Found(string Place, string CaseId);
}

/// <summary>Some rows of a list, and where the next ones begin.</summary>
public sealed record CasePage(IReadOnlyList<CaseRow> Rows, string? Cursor);
