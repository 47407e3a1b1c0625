using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Cases.Lists;

/// <summary>
/// Keeps the rows that lists are read from (<see cref="ListKeys"/>). Fed by the cases' events, seconds stale; the rows are always made from
/// the case as it is, so events may come late, twice or out of order, and all of them can be made again.
/// </summary>
public sealed class CaseIndex(Tables tables, CaseStore cases, CustomerCards cards, SearchTerms terms)
{
    internal const string Table = "caselists";

    private const int Attempts = 30;

    /// <summary>
    /// Brings the rows of a case up to the event of this number. When the case has gone on since, the message about its last event
    /// does the work.
    /// </summary>
    /// <exception cref="OutageException">Others kept writing the rows.</exception>
    public async Task UpdateAsync(CaseId id, long sequence, CancellationToken cancellationToken)
    {
        var stored = await ReadAsync(id, cancellationToken);
        if (stored.State.Sequence <= sequence) await PlaceAsync(stored, anew: false, cancellationToken);
    }

    /// <summary>Writes the rows of a case as they should be, whatever they are.</summary>
    /// <exception cref="OutageException">Others kept writing the rows.</exception>
    public async Task RewriteAsync(CaseId id, CancellationToken cancellationToken) =>
        await PlaceAsync(await ReadAsync(id, cancellationToken), anew: true, cancellationToken);

    /// <summary>Takes a person whose key was dropped out of the lists: their cases are found by phone and e-mail no more.</summary>
    public async Task ForgetAsync(PersonId person, CancellationToken cancellationToken)
    {
        var list = ListKeys.Term(terms.Of(person));
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {ListKeys.Everybody} and RowKey ge {list} and RowKey lt {ListKeys.End(list)}");
        var ids = new List<CaseId>();
        await foreach (var row in tables.Get(Table).QueryAsync<TableEntity>(filter, select: ["CaseId"], cancellationToken: cancellationToken))
        {
            ids.Add(CaseId.Parse(row.GetString("CaseId")));
        }

        foreach (var id in ids) await RewriteAsync(id, cancellationToken);
    }

    private async Task<StoredCase> ReadAsync(CaseId id, CancellationToken cancellationToken) =>
        await cases.ReadAsync(id, cancellationToken) ?? throw new InvalidOperationException($"There is no case {id}.");

    private async Task PlaceAsync(StoredCase stored, bool anew, CancellationToken cancellationToken)
    {
        var words = terms.Of(stored.State, await cards.OpenAsync(stored, cancellationToken));
        await Task.WhenAll(CasePlaces.Of(stored.State, words).Select(places => MoveAsync(places, stored.State, anew, cancellationToken)));
    }

    private async Task MoveAsync(CasePlaces places, Case @case, bool anew, CancellationToken cancellationToken)
    {
        var looks = anew || HasGoneOn(@case);
        for (var attempt = 1; attempt <= Attempts; attempt++, looks = true)
        {
            var known = looks ? await KnownAsync(places.Partition, @case.Id, cancellationToken) : null;
            if (known is not null && !anew && places.IsAt(known)) return;
            if (await MoveAsync(places, known, anew, cancellationToken)) return;
        }

        throw new OutageException($"The rows of {@case.Id} in {places.Partition} were changed by others {Attempts} times in a row.");
    }

    // One that was only opened is most likely in no list yet, so that looking first is not worth a round trip.
    private static bool HasGoneOn(Case @case) => @case.Timeline[^1].At > @case.OpenedAt;

    private async Task<TableEntity?> KnownAsync(string partition, CaseId id, CancellationToken cancellationToken)
    {
        var known = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(
            partition, ListKeys.Case(id.ToString()), CasePlaces.Columns, cancellationToken);
        return known.HasValue ? known.Value : null;
    }

    /// <summary>False when the case's row there is not as it was known.</summary>
    private async Task<bool> MoveAsync(CasePlaces places, TableEntity? known, bool anew, CancellationToken cancellationToken)
    {
        try
        {
            try
            {
                await SubmitAsync(CasePlaces.PlacesOf(known));
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                // Somebody has taken rows away by hand, and then a transaction removes none.
                await SubmitAsync(await ExistingAsync(places.Partition, CasePlaces.PlacesOf(known), cancellationToken));
            }

            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }

        Task SubmitAsync(IReadOnlyList<string> before) =>
            tables.Get(Table).SubmitTransactionAsync(places.MoveFrom(known, before, anew), cancellationToken);
    }

    private async Task<IReadOnlyList<string>> ExistingAsync(string partition, IEnumerable<string> rows, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var row in rows)
        {
            var there = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(partition, row, ["RowKey"], cancellationToken);
            if (there.HasValue) found.Add(row);
        }

        return found;
    }
}
