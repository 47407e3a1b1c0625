using AfterSales.Domain.Cases;
using Azure.Data.Tables;

namespace AfterSales.Functions.Cases.Lists;

/// <summary>Where a case stands in the lists of one partition: its rows there, as they should be.</summary>
internal sealed class CasePlaces
{
    private const string PlacesColumn = "Places";
    private const string SequenceColumn = "Sequence";
    private const string PrintColumn = "Print";

    /// <summary>What is read of a case's own row to know its places.</summary>
    public static readonly string[] Columns = [PlacesColumn, SequenceColumn, PrintColumn];

    private readonly CaseRow _row;
    private readonly long _sequence;
    private readonly IReadOnlyList<string> _lists;
    private readonly IReadOnlyList<string> _terms;

    private CasePlaces(string partition, CaseRow row, long sequence, IReadOnlyList<string> lists, IReadOnlyList<string> terms) =>
        (Partition, _row, _sequence, _lists, _terms) = (partition, row, sequence, lists, terms);

    public string Partition { get; }

    /// <summary>Changes whenever a reader of the lists would see something else.</summary>
    private string Print => $"{_row}\n{Keys}";

    private string Keys => string.Join('\n', _lists.Concat(_terms));

    /// <summary>The places of a case in every partition that lists it.</summary>
    /// <param name="terms">The words by which it is found.</param>
    public static IEnumerable<CasePlaces> Of(Case @case, IEnumerable<string> terms)
    {
        var row = CaseRow.Of(@case);
        var (newest, due) = (ListKeys.NewestFirst(@case), ListKeys.DueFirst(@case, row.Due));
        List<string> lists = [ListKeys.Newest + newest, ListKeys.Status(row.Status) + newest];
        if (row.Due is not null) lists.Add(ListKeys.ByDue + due);
        if (row.Owner is { } owner) lists.Add(ListKeys.Queue(owner) + due);
        yield return new CasePlaces(
            ListKeys.Everybody, row, @case.Sequence, lists, [.. terms.Distinct().Select(term => ListKeys.Term(term) + newest)]);
        yield return new CasePlaces(ListKeys.OfMarketplace(row.Marketplace), row, @case.Sequence, lists, []);
        yield return new CasePlaces(ListKeys.OfSupplier(row.Supplier), row, @case.Sequence, lists, []);
    }

    /// <summary>Whether the case's row <paramref name="known"/> tells of this state of the case, or of a later one.</summary>
    public bool IsAt(TableEntity known) => known.GetInt64(SequenceColumn) >= _sequence;

    /// <summary>One transaction from the places that <paramref name="known"/> tells of to these: a reader sees the case in the old ones or
    /// in the new ones. Refused when the case's row is not as <paramref name="known"/> any more.</summary>
    /// <param name="known">The case's row; null when there is none.</param>
    /// <param name="before">Which of its places the case is in.</param>
    /// <param name="anew">Writes all rows, also where nobody would see a difference.</param>
    public IEnumerable<TableTransactionAction> MoveFrom(TableEntity? known, IReadOnlyList<string> before, bool anew)
    {
        var own = _row.At(Partition, ListKeys.Case(_row.Id));
        own[PlacesColumn] = Keys;
        own[SequenceColumn] = _sequence;
        own[PrintColumn] = Digest(Print);
        yield return known is null
            ? new(TableTransactionActionType.Add, own)
            : new(TableTransactionActionType.UpdateReplace, own, known.ETag);
        if (!anew && known?.GetString(PrintColumn) == Digest(Print)) yield break;
        foreach (var left in before.Except(_lists).Except(_terms))
        {
            yield return new(TableTransactionActionType.Delete, new TableEntity(Partition, left), Azure.ETag.All);
        }

        foreach (var list in _lists)
        {
            yield return new(TableTransactionActionType.UpsertReplace, _row.At(Partition, list));
        }

        // Nothing about these rows changes while they stand.
        foreach (var term in anew ? _terms : _terms.Except(before))
        {
            yield return new(TableTransactionActionType.UpsertReplace, new TableEntity(Partition, term)
            {
                ["CaseId"] = _row.Id,
                ["Marketplace"] = _row.Marketplace,
                ["Supplier"] = _row.Supplier,
            });
        }
    }

    /// <summary>The row keys that a case's row says it has.</summary>
    public static string[] PlacesOf(TableEntity? known) => known?.GetString(PlacesColumn).Split('\n') ?? [];

    private static string Digest(string text) =>
        Storage.Base32.Encode(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)), 26);
}
