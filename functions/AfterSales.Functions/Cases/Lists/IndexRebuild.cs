using System.Security.Cryptography;
using System.Text;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Cases.Lists;

/// <summary>How far the lists are made again.</summary>
/// <param name="Cases">Cases whose rows were written.</param>
/// <param name="Removed">Rows that no case has.</param>
/// <param name="Token">Where the cases go on; null before the first.</param>
/// <param name="Cleaned">The partition of lists that was looked through last; null while cases are written.</param>
public sealed record RebuildProgress(long Cases, long Removed, string? Token, string? Cleaned, bool Done)
{
    public static readonly RebuildProgress Start = new(0, 0, null, null, false);
}

/// <summary>
/// Makes every row of the lists again from the cases, in steps: first the rows of each case as they should be, then away with those that
/// no case has. Lists stay in use meanwhile, and cases may change.
/// </summary>
public sealed class IndexRebuild(Tables tables, CaseIndex index)
{
    public const string Step = "index-rebuild-step";

    private const int CasesAtOnce = 200;
    private const int SideBySide = 8;
    private const string FirstPlace = "c_";
    private const string PlacesEnd = "c`";

    [Function(Step)]
    public Task<RebuildProgress> RunStep([ActivityTrigger] RebuildProgress progress, CancellationToken cancellationToken) =>
        progress.Cleaned is null ? WriteAsync(progress, cancellationToken) : CleanAsync(progress, cancellationToken);

    /// <summary>A page of cases.</summary>
    private async Task<RebuildProgress> WriteAsync(RebuildProgress progress, CancellationToken cancellationToken)
    {
        var heads = tables.Cases.QueryAsync<TableEntity>(row => row.RowKey == "head", CasesAtOnce, ["PartitionKey"], cancellationToken);
        await foreach (var page in heads.AsPages(progress.Token, CasesAtOnce))
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(page.Values, options, async (head, token) =>
                await index.RewriteAsync(CaseId.Parse(head.PartitionKey), token));
            var written = progress with { Cases = progress.Cases + page.Values.Count, Token = page.ContinuationToken };
            return page.ContinuationToken is null ? written with { Cleaned = "" } : written;
        }

        return progress with { Cleaned = "" };
    }

    /// <summary>A partition of lists.</summary>
    private async Task<RebuildProgress> CleanAsync(RebuildProgress progress, CancellationToken cancellationToken)
    {
        if (await NextPartitionAsync(progress.Cleaned!, cancellationToken) is not { } partition) return progress with { Done = true };
        var right = await PlacesAsync(partition, cancellationToken);
        var removed = 0;
        await foreach (var row in RowsAsync($"PartitionKey eq '{Quoted(partition)}'", ["RowKey", "CaseId"], cancellationToken))
        {
            if (row.RowKey.StartsWith(FirstPlace, StringComparison.Ordinal) || right.Contains(Mark(row.RowKey))) continue;
            if (await RemoveAsync(partition, row, cancellationToken)) removed++;
        }

        return progress with { Cleaned = partition, Removed = progress.Removed + removed };
    }

    private async Task<string?> NextPartitionAsync(string after, CancellationToken cancellationToken)
    {
        var rows = tables.Get(CaseIndex.Table).QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey gt {after}"), 1, ["PartitionKey"], cancellationToken);
        await foreach (var row in rows) return row.PartitionKey;
        return null;
    }

    private async Task<HashSet<long>> PlacesAsync(string partition, CancellationToken cancellationToken)
    {
        var marks = new HashSet<long>();
        var filter = $"PartitionKey eq '{Quoted(partition)}' and RowKey ge '{FirstPlace}' and RowKey lt '{PlacesEnd}'";
        await foreach (var row in RowsAsync(filter, CasePlaces.Columns, cancellationToken))
        {
            marks.UnionWith(CasePlaces.PlacesOf(row).Select(Mark));
        }

        return marks;
    }

    /// <summary>Removes a row unless its case has it by now.</summary>
    private async Task<bool> RemoveAsync(string partition, TableEntity row, CancellationToken cancellationToken)
    {
        var known = await tables.Get(CaseIndex.Table).GetEntityIfExistsAsync<TableEntity>(
            partition, ListKeys.Case(row.GetString("CaseId")), CasePlaces.Columns, cancellationToken);
        if (known.HasValue && CasePlaces.PlacesOf(known.Value!).Contains(row.RowKey)) return false;
        try
        {
            // By its tag: a case that comes to this place just now writes the row anew.
            await tables.Get(CaseIndex.Table).DeleteEntityAsync(row, row.ETag, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            return false;
        }
    }

    private AsyncPageable<TableEntity> RowsAsync(string filter, IEnumerable<string> columns, CancellationToken cancellationToken) =>
        tables.Get(CaseIndex.Table).QueryAsync<TableEntity>(filter, 1000, [.. columns, "PartitionKey"], cancellationToken);

    private static string Quoted(string key) => key.Replace("'", "''", StringComparison.Ordinal);

    // A place in eight bytes: a list of everybody's has several for each case there ever was.
    private static long Mark(string place) => BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(place)));
}
